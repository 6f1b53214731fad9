// The menu “More actions” of a message: reply, react, edit, delete, copy the link, and message shortcuts.

import { confirmFirst } from "../dialogs/confirm.js";
import { startEditing } from "./edit.js";
import { pickEmoji } from "./emoji_picker.js";
import { openMenu } from "../dialogs/menu.js";
import { go, page, toast } from "../base/state.js";
import { act } from "../base/server.js";

/** Opens the menu next to its button. */
export function messageMenu(anchor, message, pane) {
  const { app, me } = page.screen;
  const own = message.user === me && !message.subtype;
  const actions = (app?.shortcuts ?? []).filter((one) => one.type === "message");
  openMenu(
    anchor,
    "More actions",
    [
      { text: "Reply in thread", icon: "thread", run: () => go({ thread: message.thread_ts ?? message.ts }) },
      { text: "Add reaction…", icon: "smile", run: () => react(anchor, message, pane) },
      { text: "Copy link", icon: "copy", run: () => copyLink(message, pane) },
      own && { text: "Edit message", icon: "compose", run: () => startEditing(message, pane) },
      own && { text: "Delete message", icon: "trash", danger: true, run: () => remove(message, pane) },
      actions.length > 0 && { line: true },
      ...actions.map((one) => appAction(one, app, message, pane)),
    ],
    { owner: message.ts },
  );
}

function appAction(one, app, message, pane) {
  const run = () => act({ do: "message_action", channel: pane.channel, ts: message.ts, callback_id: one.callback_id });
  return { text: one.name, note: app.name, icon: "bolt", run };
}

function react(anchor, message, pane) {
  pickEmoji(anchor, (name) => act({ do: "react", channel: pane.channel, ts: message.ts, name }), { owner: message.ts });
}

async function remove(message, pane) {
  const agreed = await confirmFirst({
    title: { text: "Delete message" },
    text: { text: "Are you sure you want to delete this message? This cannot be undone." },
    confirm: { text: "Delete" },
    style: "danger",
  });
  if (agreed) await act({ do: "delete", channel: pane.channel, ts: message.ts });
}

async function copyLink(message, pane) {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
  const link = `${location.origin}/archives/${pane.channel}/p${message.ts.replace(".", "")}${thread ? `?thread_ts=${thread}` : ""}`;
  try {
    await navigator.clipboard.writeText(link);
    toast("The link is copied.", "good");
  } catch {
    toast(`The browser did not let the page copy. The link: ${link}`);
  }
}
