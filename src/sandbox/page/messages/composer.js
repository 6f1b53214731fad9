// The composer of a channel or thread. Drafts are kept per channel and thread.

import { commandIn, forgetOffer, keyInOffer, lookAt, offerFor, offerId, offerList } from "./completion.js";
import { startEditing } from "./edit.js";
import { pickEmoji } from "./emoji_picker.js";
import { iconButton } from "../base/icons.js";
import { openMenu } from "../dialogs/menu.js";
import { followEnd } from "./messages.js";
import { h } from "../base/patch.js";
import { dismissNotice, page, redraw } from "../base/state.js";
import { act } from "../base/server.js";

const STORAGE_KEY = "drafts";
const drafts = new Map(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "[]"));

function saveDraft(key, text) {
  if (text) drafts.set(key, text);
  else drafts.delete(key);
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...drafts]));
}

/** Draws the composer of a channel, or of a thread in it. `label` names the field. */
export function composer({ channel, thread, label }) {
  const key = [page.screen.me, channel, thread].filter(Boolean).join(" ");
  const pane = { key, channel, thread };
  return h("div", { class: "composer-frame", key: `composer ${key}` }, [
    notice(thread),
    usage(key, thread),
    h("div", { class: "composer", key: "box" }, [
      field(pane, label),
      h("div", { class: "composer-tools", key: "tools" }, tools(pane), sendButton(pane)),
      offerList(key),
    ]),
  ]);
}

function field(pane, label) {
  const { key, thread } = pane;
  const el = document.querySelector(`[data-composer="${CSS.escape(key)}"]`);
  const offer = el && offerFor(el);
  return h("textarea", {
    key: "field",
    rows: "1",
    placeholder: label,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-controls": offer ? offerId(key) : null,
    "aria-activedescendant": offer ? offerId(key, offer.lit) : null,
    "data-composer": key,
    mounted: begin,
    oninput: (event) => onInput(event.target, pane),
    onclick: (event) => lookAt(event.target, Boolean(thread)),
    onkeydown: (event) => keyed(event, pane),
    onblur: () => forgetOffer(),
  });
}

/** Initializes the composer with its draft, and with the focus if there is a keyboard. */
function begin(el) {
  el.value = drafts.get(el.dataset.composer) ?? "";
  grow(el);
  const free = !document.querySelector("dialog[open]");
  if (free && matchMedia("(min-width: 641px) and (not (pointer: coarse))").matches) el.focus();
}

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight, Math.round(innerHeight * 0.4))}px`;
}

function onInput(el, { key, thread }) {
  saveDraft(key, el.value);
  grow(el);
  lookAt(el, Boolean(thread));
}

function keyed(event, pane) {
  if (event.isComposing || keyInOffer(event)) return;
  const el = event.target;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(el, pane);
  } else if (event.key === "ArrowUp" && el.value === "") {
    editLast(event, pane);
  } else if ((event.ctrlKey || event.metaKey) && ["b", "i"].includes(event.key)) {
    event.preventDefault();
    wrap(el, event.key === "b" ? "*" : "_");
  }
}

/** Edits the user's last message, as the up arrow does in Slack. */
function editLast(event, { thread }) {
  const list = thread ? page.screen.thread?.replies : page.screen.channel?.messages;
  const mine = (list ?? []).filter((one) => one.user === page.screen.me && !one.ephemeral && !one.subtype);
  if (mine.length === 0) return;
  event.preventDefault();
  startEditing(mine[mine.length - 1], { inThread: Boolean(thread) });
}

function wrap(el, sign) {
  const selection = el.value.slice(el.selectionStart, el.selectionEnd);
  el.setRangeText(sign + selection + sign, el.selectionStart, el.selectionEnd, "end");
  if (!selection) el.setSelectionRange(el.selectionStart - 1, el.selectionStart - 1);
  el.dispatchEvent(new Event("input", { bubbles: true }));
}

async function send(el, { key, channel, thread }) {
  // A space before a slash sends the text as a message, as in Slack.
  const text = el.value.trimEnd();
  if (!text) return;
  forgetOffer();
  el.value = "";
  saveDraft(key, "");
  grow(el);
  followEnd(el.closest(".pane"));
  if (page.screen.notice) dismissNotice(page.screen.notice.id);
  redraw();
  const response = await act({ do: "type", channel, text, thread: thread ?? null });
  if (response.ok) return;
  if (!drafts.has(key)) saveDraft(key, text);
  const again = document.querySelector(`[data-composer="${CSS.escape(key)}"]`);
  if (again && again.value === "") begin(again);
}

function fieldOf(event) {
  return event.currentTarget.closest(".composer").querySelector("textarea");
}

function insert(el, text) {
  el.focus();
  const gap = el.selectionStart > 0 && !/\s$/.test(el.value.slice(0, el.selectionStart)) ? " " : "";
  el.setRangeText(gap + text, el.selectionStart, el.selectionEnd, "end");
  el.dispatchEvent(new Event("input", { bubbles: true }));
}

function tools({ thread }) {
  const shortcuts = (page.screen.app?.shortcuts ?? []).filter((one) => one.type === "global");
  return [
    !thread &&
      iconButton("bolt", "Shortcuts", (event) => showShortcuts(event.currentTarget, shortcuts), {
        key: "bolt",
        "aria-haspopup": "menu",
      }),
    iconButton(
      "smile",
      "Emoji",
      (event) => {
        const el = fieldOf(event);
        pickEmoji(event.currentTarget, (name) => insert(el, `:${name}: `), { above: true, end: false });
      },
      { key: "emoji" },
    ),
    iconButton("at", "Mention somebody", (event) => insert(fieldOf(event), "@"), {
      key: "at",
      onmousedown: (event) => event.preventDefault(),
    }),
  ];
}

function showShortcuts(anchor, shortcuts) {
  const { app } = page.screen;
  const items = shortcuts.map((one) => ({
    text: one.name,
    note: one.description ? `${app.name}: ${one.description}` : app.name,
    icon: "bolt",
    run: () => act({ do: "shortcut", callback_id: one.callback_id }),
  }));
  const none = { heading: "The app has no shortcuts." };
  openMenu(anchor, "Shortcuts", items.length > 0 ? [{ heading: "Shortcuts" }, ...items] : [none], { above: true, end: false });
}

function sendButton(pane) {
  const press = (event) => {
    const el = fieldOf(event);
    send(el, pane);
    el.focus();
  };
  const ready = drafts.has(pane.key);
  return iconButton("send", "Send", press, { class: ready ? "send ready" : "send", key: "send" });
}

/** Draws the notices of Slack itself, such as a failed command. */
function notice(thread) {
  const notice = page.screen.notice;
  if (!notice || thread || page.dismissed.has(notice.id)) return null;
  return h("div", { class: "notice", role: "alert", key: `notice ${notice.id}` }, [
    h(
      "span",
      { class: "notice-text" },
      h("strong", {}, "Slackbot"),
      " ",
      notice.text,
      h("span", { class: "notice-note" }, " Only visible to you"),
    ),
    iconButton("close", "Dismiss", () => dismissNotice(notice.id)),
  ]);
}

/** Draws the usage of the command that is being typed. */
function usage(key, thread) {
  const command = !thread && commandIn(drafts.get(key) ?? "");
  if (!command) return null;
  return h(
    "div",
    { class: "usage-line", key: "usage" },
    h("strong", {}, command.command),
    " ",
    command.usage_hint,
    h("span", { class: "option-note" }, command.description),
  );
}
