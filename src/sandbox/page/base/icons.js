// The page's line icons and the avatars of users.

import { h } from "./patch.js";

const PATHS = {
  archive: "M3 5h14v3H3zM4.5 8v8h11V8M8 11h4",
  at: "M13 10a3 3 0 1 1-3-3 3 3 0 0 1 3 3zm0-3v4.2a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7",
  back: "M12 4l-6 6 6 6",
  bolt: "M11 2.5L4.5 11.5H10l-1 6 6.5-9H10z",
  bookmark: "M5.5 3.5h9v13l-4.5-3.5-4.5 3.5z",
  canvas: "M5 3.5h10v13H5zM7.500 7h5M7.500 10h5M7.500 13h3",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  close: "M5 5l10 10M15 5L5 15",
  compose: "M4 16l.7-3.4L13.4 4a1.8 1.8 0 0 1 2.6 2.6L7.3 15.3z",
  copy: "M7 7V4h9v9h-3M4 7h9v9H4z",
  dots: "M5 10h.01M10 10h.01M15 10h.01",
  down: "M5.5 8l4.5 4.5L14.5 8",
  eye: "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0-2-2 2 2 0 0 0 2 2z",
  hash: "M8 3.5L6.5 16.5M13.5 3.5L12 16.5M4 7.5h13M3 12.5h13",
  home: "M3.5 9.5L10 4l6.5 5.5V16a.5.5 0 0 1-.5.5h-4v-4.500H8v4.500H4a.5.5 0 0 1-.5-.5z",
  lock: "M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  mail: "M3 5h14v10H3zM3 5.500l7 5.500 7-5.500",
  message: "M4 4.500h12v9H9l-3.500 3v-3H4z",
  moon: "M16 12.200A6.800 6.800 0 0 1 7.800 4 6.800 6.800 0 1 0 16 12.200z",
  people:
    "M7.500 9.500a2.500 2.500 0 1 0-2.500-2.500 2.500 2.500 0 0 0 2.500 2.500zM2.500 16a5 5 0 0 1 10 0M12.500 4.700a2.500 2.500 0 0 1 0 4.600M14.500 11.700a5 5 0 0 1 3 4.300",
  pin: "M8 3.500h4l-.5 5 3 2.500H5.500l3-2.500zM10 11v6",
  plus: "M10 4.500v11M4.500 10h11",
  search: "M9 14.500A5.500 5.500 0 1 0 3.500 9 5.500 5.500 0 0 0 9 14.500zM13 13l4 4",
  send: "M3.500 16.500L17 10 3.500 3.500 5 10zM5 10h6",
  smile: "M10 17a7 7 0 1 0-7-7 7 7 0 0 0 7 7zM7 11.500a3.500 3.500 0 0 0 6 0M7.500 8h.01M12.500 8h.01",
  sun: "M10 13.500A3.500 3.500 0 1 0 6.500 10 3.500 3.500 0 0 0 10 13.500zM10 2.500v1.500M10 16v1.500M2.500 10H4M16 10h1.500M4.700 4.700l1 1M14.300 14.300l1 1M4.700 15.300l1-1M14.300 5.700l1-1",
  thread: "M4 4.500h12v9H9l-3.500 3v-3H4zM7 8h6M7 10.500h4",
  trash: "M4 6h12M8 6V4h4v2M5.500 6l.7 10.500h7.600L14.500 6",
};

/** Draws a line icon. It is decorative: the text is next to it or in the label of its button. */
export function icon(name) {
  const path = h("path", { d: PATHS[name] });
  return h("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" }, path);
}

/** Draws a button with only an icon. */
export function iconButton(name, label, onclick, more = {}) {
  const { class: extra, ...rest } = more;
  const classes = extra ? `icon-button ${extra}` : "icon-button";
  return h("button", { type: "button", class: classes, "aria-label": label, title: label, onclick, ...rest }, icon(name));
}

/** Draws the avatar of a user: initials on a color. The avatar of an app is square with a spark. */
export function avatar(who, size = "") {
  const classes = ["avatar", size && `avatar-${size}`, who.is_bot && "avatar-app"].filter(Boolean).join(" ");
  return h("span", { class: classes, "aria-hidden": "true", style: { "--tint": tintOf(who) } }, initialsOf(who));
}

function initialsOf(who) {
  const words = (who.real_name || who.name || "?").trim().split(/\s+/);
  const first = [...words[0]][0] ?? "?";
  const last = words.length > 1 ? [...words[words.length - 1]][0] : "";
  return (first + last).toUpperCase();
}

const TINTS = ["#b4466b", "#2f7d6b", "#4f63b6", "#a7632a", "#7a4ba3", "#2a7d9c", "#8a7a1f", "#a3473d"];

function tintOf(who) {
  if (who.color) return who.color.startsWith("#") ? who.color : `#${who.color}`;
  let sum = 0;
  for (const letter of who.id ?? "") sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return TINTS[sum % TINTS.length];
}
