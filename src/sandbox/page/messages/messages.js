// A list of messages: day dividers, groups, the line above new messages, and the scroll position.

import { dayDivider, dayOf } from "../base/dates.js";
import { icon } from "../base/icons.js";
import { drawMessage, isSystem } from "./message.js";
import { h } from "../base/patch.js";
import { page, redraw, route, whenScreenChanges } from "../base/state.js";
import { act } from "../base/server.js";

const GROUP_SECONDS = 300;
const NEAR = 40;

/** For each scrolled list: whether it is at its end, its scroll position, and its number of messages. */
const reading = new WeakMap();
let newFrom = { channel: null, ts: null };
let pointed = null;

/** Draws the messages of a channel or thread. `pane` is `{channel, inThread, name}`. */
export function messageList(key, messages, pane, before = null) {
  return h("div", { class: "messages-frame", key }, [
    h(
      "div",
      {
        class: "messages",
        key: "scroller",
        "data-scroller": key,
        tabindex: "-1",
        onscroll: (event) => noteScroll(event.currentTarget),
        mounted: (el) => {
          toEnd(el);
          const follow = new ResizeObserver(() => reading.get(el)?.atEnd && toEnd(el));
          // Also observes the list itself, because a phone's keyboard makes it smaller.
          for (const one of [el, el.firstElementChild]) follow.observe(one);
        },
      },
      h("div", { class: "messages-inner", role: "log", "aria-label": pane.name, key: "log" }, before, rows(messages, pane)),
    ),
    unseenButton(key),
  ]);
}

function rows(messages, pane) {
  const drawn = [];
  let last = null;
  for (const message of messages) {
    if (!pane.inThread && (!last || dayOf(last.ts) !== dayOf(message.ts))) drawn.push(dayLine(message));
    if (!pane.inThread && newFrom.channel === pane.channel && newFrom.ts === message.ts) drawn.push(newLine());
    drawn.push(drawMessage(message, { ...pane, grouped: isGrouped(last, message), tabbable: message === messages.at(-1) }));
    last = message;
  }
  return drawn;
}

function dayLine(message) {
  const day = dayDivider(message.ts);
  return h("div", { class: "day", key: `day-${dayOf(message.ts)}`, role: "separator", "aria-label": day }, h("span", {}, day));
}

function newLine() {
  return h("div", { class: "new-line", key: "new-line", role: "separator", "aria-label": "New messages" }, h("span", {}, "New"));
}

/** Returns whether a message follows the previous one closely enough to omit the name. */
function isGrouped(last, message) {
  if (!last || last.user !== message.user || last.ephemeral !== message.ephemeral) return false;
  if (isSystem(last) !== isSystem(message) || last.pinned || message.pinned) return false;
  return message.ts - last.ts < GROUP_SECONDS && dayOf(last.ts) === dayOf(message.ts) && !last.reply_count;
}

function unseenButton(key) {
  const el = document.querySelector(`[data-scroller="${key}"]`);
  const unseen = el && reading.get(el)?.unseen;
  if (!unseen) return null;
  const words = unseen === 1 ? "1 new message" : `${unseen} new messages`;
  const jump = () => {
    toEnd(el);
    redraw();
  };
  return h("button", { type: "button", class: "unseen", key: "unseen", onclick: jump }, icon("down"), words);
}

function toEnd(el) {
  el.scrollTop = el.scrollHeight;
  reading.set(el, { atEnd: true, top: el.scrollTop, unseen: 0, count: countIn(el) });
}

function countIn(el) {
  return el.querySelectorAll("article").length;
}

/** Returns the distance to the end of a list, in pixels. */
function below(el) {
  return el.scrollHeight - el.scrollTop - el.clientHeight;
}

/**
 * Updates the scroll state. Scrolling up leaves the end at once; scrolling down reaches it when it is
 * near.
 */
function noteScroll(el) {
  const state = reading.get(el);
  if (!state || state.top === el.scrollTop) return;
  const atEnd = below(el) <= (el.scrollTop < state.top ? 1 : NEAR);
  state.top = el.scrollTop;
  if (state.atEnd === atEnd) return;
  const hadUnseen = state.unseen > 0;
  reading.set(el, { ...state, atEnd, unseen: atEnd ? 0 : state.unseen, count: countIn(el) });
  if (hadUnseen && atEnd) redraw();
}

/**
 * Updates the scroll states before each redraw. Browsers report a scroll only with the next frame;
 * without this, a user who has scrolled up since the last frame would be returned to the end.
 */
export function noteScrolling() {
  for (const el of document.querySelectorAll("[data-scroller]")) noteScroll(el);
}

/** Updates the lists after each redraw: lists at the end stay there, others count the new messages. */
export function finishScrolling() {
  for (const el of document.querySelectorAll("[data-scroller]")) {
    const state = reading.get(el);
    if (!state) continue;
    const count = countIn(el);
    if (state.atEnd) {
      if (below(el) > 1) el.scrollTop = el.scrollHeight;
    } else if (count > state.count) {
      state.unseen += count - state.count;
      redraw();
    }
    state.count = count;
    state.top = el.scrollTop;
  }
  pointAtMessage();
}

/** Makes the list of a pane follow its end again, because the user has just posted there. */
export function followEnd(pane) {
  for (const el of pane?.querySelectorAll("[data-scroller]") ?? []) toEnd(el);
}

/** Scrolls to the message of the URL once. */
function pointAtMessage() {
  const target = route.message && `${route.channel} ${route.message}`;
  if (!target) pointed = null;
  if (!target || pointed === target) return;
  const article = document.querySelector(`.messages article[data-ts="${CSS.escape(route.message)}"]`);
  if (!article) return;
  pointed = target;
  const scroller = article.closest("[data-scroller]");
  reading.set(scroller, { ...reading.get(scroller), atEnd: false });
  article.scrollIntoView({ block: "center" });
  article.classList.remove("pointed");
  requestAnimationFrame(() => article.classList.add("pointed"));
  setTimeout(() => article.classList.remove("pointed"), 2500);
}

whenScreenChanges((screen, before) => {
  const channel = screen.channel;
  if (!channel) return;
  const listed = screen.channels.find((one) => one.id === channel.id);
  const unread = listed?.unread ?? 0;
  const opened = before?.channel?.id !== channel.id || before?.me !== screen.me;
  if (opened) newFrom = { channel: channel.id, ts: null };
  if (unread === 0) return;
  if (opened || document.hidden) newFrom = { channel: channel.id, ts: firstUnread(channel.messages, unread, screen.me) };
  markRead(screen);
});

function firstUnread(messages, unread, me) {
  const others = messages.filter((one) => one.user !== me && !one.ephemeral);
  return others[Math.max(0, others.length - unread)]?.ts ?? null;
}

/** Marks the visible channel as read in the sandbox if the page is visible. */
function markRead(screen) {
  if (document.hidden || route.tab === "home" || page.list) return;
  const listed = screen?.channels.find((one) => one.id === screen.channel?.id);
  if (listed?.unread > 0 || listed?.mentions > 0) act({ do: "read", channel: listed.id }, { quiet: true });
}

document.addEventListener("visibilitychange", () => markRead(page.screen));
