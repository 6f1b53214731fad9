// Draws one message and its actions.

import { drawAttachments } from "../blocks/attachments.js";
import { drawBlocks } from "../blocks/blocks.js";
import { ago, clock, fullDateTime } from "../base/dates.js";
import { editor, startEditing } from "./edit.js";
import { emoji } from "../text/emoji.js";
import { pickEmoji } from "./emoji_picker.js";
import { avatar, icon, iconButton } from "../base/icons.js";
import { inMessage } from "../blocks/interactions.js";
import { messageMenu } from "./message_menu.js";
import { mrkdwn, plainMrkdwn } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";
import { go, now, page, userById } from "../base/state.js";
import { act } from "../base/server.js";

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
 * Draws a message. `pane` is `{channel, inThread, grouped, tabbable}`. A grouped message follows a
 * message of the same user closely and has no name of its own. A tabbable message can be reached with
 * the Tab key.
 */
export function drawMessage(message, pane) {
  if (!isStill(message)) return renderMessage(message, pane);
  const stamp = `${pane.inThread} ${pane.grouped} ${pane.tabbable} ${Math.floor(now() / 20)}`;
  const drawn = drawings.get(message);
  if (drawn?.stamp === stamp) return drawn.node;
  const node = renderMessage(message, pane);
  if (!pane.inThread) drawings.set(message, { stamp, node });
  return node;
}

/** Returns whether the drawing of a message can be cached: no interactive parts, no open menu or editor. */
function isStill(message) {
  const lively = (block) => block.accessory || block.elements?.some((one) => one.action_id) || block.type === "input";
  const still = !message.attachments?.length && page.menu?.owner !== message.ts;
  return still && page.editing?.ts !== message.ts && !message.blocks?.some(lively);
}

function renderMessage(message, pane) {
  const who = userById(message.user);
  const active = page.menu?.owner === message.ts;
  const classes = [
    "message",
    pane.grouped && "grouped",
    isSystem(message) && "system",
    message.ephemeral && "ephemeral",
    message.pinned && "pinned",
    active && "active",
    isEdited(message, pane) && "editing",
  ];
  const props = {
    key: message.ts,
    class: classes.filter(Boolean).join(" "),
    tabindex: pane.tabbable ? "0" : "-1",
    "data-ts": message.ts,
    "data-user": message.user,
    "aria-label": `${who.real_name} at ${clock(message.ts)}${message.ephemeral ? ", only visible to you" : ""}`,
    onkeydown: (event) => keyed(event, message, pane),
  };
  return h("article", props, [
    marks(message),
    h(
      "div",
      { class: "gutter", key: "gutter" },
      pane.grouped ? shortTime(message) : avatar({ ...who, is_bot: message.bot || who.is_bot }),
    ),
    h("div", { class: "message-main", key: "main" }, [
      !pane.grouped && byline(message, who),
      isEdited(message, pane) ? editor(message, pane.channel) : content(message, pane.channel),
      reactions(message, pane.channel),
      !pane.inThread && thread(message),
      message.ephemeral && dismissal(message),
    ]),
    !isEdited(message, pane) && !message.ephemeral && toolbar(message, pane),
  ]);
}

function isEdited(message, pane) {
  return page.editing?.ts === message.ts && page.editing.inThread === Boolean(pane.inThread);
}

function marks(message) {
  const messageText = [];
  if (message.ephemeral) messageText.push(h("span", { class: "mark" }, icon("eye"), "Only visible to you"));
  if (message.broadcast) messageText.push(h("span", { class: "mark" }, icon("thread"), "Replied to a thread"));
  if (message.pinned) messageText.push(h("span", { class: "mark" }, icon("pin"), "Pinned"));
  return messageText.length > 0 && h("div", { class: "marks", key: "marks" }, messageText);
}

function shortTime(message) {
  return h(
    "time",
    { class: "short-time", datetime: new Date(message.ts * 1000).toISOString(), title: fullDateTime(message.ts) },
    clock(message.ts),
  );
}

function byline(message, who) {
  return h("div", { class: "byline", key: "byline" }, [
    h("span", { class: "author" }, message.username ?? who.real_name),
    (message.bot || who.is_bot) && h("span", { class: "app-badge", title: "An app" }, "APP"),
    h(
      "time",
      { class: "sent-at", datetime: new Date(message.ts * 1000).toISOString(), title: fullDateTime(message.ts) },
      clock(message.ts),
    ),
  ]);
}

function content(message, channel) {
  const edited = message.edited && h("span", { class: "edited", key: "edited" }, "(edited)");
  const below = message.attachments?.length > 0 && drawAttachments(inMessage(channel, message), message.attachments);
  if (message.blocks?.length > 0 && !isPlainText(message)) {
    return h("div", { class: "content", key: "content" }, drawBlocks(inMessage(channel, message), message.blocks), edited, below);
  }
  return h(
    "div",
    { class: "content", key: "content" },
    h("div", { class: "text" }, textOf(message), edited && " ", edited),
    below,
  );
}

/** Draws the text of a message. Topics and descriptions are not formatted. */
function textOf(message) {
  const isChannelText = ["channel_topic", "channel_purpose"].includes(message.subtype);
  return isChannelText ? plainMrkdwn(messageText(message)) : mrkdwn(messageText(message));
}

/** Returns the text of a message. A system message loses the mention of its author at the start. */
function messageText(message) {
  const self = `<@${message.user}> `;
  return isSystem(message) && message.text.startsWith(self) ? message.text.slice(self.length) : message.text;
}

/**
 * Returns whether a user typed the message without the composer's styles. Then *bold* and the like are
 * parsed from the text.
 */
function isPlainText({ bot, blocks, text }) {
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
  const names = users.map((id) => (id === page.screen.me ? "you" : userById(id).real_name)).join(", ");
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
    (message.reply_users ?? []).slice(0, 5).map((id) => avatar(userById(id), "small")),
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

function toolbar(message, pane) {
  const react = (event) =>
    pickEmoji(event.currentTarget, (name) => act({ do: "react", channel: pane.channel, ts: message.ts, name }), {
      owner: message.ts,
    });
  const more = (event) => messageMenu(event.currentTarget, message, pane);
  return h("div", { class: "toolbar", key: "toolbar", role: "toolbar", "aria-label": "Message actions" }, [
    iconButton("smile", "Add reaction", react, { class: "quick" }),
    !pane.inThread &&
      iconButton("thread", "Reply in thread", () => go({ thread: message.thread_ts ?? message.ts }), { class: "quick" }),
    iconButton("dots", "More actions", more, { "aria-haspopup": "menu", "data-more": true }),
  ]);
}

/** Handles keys while a message has the focus: arrows move, T thread, E edit, R react, M more. */
function keyed(event, message, pane) {
  const article = event.currentTarget;
  if (event.target !== article || event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = article.querySelectorAll(".toolbar button");
  const keys = {
    ArrowUp: () => neighbour(article, -1),
    ArrowDown: () => neighbour(article, 1),
    t: () => !pane.inThread && go({ thread: message.thread_ts ?? message.ts }),
    r: () => buttons[0]?.click(),
    m: () => article.querySelector("[data-more]")?.click(),
    e: () => message.user === page.screen.me && startEditing(message, pane),
  };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

function neighbour(article, step) {
  const articles = [...article.closest("[role=log]").querySelectorAll("article")];
  const next = articles[articles.indexOf(article) + step];
  if (next) next.focus();
  else if (step > 0) article.closest(".pane").querySelector(".composer textarea")?.focus();
}
