// The middle pane: a channel's header, its pins and bookmarks, its messages, and the composer.

import { composer } from "../messages/composer.js";
import { confirmFirst } from "../dialogs/confirm.js";
import { channelMembers, renameChannel } from "../dialogs/dialogs.js";
import { emojiCharacter, withEmoji } from "../text/emoji.js";
import { canvasPane, canvasTabs } from "./canvas.js";
import { appTabs, homeTab } from "./home.js";
import { avatar, icon, iconButton } from "../base/icons.js";
import { linkTo } from "../base/links.js";
import { openMenu, openPanel, closePanel } from "../dialogs/menu.js";
import { messageList } from "../messages/messages.js";
import { plainMrkdwn } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";
import { channelName, go, page, userById, redraw, route } from "../base/state.js";
import { act } from "../base/server.js";
import { clock, dayDivider } from "../base/dates.js";

/** Draws the pane of the current channel. */
export function channelPane() {
  const { channel, app } = page.screen;
  if (!channel) return h("main", { class: "pane channel-pane", key: "channel" }, empty());
  const listed = { ...page.screen.channels.find((one) => one.id === channel.id), ...channel };
  const isApp = listed.kind === "im" && listed.user === app?.user_id;
  const home = isApp && route.tab === "home";
  const canvas = channel.canvases.find((one) => one.id === route.tab);
  return h("main", { class: "pane channel-pane", key: "channel", "data-open-channel": channel.id }, [
    header(listed),
    isApp ? appTabs(listed) : canvasTabs(listed),
    home && homeTab(),
    canvas && canvasPane(listed, canvas),
    !home && !canvas && [bookmarks(channel), messages(listed), foot(listed)],
  ]);
}

function empty() {
  return h("div", { class: "empty" }, backButton(), h("p", {}, "Choose a channel on the left."));
}

/** Draws the button that returns to the list on a phone. */
function backButton() {
  const back = () => {
    page.list = true;
    redraw();
  };
  return iconButton("back", "Back to the channels", back, { class: "back-button", key: "back" });
}

function header(channel) {
  const talk = channel.kind === "im";
  return h("header", { class: "pane-head", key: "head" }, [
    backButton(),
    talk ? talkTitle(channel) : titleButton(channel),
    h("div", { class: "topic", key: "topic", title: channel.topic || null }, !talk && plainMrkdwn(channel.topic)),
    !talk && h("div", { class: "head-tools", key: "tools" }, pinsButton(channel), membersButton(channel)),
  ]);
}

function symbol(channel) {
  return icon(channel.is_archived ? "archive" : channel.kind === "private" ? "lock" : "hash");
}

function talkTitle(channel) {
  const other = userById(channel.user);
  return h("h1", { class: "pane-title", key: "title" }, avatar(other, "small"), h("span", { class: "pane-name" }, other.real_name));
}

function titleButton(channel) {
  const show = (event) =>
    openMenu(
      event.currentTarget,
      `#${channel.name}`,
      [
        channel.topic && { heading: plainMrkdwn(channel.topic) },
        { text: "Members", icon: "people", run: channelMembers },
        channel.is_member && !channel.is_archived && { text: "Rename", icon: "compose", run: () => renameChannel(channel) },
        channel.is_member && { text: "Leave", icon: "back", run: () => act({ do: "leave", channel: channel.id }) },
        channel.is_archived && { text: "Unarchive", icon: "archive", run: () => act({ do: "unarchive", channel: channel.id }) },
        channel.is_member &&
          !channel.is_archived && { text: "Archive", icon: "archive", danger: true, run: () => archive(channel) },
      ],
      { end: false },
    );
  const button = h(
    "button",
    { type: "button", class: "title-button", "aria-haspopup": "menu", onclick: show, title: channel.purpose || null },
    [symbol(channel), h("span", { class: "pane-name" }, channel.name), icon("down")],
  );
  return h("h1", { class: "pane-title", key: "title" }, button);
}

async function archive(channel) {
  const agreed = await confirmFirst({
    title: { text: `Archive #${channel.name}?` },
    text: { text: "You can't post in an archived channel. Its messages remain." },
    confirm: { text: "Archive channel" },
    style: "danger",
  });
  if (agreed) await act({ do: "archive", channel: channel.id });
}

