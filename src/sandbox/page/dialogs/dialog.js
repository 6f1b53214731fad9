// The frame of all dialogs: traps the focus and returns it afterwards.

import { iconButton } from "../base/icons.js";
import { h } from "../base/patch.js";
import { page, redraw } from "../base/state.js";

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex='0']";

/**
 * Draws a dialog. `name` is its key, `title` its heading. `leave` runs on Esc, `leaveAll` (if given)
 * on the close button. `overlay` is drawn over the page while the dialog is the top-most one.
 */
export function dialogFrame(frame, kids) {
  const { name, title, leave, leaveAll = leave, className = "", role = null, head = null, overlay = null } = frame;
  const props = {
    key: `dialog ${name}`,
    class: `dialog ${className}`,
    role,
    "aria-labelledby": `${name}-title`,
    mounted: enter,
    removed: exit,
    oncancel: (event) => {
      event.preventDefault();
      leave();
    },
    onkeydown: (event) => keyed(event, leave),
    onclose: (event) => event.target.isConnected && event.target === event.currentTarget && leave(),
  };
  return h("dialog", props, [
    h("header", { class: "dialog-head", key: "head" }, head, h("h2", { id: `${name}-title`, class: "dialog-title" }, title), [
      iconButton("close", "Close", leaveAll, { class: "dialog-close", key: "close" }),
    ]),
    kids,
    overlay && h("div", { key: "overlay", class: "overlay" }, overlay),
  ]);
}

/** Opens one of the page's own dialogs. `draw(overlay)` returns it while it is open. */
export function openDialog(draw) {
  page.menu = null;
  page.dialog = { draw };
  redraw();
}

/** Closes the page's own dialog. */
export function closeDialog() {
  page.dialog = null;
  page.menu = null;
  redraw();
}

/** Sets the initial focus of a form: the field with autofocus, else the first field, else the last button. */
export function focusFirst(el) {
  const target =
    el.querySelector("[data-focus-first]") ??
    el.querySelector(".dialog-body :is(input, textarea, select):not([disabled])") ??
    el.querySelector(".dialog-foot button:last-of-type") ??
    el.querySelector("button");
  target?.focus();
}

function enter(el) {
  el.showModal();
  focusFirst(el);
}

/**
 * Closes a dialog. Chromium restores the focus, but after a click without the caret; typed text would
 * be lost.
 */
function exit(el) {
  if (!el.open) return;
  el.close();
  const back = document.activeElement;
  if (!back?.matches("textarea, input")) return;
  back.blur();
  back.focus({ preventScroll: true });
}

function keyed(event, leave) {
  if (event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    event.stopPropagation();
    leave();
  } else if (event.key === "Tab") {
    trapFocus(event);
  }
}

function trapFocus(event) {
  const elements = [...event.currentTarget.querySelectorAll(FOCUSABLE)].filter(
    (el) => el.getClientRects().length > 0 && el.tabIndex >= 0,
  );
  const at = elements.indexOf(document.activeElement);
  const leaves = event.shiftKey ? at <= 0 : at === elements.length - 1;
  if (!leaves || elements.length === 0) return;
  event.preventDefault();
  elements[event.shiftKey ? elements.length - 1 : 0].focus();
}
