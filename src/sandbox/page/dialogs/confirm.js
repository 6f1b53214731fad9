// Confirmation dialogs: Slack's confirm objects, and the page's own questions.

import { closeDialog, dialogFrame, openDialog } from "./dialog.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";
import { withEmoji } from "../text/emoji.js";

/** Shows the dialog of a confirm object. Resolves to whether the user confirmed. */
export function confirmFirst({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const respond = (agreed) => () => {
      closeDialog();
      resolve(agreed);
    };
    const frame = {
      name: "confirm",
      title: title?.text ?? "Are you sure?",
      leave: respond(false),
      className: "dialog-small",
      role: "alertdialog",
    };
    const content = text?.type === "mrkdwn" ? mrkdwn(text.text) : withEmoji(text?.text ?? "");
    const yes = `button ${style === "danger" ? "button-danger" : "button-primary"}`;
    openDialog((overlay) =>
      dialogFrame({ ...frame, overlay }, [
        h("div", { class: "dialog-body", key: "body" }, h("p", {}, content)),
        h("footer", { class: "dialog-foot", key: "foot" }, [
          h("button", { type: "button", class: "button", onclick: respond(false) }, deny?.text ?? "Cancel"),
          h("button", { type: "button", class: yes, "data-focus-first": true, onclick: respond(true) }, confirm?.text ?? "Yes"),
        ]),
      ]),
    );
  });
}
