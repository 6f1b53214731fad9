// Draws one message and its actions.

import { drawAttachments } from "./attachments.js";
import { drawBlocks } from "./blocks.js";
import { ago, clock, wholeMoment } from "./dates.js";
import { editor, startEditing } from "./edit.js";
import { emoji } from "./emoji.js";
import { pickEmoji } from "./emoji_picker.js";
import { avatar, icon, iconButton } from "./icons.js";
import { inMessage } from "./interactions.js";
import { messageMenu } from "./message_menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { h } from "./patch.js";
import { go, now, page, person } from "./state.js";
import { act } from "./server.js";

const SYSTEM = /^(channel_|group_|pinned_item|unpinned_item|bot_add|bot_remove|reminder_add)/;

/** Returns whether a message is a system message, such as `channel_join`. */
export function isSystem(message) {
  return SYSTEM.test(message.subtype ?? "");
}

/**
 * Cached drawings of messages that change only with a new page state. They keep typing fast in a long
 * channel.
 */
const drawings = new WeakMap();

/**
 * Draws a message. `place` is `{channel, inThread, grouped, tabbable}`. A grouped message follows a
 * message of the same user closely and has no name of its own. A tabbable message can be reached with
 * the Tab key.
 */
export function drawMessage(message, place) {
  if (!isStill(message)) return drawAnew(message, place);
  const stamp = `${place.inThread} ${place.grouped} ${place.tabbable} ${Math.floor(now() / 20)}`;
  const kept = drawings.get(message);
  if (kept?.stamp === stamp) return kept.node;
  const node = drawAnew(message, place);
  if (!place.inThread) drawings.set(message, { stamp, node });
  return node;
}

/** Returns whether the drawing of a message can be cached: no interactive parts, no open menu or editor. */
function isStill(message) {
  const lively = (block) => block.accessory || block.elements?.some((one) => one.action_id) || block.type === "input";
  const still = !message.attachments?.length && page.menu?.owner !== message.ts;
  return still && page.editing?.ts !== message.ts && !message.blocks?.some(lively);
}

function drawAnew(message, place) {
  const who = person(message.user);
  const active = page.menu?.owner === message.ts;
  const classes = [
    "message",
    place.grouped && "grouped",
    isSystem(message) && "system",
    message.ephemeral && "ephemeral",
    message.pinned && "pinned",
    active && "active",
    isEdited(message, place) && "editing",
  ];
  const props = {
    key: message.ts,
    class: classes.filter(Boolean).join(" "),
    tabindex: place.tabbable ? "0" : "-1",
    "data-ts": message.ts,
    "data-user": message.user,
    "aria-label": `${who.real_name} at ${clock(message.ts)}${message.ephemeral ? ", only visible to you" : ""}`,
    onkeydown: (event) => keyed(event, message, place),
  };
  return h("article", props, [
    marks(message),
    h(
      "div",
      { class: "gutter", key: "gutter" },
      place.grouped ? shortTime(message) : avatar({ ...who, is_bot: message.bot || who.is_bot }),
    ),
    h("div", { class: "message-main", key: "main" }, [
      !place.grouped && byline(message, who),
      isEdited(message, place) ? editor(message, place.channel) : content(message, place.channel),
      reactions(message, place.channel),
      !place.inThread && thread(message),
      message.ephemeral && dismissal(message),
    ]),
    !isEdited(message, place) && !message.ephemeral && toolbar(message, place),
  ]);
}

function isEdited(message, place) {
  return page.editing?.ts === message.ts && page.editing.inThread === Boolean(place.inThread);
}

function marks(message) {
  const said = [];
  if (message.ephemeral) said.push(h("span", { class: "mark" }, icon("eye"), "Only visible to you"));
  if (message.broadcast) said.push(h("span", { class: "mark" }, icon("thread"), "Replied to a thread"));
  if (message.pinned) said.push(h("span", { class: "mark" }, icon("pin"), "Pinned"));
  return said.length > 0 && h("div", { class: "marks", key: "marks" }, said);
}

function shortTime(message) {
  return h(
    "time",
    { class: "short-time", datetime: new Date(message.ts * 1000).toISOString(), title: wholeMoment(message.ts) },
    clock(message.ts),
  );
}

function byline(message, who) {
  return h("div", { class: "byline", key: "byline" }, [
    h("span", { class: "author" }, message.username ?? who.real_name),
    (message.bot || who.is_bot) && h("span", { class: "app-badge", title: "An app" }, "APP"),
    h(
      "time",
      { class: "sent-at", datetime: new Date(message.ts * 1000).toISOString(), title: wholeMoment(message.ts) },
      clock(message.ts),
    ),
  ]);
}

