// The mailbox: every mail that the sandbox's relay accepted, as conversations.

import { clock, dayOf } from "../base/dates.js";
import { iconButton } from "../base/icons.js";
import { h } from "../base/patch.js";
import { address, go, now, page, redraw, route } from "../base/state.js";

const BODIES = [
  ["html", "HTML"],
  ["text", "Text"],
  ["source", "Source"],
];

/** Draws the mailbox, and the open conversation. */
export function mailPane() {
  const conversations = byThread(page.screen.mails);
  const open = conversations.find((mails) => mails.some((mail) => String(mail.id) === route.mail));
  return h("main", { class: "pane channel-pane mail-pane", key: "mailbox" }, [
    h("header", { class: "pane-head", key: "head" }, [
      open ? backToList() : backToChannels(),
      h("h1", { class: "pane-title", key: "title" }, h("span", { class: "pane-name" }, open ? open[0].subject : "Mailbox")),
      !open && h("div", { class: "topic", key: "topic" }, "Mail of the app. Nothing leaves this machine."),
    ]),
    open ? conversation(open) : list(conversations),
  ]);
}

/** Groups mails by their first reference. Both the groups and the mails in them are newest first. */
function byThread(mails) {
  const threads = new Map();
  for (const mail of mails) {
    const key = `${mail.to} ${mail.thread}`;
    threads.set(key, [...(threads.get(key) ?? []), mail]);
  }
  return [...threads.values()];
}

function backToList() {
  return iconButton("back", "Back to the mailbox", () => go({ mail: "inbox" }), { key: "back" });
}

function backToChannels() {
  const back = () => {
    page.list = true;
    redraw();
  };
  return iconButton("back", "Back to the channels", back, { class: "back-button", key: "back" });
}

function list(conversations) {
  if (conversations.length === 0) return h("div", { class: "empty", key: "empty" }, h("p", {}, "No mail yet."));
  return h("ul", { class: "mail-list", key: "list", "aria-label": "Conversations" }, conversations.map(conversationItem));
}

function conversationItem(mails) {
  const [latest] = mails;
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ mail: String(latest.id) });
  };
  return h(
    "li",
    { key: `${latest.to} ${latest.thread}` },
    h("a", { class: "mail-row", href: address({ mail: String(latest.id) }), onclick: open }, [
      h("span", { class: "mail-to", key: "to" }, latest.to),
      h("span", { class: "mail-subject", key: "subject" }, latest.subject || "(no subject)"),
      mails.length > 1 && h("span", { class: "mail-count", key: "count" }, `${mails.length} mails`),
      h("time", { class: "mail-time", key: "time" }, timeOf(latest)),
    ]),
  );
}

function conversation(mails) {
  return h("div", { class: "mail-conversation", key: "conversation" }, mails.map(mailCard));
}

function mailCard(mail) {
  const body = page.mailBodies[mail.id] ?? "html";
  return h("article", { class: "mail-card", key: String(mail.id), "aria-label": mail.subject }, [
    h("header", { class: "mail-head", key: "head" }, [
      h("dl", { class: "mail-fields", key: "fields" }, field("From", mail.from), field("To", mail.to), field("Subject", mail.subject)),
      h("time", { class: "mail-time", key: "time" }, timeOf(mail)),
      h("div", { class: "mail-bodies", key: "bodies", role: "group", "aria-label": "Show as" }, BODIES.map(bodyButton(mail, body))),
    ]),
    h("iframe", {
      key: body,
      class: "mail-body",
      title: `${mail.subject} (${body})`,
      src: `/sandbox/mail/${mail.id}/${body}`,
      sandbox: "allow-popups allow-popups-to-escape-sandbox",
    }),
  ]);
}

function field(name, value) {
  return h("div", { key: name }, h("dt", {}, name), h("dd", {}, value));
}

function bodyButton(mail, shown) {
  return ([body, label]) => {
    const show = () => {
      page.mailBodies[mail.id] = body;
      redraw();
    };
    const props = { key: body, type: "button", class: "head-button", "aria-pressed": String(body === shown), onclick: show };
    return h("button", props, label);
  };
}

function timeOf(mail) {
  const today = dayOf(mail.at) === dayOf(now());
  return today ? clock(mail.at) : `${dayOf(mail.at)} ${clock(mail.at)}`;
}
