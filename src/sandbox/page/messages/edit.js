// Edits the user's own message in place: Enter saves, Esc cancels.

import { toEditableText } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";
import { page, redraw, toast } from "../base/state.js";
import { act } from "../base/server.js";

/** Starts to edit a message. */
export function startEditing(message, { inThread }) {
  page.editing = {
    ts: message.ts,
    inThread: Boolean(inThread),
    text: toEditableText(message.text, page.screen.users, page.screen.channels),
  };
  redraw();
}

function stop() {
  page.editing = null;
  redraw();
}

async function save(message, channel) {
  const text = page.editing.text.trim();
  if (!text) {
    toast("A message needs some text. To take it away, use Delete in its menu.");
    return;
  }
  const response = await act({ do: "edit", channel, ts: message.ts, text });
  if (response.ok) stop();
}

/** Draws the editor of a message. */
export function editor(message, channel) {
  const keyed = (event) => {
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(message, channel);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const type = (event) => {
    page.editing.text = event.target.value;
    redraw();
  };
  return h("div", { class: "editor", key: "editor" }, [
    h("textarea", {
      class: "input",
      rows: "2",
      "aria-label": "Edit message",
      value: page.editing.text,
      oninput: type,
      onkeydown: keyed,
      mounted: (el) => {
        el.focus();
        el.setSelectionRange(el.value.length, el.value.length);
      },
    }),
    h("div", { class: "editor-foot" }, [
      h("button", { type: "button", class: "button button-small", onclick: stop }, "Cancel"),
      h("button", { type: "button", class: "button button-small button-primary", onclick: () => save(message, channel) }, "Save"),
    ]),
  ]);
}
