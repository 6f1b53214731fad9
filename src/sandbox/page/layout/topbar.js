// The top bar: jump field, acting user, theme, and the state of the connection.

import { clock } from "../base/dates.js";
import { jump } from "../dialogs/jump.js";
import { avatar, icon, iconButton } from "../base/icons.js";
import { h } from "../base/patch.js";
import { address, now, page, redraw } from "../base/state.js";

/** Draws the bar. */
export function topbar() {
  return h("header", { class: "topbar", key: "topbar" }, [
    h("span", { class: "topbar-team", key: "team" }, page.screen.team.name),
    h(
      "button",
      { type: "button", class: "jump-button", key: "jump", onclick: jump, "aria-keyshortcuts": "Control+K" },
      icon("search"),
      "Jump to…",
      h("kbd", {}, isMac() ? "⌘K" : "Ctrl K"),
    ),
    h("div", { class: "topbar-end", key: "end" }, userSwitch("topbar"), themeButton()),
  ]);
}

/** Draws the warning that the connection is lost. */
export function connectionLine() {
  const lost = !page.connected || page.error;
  if (!lost) return h("div", { key: "connection", class: "connection-none", role: "status" });
  const words = page.connected ? page.error : "Connection lost. Reconnecting… Your text is kept.";
  return h("div", { key: "connection", class: "connection", role: "status" }, words);
}

/** Draws the users to act as. They are links, so that a second window can act as another user. */
export function userSwitch(position) {
  const users = page.screen.users.filter((one) => !one.is_bot && !one.deleted);
  return h(
    "nav",
    { class: "people", key: `people-${position}`, "aria-label": "You are" },
    users.map((one) => {
      const mine = one.id === page.screen.me;
      const time = clock(now(), one.tz);
      const props = {
        key: one.id,
        class: mine ? "person current" : "person",
        href: address({ as: one.id, thread: null }),
        "aria-current": mine ? "true" : null,
        title: `${one.real_name} (@${one.name}), ${one.tz}`,
        "data-person": one.id,
      };
      const [first, ...rest] = one.real_name.split(" ");
      const words = h("span", { class: "person-words" }, [
        h("span", { class: "person-name" }, unseen(mine ? "You are " : "Be "), first, unseen(` ${rest.join(" ")}, `)),
        h("span", { class: "person-time" }, `${time} ${city(one.tz)}`),
      ]);
      return h("a", props, avatar(one, "small"), words);
    }),
  );
}

/** Draws visually hidden text for screen readers. */
function unseen(text) {
  return h("span", { class: "unseen-text" }, text);
}

function city(zone) {
  return (zone ?? "UTC").split("/").pop().replaceAll("_", " ");
}

function isMac() {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** Draws the button that switches between the light and dark theme. */
export function themeButton() {
  const dark = isDark();
  const toggle = () => {
    localStorage.setItem("theme", dark ? "light" : "dark");
    applyTheme();
    redraw();
  };
  return iconButton(dark ? "sun" : "moon", dark ? "Use light colours" : "Use dark colours", toggle, { class: "theme-button" });
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const stored = localStorage.getItem("theme");
  return stored ? stored === "dark" : prefersDark.matches;
}

/** Applies the theme: the selected one, else the preference of the system. */
export function applyTheme() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
}

prefersDark.addEventListener("change", () => {
  applyTheme();
  if (page.screen) redraw();
});
