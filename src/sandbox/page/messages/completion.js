// Completions in the composer: the app's commands, users, channels, emoji.

import { emojiLike } from "../text/emoji.js";
import { avatar, icon } from "../base/icons.js";
import { h } from "../base/patch.js";
import { beside } from "../base/popup.js";
import { page, redraw } from "../base/state.js";

const MOST = 8;

/** The current completions: their field, the start of the replaced text, and the highlighted item. */
let offer = null;

/** Updates the completions for the text before the cursor. Threads have no commands, as in Slack. */
export function lookAt(textarea, inThread) {
  const before = textarea.value.slice(0, textarea.selectionStart);
  const items = itemsFor(before, inThread);
  offer = items && items.list.length > 0 ? { field: textarea, lit: 0, ...items } : null;
  redraw();
}

/** Closes the completions. */
export function forgetOffer() {
  if (!offer) return false;
  offer = null;
  redraw();
  return true;
}

/** Returns the open completions of a field. */
export function offerFor(textarea) {
  return offer && offer.field === textarea ? offer : null;
}

/** Handles a key while completions are open. Returns whether the key was handled. */
export function keyInOffer(event) {
  if (!offerFor(event.target)) return false;
  const count = offer.list.length;
  if (event.key === "ArrowDown") offer.lit = (offer.lit + 1) % count;
  else if (event.key === "ArrowUp") offer.lit = (offer.lit + count - 1) % count;
  else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) take(offer.list[offer.lit]);
  else if (event.key === "Escape") offer = null;
  else return false;
  event.preventDefault();
  event.stopPropagation();
  redraw();
  return true;
}

function take(item) {
  const { field, from } = offer;
  const end = field.selectionStart;
  field.setRangeText(`${item.insert} `, from, end, "end");
  offer = null;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function itemsFor(before, inThread) {
  const command = before.match(/^\/\S*$/);
  if (command) return inThread ? null : { kind: "Commands", from: 0, list: commands(command[0]) };
  const match = before.match(/(?:^|[\s(])([@#:])([\p{L}\p{N}._+-]*)$/u);
  if (!match) return null;
  const [, sign, query] = match;
  const from = before.length - query.length - 1;
  if (sign === "@") return { kind: "People", from, list: userItems(query.toLowerCase()) };
  if (sign === "#") return { kind: "Channels", from, list: channels(query.toLowerCase()) };
  return query.length < 2 ? null : { kind: "Emoji", from, list: emojis(query) };
}

function commands(text) {
  const known = page.screen.app?.commands ?? [];
  return known
    .filter((one) => one.command.startsWith(text.toLowerCase()))
    .map((one) => ({
      key: one.command,
      insert: one.command,
      symbol: icon("bolt"),
      text: h("span", {}, h("strong", {}, one.command), one.usage_hint && h("span", { class: "usage" }, ` ${one.usage_hint}`)),
      note: one.description,
      below: page.screen.app.name,
    }));
}

function userItems(query) {
  const fits = (one) =>
    one.name.toLowerCase().startsWith(query) ||
    one.real_name
      .toLowerCase()
      .split(" ")
      .some((name) => name.startsWith(query));
  const match = page.screen.users.filter((one) => !one.deleted && fits(one)).slice(0, MOST);
  const groups = [
    ["here", "Notify those in this channel who are online"],
    ["channel", "Notify everyone in this channel"],
  ];
  return [
    ...match.map((one) => ({
      key: one.id,
      insert: `@${one.name}`,
      symbol: avatar(one, "small"),
      text: one.real_name,
      note: one.is_bot ? "App" : `@${one.name}`,
    })),
    ...groups
      .filter(([name]) => name.startsWith(query))
      .map(([name, note]) => ({ key: name, insert: `@${name}`, symbol: icon("people"), text: `@${name}`, note })),
  ];
}

function channels(query) {
  const listed = page.screen.channels.filter((one) => one.kind !== "im" && !one.is_archived && one.name.includes(query));
  return listed
    .slice(0, MOST)
    .map((one) => ({
      key: one.id,
      insert: `#${one.name}`,
      symbol: icon(one.kind === "private" ? "lock" : "hash"),
      text: one.name,
    }));
}

function emojis(query) {
  return emojiLike(query, MOST).map((one) => ({
    key: one.name,
    insert: `:${one.name}:`,
    symbol: h("span", { class: "emoji" }, one.character),
    text: `:${one.name}:`,
  }));
}

/** Returns the ID of a composer's list, or of one row in it. */
export function offerId(key, at = "list") {
  return `offer-${key}-${at}`.replaceAll(" ", "_");
}

/** Draws the completions of a composer. */
export function offerList(key) {
  if (!offer || offer.field.dataset.composer !== key) return null;
  const props = {
    id: offerId(key),
    key: "offer",
    class: "listbox offer",
    role: "listbox",
    "aria-label": offer.kind,
    onmousedown: (event) => event.preventDefault(),
    ...beside(() => offer?.field.closest(".composer"), { fit: true, above: true }),
  };
  return h(
    "div",
    props,
    h("div", { class: "listbox-group", role: "presentation" }, offer.kind),
    offer.list.map((item, at) =>
      h(
        "div",
        {
          key: item.key,
          id: offerId(key, at),
          role: "option",
          class: at === offer.lit ? "option lit" : "option",
          "aria-selected": at === offer.lit ? "true" : "false",
          onclick: () => take(item),
          onmousemove: () => light(at),
          updated: (el) => at === offer?.lit && el.scrollIntoView({ block: "nearest" }),
        },
        item.symbol,
        h("span", { class: "option-text" }, item.text, item.note && h("span", { class: "option-note" }, item.note)),
      ),
    ),
  );
}

function light(at) {
  if (!offer || offer.lit === at) return;
  offer.lit = at;
  redraw();
}

/** Returns the app's command at the start of a text. */
export function commandIn(text) {
  const name = text.match(/^(\/\S+)\s/)?.[1];
  return name && (page.screen.app?.commands ?? []).find((one) => one.command === name.toLowerCase());
}
