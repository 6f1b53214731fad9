// Menus and other small panels next to a button, one at a time. Supports arrow keys and Esc;
// a click outside closes the panel.

import { icon } from "../base/icons.js";
import { h } from "../base/patch.js";
import { beside } from "../base/popup.js";
import { page, redraw } from "../base/state.js";

/**
 * Opens a panel next to `anchor`. `draw` returns its content, `owner` is the `ts` of its message.
 * Called again for the same anchor, it closes the panel.
 */
export function openPanel(anchor, { label, draw, owner = null, role = "dialog", above = false, end = true }) {
  if (page.menu?.anchor === anchor) return closePanel();
  page.menu = { anchor, label, draw, owner, role, above, end };
  redraw();
  return undefined;
}

/**
 * Opens a menu. An item is `{text, run, note, icon, danger, href, checked}`, `{line: true}` for a
 * separator, or `{heading}`.
 */
export function openMenu(anchor, label, items, more = {}) {
  openPanel(anchor, { label, role: "menu", draw: () => items.filter(Boolean).map(item), ...more });
}

/** Closes the panel and returns the keyboard focus to its button. */
export function closePanel({ refocus = true } = {}) {
  const { menu } = page;
  if (!menu) return false;
  page.menu = null;
  if (refocus && menu.anchor.isConnected) menu.anchor.focus();
  redraw();
  return true;
}

/** Draws the open panel, if any, in the top-most dialog or on the page. */
export function panelLayer() {
  const { menu } = page;
  if (!menu) return null;
  const hooks = beside(() => menu.anchor, { end: menu.end, above: menu.above });
  const put = hooks.mounted;
  hooks.mounted = (el) => {
    put(el);
    (el.querySelector("[data-first], [role^=menuitem], input, button") ?? el).focus();
  };
  hooks.updated = (el) => (menu.anchor.isConnected ? put(el) : queueMicrotask(() => closePanel()));
  const props = { key: "panel", class: `panel panel-${menu.role}`, role: menu.role, "aria-label": menu.label, tabindex: "-1" };
  return [
    h("div", { key: "panel-shade", class: "panel-shade", onmousedown: () => closePanel({ refocus: false }) }),
    h("div", { ...props, onkeydown: menu.role === "menu" ? menuKey : panelKey, onfocusout: leftPanel, ...hooks }, menu.draw()),
  ];
}

function item(one, at) {
  if (one.line) return h("div", { key: `line-${at}`, class: "menu-line", role: "separator" });
  if (one.heading) return h("div", { key: `heading-${at}`, class: "menu-heading", role: "presentation" }, one.heading);
  const run = () => {
    closePanel();
    one.run?.();
  };
  const props = {
    key: `item-${at}`,
    role: one.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": one.checked === undefined ? null : String(one.checked),
    class: one.danger ? "menu-item danger" : "menu-item",
    tabindex: "-1",
    onclick: run,
    onmousemove: (event) => event.currentTarget.focus(),
  };
  const content = [
    one.icon && icon(one.icon),
    h("span", { class: "menu-text" }, one.text, one.note && h("span", { class: "menu-note" }, one.note)),
    one.checked && icon("check"),
  ];
  if (one.href) return h("a", { ...props, href: one.href, target: "_blank", rel: "noopener noreferrer" }, content);
  return h("button", { ...props, type: "button" }, content);
}

function panelKey(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  closePanel();
}

function menuKey(event) {
  panelKey(event);
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const last = items.length - 1;
  const steps = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last };
  if (event.key in steps) {
    event.preventDefault();
    items[steps[event.key]]?.focus();
  } else if (event.key === "Tab") {
    closePanel();
  } else if (event.key.length === 1 && event.key !== " ") {
    const round = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    round.find((one) => one.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}

function leftPanel(event) {
  const to = event.relatedTarget;
  if (to && !event.currentTarget.contains(to) && to !== page.menu?.anchor) closePanel({ refocus: false });
}