function content(message, channel) {
  const edited = message.edited && h("span", { class: "edited", key: "edited" }, "(edited)");
  const below = message.attachments?.length > 0 && drawAttachments(inMessage(channel, message), message.attachments);
  if (message.blocks?.length > 0 && !isPlainlyTyped(message)) {
    return h("div", { class: "content", key: "content" }, drawBlocks(inMessage(channel, message), message.blocks), edited, below);
  }
  return h(
    "div",
    { class: "content", key: "content" },
    h("div", { class: "text" }, mrkdwn(said(message)), edited && " ", edited),
    below,
  );
}

/** Returns the text of a message. A system message loses the mention of its author at the start. */
function said(message) {
  const self = `<@${message.user}> `;
  return isSystem(message) && message.text.startsWith(self) ? message.text.slice(self.length) : message.text;
}

/**
 * Returns whether a user typed the message without the composer's styles. Then *bold* and the like are
 * parsed from the text.
 */
function isPlainlyTyped({ bot, blocks, text }) {
  const [block] = blocks;
  const plain = (part) => part.type === "rich_text_section" && part.elements.every((one) => !one.style);
  return !bot && Boolean(text) && blocks.length === 1 && block.type === "rich_text" && block.elements.every(plain);
}

function reactions(message, channel) {
  if (!message.reactions?.length) return null;
  const add = (event) =>
    pickEmoji(event.currentTarget, (name) => act({ do: "react", channel, ts: message.ts, name }), {
      owner: message.ts,
      end: false,
    });
  return h("div", { class: "reactions", key: "reactions" }, [
    message.reactions.map((one) => reaction(one, message, channel)),
    h(
      "button",
      {
        type: "button",
        class: "reaction reaction-add",
        key: "add",
        "aria-label": "Add a reaction",
        title: "Add a reaction",
        onclick: add,
      },
      icon("smile"),
      "+",
    ),
  ]);
}

function reaction({ name, users }, message, channel) {
  const mine = users.includes(page.screen.me);
  const names = users.map((id) => (id === page.screen.me ? "you" : person(id).real_name)).join(", ");
  const toggle = () => act({ do: mine ? "unreact" : "react", channel, ts: message.ts, name });
  const props = {
    type: "button",
    key: name,
    class: mine ? "reaction mine" : "reaction",
    "aria-pressed": String(mine),
    onclick: toggle,
    "aria-label": `${name.replaceAll("_", " ")}: ${users.length}, by ${names}`,
    title: `${names} reacted with :${name}:`,
    "data-reaction": name,
  };
  return h("button", props, emoji(name), h("span", { class: "count" }, String(users.length)));
}

function thread(message) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: "thread-link", key: "thread", onclick: () => go({ thread: message.ts }) }, [
    (message.reply_users ?? []).slice(0, 5).map((id) => avatar(person(id), "small")),
    h("span", { class: "thread-count" }, words),
    message.latest_reply && h("span", { class: "thread-age" }, `Last reply ${ago(message.latest_reply)}`),
  ]);
}

function dismissal(message) {
  return h(
    "button",
    { type: "button", class: "dismiss", key: "dismiss", onclick: () => act({ do: "dismiss", ts: message.ts }) },
    "Dismiss",
  );
}

function toolbar(message, place) {
  const react = (event) =>
    pickEmoji(event.currentTarget, (name) => act({ do: "react", channel: place.channel, ts: message.ts, name }), {
      owner: message.ts,
    });
  const more = (event) => messageMenu(event.currentTarget, message, place);
  return h("div", { class: "toolbar", key: "toolbar", role: "toolbar", "aria-label": "Message actions" }, [
    iconButton("smile", "Add reaction", react, { class: "quick" }),
    !place.inThread &&
      iconButton("thread", "Reply in thread", () => go({ thread: message.thread_ts ?? message.ts }), { class: "quick" }),
    iconButton("dots", "More actions", more, { "aria-haspopup": "menu", "data-more": true }),
  ]);
}

/** Handles keys while a message has the focus: arrows move, T thread, E edit, R react, M more. */
function keyed(event, message, place) {
  const article = event.currentTarget;
  if (event.target !== article || event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = article.querySelectorAll(".toolbar button");
  const keys = {
    ArrowUp: () => neighbour(article, -1),
    ArrowDown: () => neighbour(article, 1),
    t: () => !place.inThread && go({ thread: message.thread_ts ?? message.ts }),
    r: () => buttons[0]?.click(),
    m: () => article.querySelector("[data-more]")?.click(),
    e: () => message.user === page.screen.me && startEditing(message, place),
  };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

function neighbour(article, step) {
  const all = [...article.closest("[role=log]").querySelectorAll("article")];
  const next = all[all.indexOf(article) + step];
  if (next) next.focus();
  else if (step > 0) article.closest(".pane").querySelector(".composer textarea")?.focus();
}
