// Global keyboard shortcuts of the page.

import { closeDialog, dialogFrame, openDialog } from "../dialogs/dialog.js";
import { jump } from "../dialogs/jump.js";
import { h } from "../base/patch.js";
import { openChannel, page, route } from "../base/state.js";
import { closeThread } from "../messages/thread.js";

const KEYS = [
  ["Ctrl K", "Jump to a channel or a person"],
  ["Alt ↑ / Alt ↓", "The channel above or below"],
  ["↑", "In an empty field: edit your last message"],
  ["Shift Tab", "From the field to the messages; ↑ and ↓ there"],
  ["T  R  E  M", "On a message: thread, react, edit, more actions"],
  ["Ctrl B / Ctrl I", "Bold, italic"],
  ["Esc", "Close the open dialog or menu"],
  ["Ctrl /", "Show these shortcuts"],
];

/** Registers the keyboard shortcuts. */
export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (!page.screen || event.defaultPrevented) return;
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && !event.shiftKey && event.key.toLowerCase() === "k") take(event, toggleJump);
    else if (ctrl && event.key === "/") take(event, showKeys);
    else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key))
      take(event, () => step(event.key === "ArrowUp" ? -1 : 1));
    else if (event.key === "Escape" && route.thread && !document.querySelector("dialog[open]")) take(event, closeThread);
  });
}

function take(event, run) {
  event.preventDefault();
  run();
}

function toggleJump() {
  if (page.screen.modal) return;
  if (page.dialog) closeDialog();
  else jump();
}

/** Opens the next channel in the order of the sidebar. */
function step(offset) {
  const ids = [...document.querySelectorAll(".sidebar [data-channel]")].map((el) => el.dataset.channel);
  const at = ids.indexOf(page.screen.channel?.id);
  const next = ids[(at + offset + ids.length) % ids.length];
  if (next) openChannel(next);
}

function showKeys() {
  openDialog((overlay) =>
    dialogFrame({ name: "keys", title: "Keys", leave: closeDialog, className: "dialog-small", overlay }, [
      h(
        "div",
        { class: "dialog-body", key: "body" },
        h(
          "dl",
          { class: "keys" },
          KEYS.map(([keys, words]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, words)]),
        ),
      ),
      h(
        "footer",
        { class: "dialog-foot", key: "foot" },
        h("button", { type: "button", class: "button", onclick: closeDialog }, "Close"),
      ),
    ]),
  );
}
