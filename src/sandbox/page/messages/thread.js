// The right pane: a thread with its parent message and replies.

import { composer } from "./composer.js";
import { iconButton } from "../base/icons.js";
import { drawMessage } from "./message.js";
import { messageList } from "./messages.js";
import { h } from "../base/patch.js";
import { channelName, go, page } from "../base/state.js";

/** Draws the open thread, if there is one. */
export function threadPane() {
  const { thread, channel } = page.screen;
  if (!thread || !channel) return null;
  const { parent, replies } = thread;
  const listed = { ...page.screen.channels.find((one) => one.id === channel.id), ...channel };
  const name = listed.kind === "im" ? channelName(listed) : `#${listed.name}`;
  const pane = { channel: channel.id, inThread: true, name: "Thread" };
  const canWrite = !channel.is_archived && (channel.is_member || listed.kind === "im");
  const above = [
    drawMessage(parent, { ...pane, grouped: false }),
    replies.length > 0 &&
      h(
        "div",
        { class: "replies-line", key: "count" },
        h("span", {}, replies.length === 1 ? "1 reply" : `${replies.length} replies`),
      ),
  ];
  return h("section", { class: "pane thread-pane", key: "thread", "aria-label": "Thread", onkeydown: leaveByEsc }, [
    h("header", { class: "pane-head", key: "head" }, [
      h("h2", { class: "pane-title", key: "title" }, "Thread"),
      h("span", { class: "topic", key: "where" }, name),
      iconButton("close", "Close the thread", closeThread, { key: "close" }),
    ]),
    messageList(`${page.screen.me} ${channel.id} ${parent.ts}`, replies, pane, above),
    canWrite && composer({ channel: channel.id, thread: parent.ts, label: "Reply…" }),
  ]);
}

/** Closes the thread. */
export function closeThread() {
  go({ thread: null });
}

function leaveByEsc(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  closeThread();
}