function membersButton(channel) {
  const count = channel.members.length;
  const label = count === 1 ? "1 member" : `${count} members`;
  return h(
    "button",
    { type: "button", class: "head-button", key: "members", "aria-label": label, title: label, onclick: channelMembers },
    icon("people"),
    String(count),
  );
}

function pinsButton(channel) {
  const count = channel.pins?.length ?? 0;
  if (count === 0) return null;
  const label = count === 1 ? "1 pinned message" : `${count} pinned messages`;
  const show = (event) => openPanel(event.currentTarget, { label: "Pinned messages", draw: () => pins(page.screen.channel) });
  return h(
    "button",
    {
      type: "button",
      class: "head-button",
      key: "pins",
      "aria-label": label,
      title: label,
      "aria-haspopup": "dialog",
      onclick: show,
    },
    icon("pin"),
    String(count),
  );
}

function pins(channel) {
  const visit = (ts) => () => {
    closePanel();
    go({ channel: channel.id, message: ts });
  };
  return [
    h("div", { class: "menu-heading", key: "heading" }, "Pinned"),
    ...channel.pins.map((ts) => {
      const message = channel.messages.find((one) => one.ts === ts);
      const words = message ? message.text : "An older message";
      const who = message ? `${userById(message.user).real_name}, ${dayDivider(ts)} ${clock(ts)}` : dayDivider(ts);
      return h(
        "button",
        { type: "button", key: ts, class: "pin-row", onclick: visit(ts) },
        h("span", { class: "menu-note" }, who),
        h("span", { class: "pin-text" }, plain(words)),
      );
    }),
  ];
}

/** Returns a message's text without markup, for one row of a list. */
function plain(text) {
  return withEmoji(
    (text ?? "")
      .replace(/<[^|>]*\|([^>]+)>/g, "$1")
      .replace(/<@([^>]+)>/g, (_, id) => `@${userById(id).real_name}`)
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&"),
  );
}

function bookmarks(channel) {
  if (!channel.bookmarks?.length) return null;
  return h(
    "nav",
    { class: "bookmarks", key: "bookmarks", "aria-label": "Bookmarks" },
    channel.bookmarks.map((one) => {
      const sign = emojiCharacter((one.emoji ?? "").replaceAll(":", ""));
      const content = [sign ? h("span", { class: "emoji", "aria-hidden": "true" }, sign) : icon("bookmark"), one.title];
      return h("span", { key: one.id, class: "bookmark", "data-bookmark": one.id }, linkTo(one.link, content));
    }),
  );
}

function messages(channel) {
  const pane = { channel: channel.id, inThread: false, name: `Messages in ${channelName(channel)}` };
  return messageList(
    `${page.screen.me} ${channel.id}`,
    channel.messages,
    pane,
    channel.messages.length < 200 && beginning(channel),
  );
}

function beginning(channel) {
  if (channel.kind === "im") {
    return h(
      "div",
      { class: "beginning", key: "beginning" },
      h("p", {}, "This is the beginning of your direct messages with ", h("strong", {}, userById(channel.user).real_name), "."),
    );
  }
  return h("div", { class: "beginning", key: "beginning" }, [
    h("h2", {}, symbol(channel), channel.name),
    h("p", {}, channel.purpose ? plainMrkdwn(channel.purpose) : "This is the very beginning of the channel."),
    channel.is_general && channel.is_member && commandsHint(),
  ]);
}

/** Draws an introduction to the app for new users, in #general only. */
function commandsHint() {
  const commands = page.screen.app?.commands ?? [];
  if (commands.length === 0) return null;
  return h(
    "p",
    {},
    "Type ",
    commands.map((one, at) => [at > 0 && " or ", h("code", {}, one.command)]),
    ` to use ${page.screen.app.name}.`,
  );
}

function foot(channel) {
  if (channel.is_archived)
    return h(
      "div",
      { class: "foot-line", key: "foot" },
      icon("archive"),
      h("span", {}, "This channel is archived. You can't post here."),
    );
  if (channel.kind !== "im" && !channel.is_member) {
    const join = () => act({ do: "join", channel: channel.id });
    return h(
      "div",
      { class: "foot-line", key: "foot" },
      h("span", {}, "You're viewing ", h("strong", {}, `#${channel.name}`)),
      h("button", { type: "button", class: "button button-primary", onclick: join }, "Join Channel"),
    );
  }
  const name = channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
  return composer({ channel: channel.id, thread: null, label: `Message ${name}` });
}
