// The sidebar: the workspace, its channels, direct messages and the app.

import { browseChannels, createChannel, newDirectMessage } from "../dialogs/dialogs.js";
import { avatar, icon, iconButton } from "../base/icons.js";
import { openMenu } from "../dialogs/menu.js";
import { h } from "../base/patch.js";
import { address, channelName, go, page, redraw, userById, route } from "../base/state.js";
import { act } from "../base/server.js";
import { userSwitch, themeButton } from "./topbar.js";

/** Draws the sidebar. */
export function sidebar() {
  const { screen } = page;
  const mine = screen.channels.filter((one) => one.kind !== "im" && (one.is_member || one.id === screen.channel?.id));
  const active = mine.filter((one) => !one.is_archived);
  const talks = screen.channels.filter((one) => one.kind === "im" && one.user !== screen.app?.user_id);
  return h("aside", { class: "sidebar", key: "sidebar", "aria-label": "Workspace" }, [
    h("div", { class: "sidebar-head", key: "head" }, h("span", { class: "team" }, screen.team.name), themeButton()),
    h("div", { class: "sidebar-people", key: "people" }, userSwitch("sidebar")),
    h("nav", { class: "sidebar-nav", key: "nav", "aria-label": "Channels and direct messages" }, [
      group("channels", "Channels", addChannels(), active.sort(byName).map(channelItem)),
      archivedGroup(mine.filter((one) => one.is_archived)),
      group("talks", "Direct messages", iconButton("plus", "New direct message", newDirectMessage), talks.map(talkItem)),
      group("apps", "Apps", null, [screen.app && appItem(), mailboxItem()]),
    ]),
  ]);
}

function byName(one, other) {
  return one.name.localeCompare(other.name);
}

/** Draws the archived channels, which are collapsed unless one of them is open. */
function archivedGroup(channels) {
  if (channels.length === 0) return null;
  const open = page.showsArchived || channels.some((one) => hereNow(one.id));
  const toggle = () => {
    page.showsArchived = !open;
    redraw();
  };
  const props = { type: "button", class: "sidebar-toggle", "aria-expanded": String(open), onclick: toggle };
  return h("section", { class: "sidebar-group", key: "archived", "aria-label": "Archived" }, [
    h("h2", {}, h("button", props, `Archived (${channels.length})`, icon("down"))),
    open && h("ul", {}, channels.sort(byName).map(channelItem)),
  ]);
}

function addChannels() {
  const items = [
    { text: "Create a channel", icon: "plus", run: createChannel },
    { text: "Browse channels", icon: "search", run: browseChannels },
  ];
  const show = (event) => openMenu(event.currentTarget, "Add channels", items, { end: false });
  return iconButton("plus", "Add channels", show, { "aria-haspopup": "menu" });
}

function group(key, title, button, items) {
  return h("section", { class: "sidebar-group", key, "aria-label": title }, [
    h("div", { class: "sidebar-title" }, h("h2", {}, title), button),
    h("ul", {}, items),
  ]);
}

/** Draws a link to a channel or app, with its unread state and its number of mentions. */
function sidebarItem({ key, channel, symbol, name, href, current, label, extra, onclick, unread, badge, dim }) {
  const classes = ["place", current && "current", unread && "unread", dim && "dim"].filter(Boolean).join(" ");
  const words = [label, badge ? `${badge} for you` : unread && "unread"].filter(Boolean).join(", ");
  const props = {
    class: classes,
    href,
    "data-channel": channel ?? null,
    "aria-current": current ? "page" : null,
    "aria-label": words,
    onclick,
  };
  return h(
    "li",
    { key },
    h("a", props, [
      h("span", { class: "place-mark", key: "mark" }, symbol),
      h("span", { class: "place-name", key: "name" }, name),
      extra,
      badge > 0 && h("span", { class: "badge", key: "badge", "aria-hidden": "true" }, String(badge)),
    ]),
  );
}

function hereNow(channel) {
  return !route.mail && (route.channel ?? page.screen.channel?.id) === channel;
}

/** Closes the list on a phone, also if the link leads to the current page. */
function leaveList() {
  page.list = false;
}

function channelItem(channel) {
  const kind = channel.is_archived ? "archived channel" : channel.kind === "private" ? "private channel" : "channel";
  const symbol = channel.is_archived ? "archive" : channel.kind === "private" ? "lock" : "hash";
  return sidebarItem({
    key: channel.id,
    channel: channel.id,
    symbol: icon(symbol),
    name: channel.name,
    href: address({ channel: channel.id, thread: null, tab: null }),
    current: hereNow(channel.id),
    label: `${channel.name} (${kind})`,
    unread: channel.unread > 0,
    badge: channel.mentions,
    dim: channel.is_archived,
    onclick: again(channel.id),
  });
}

function talkItem(channel) {
  const other = userById(channel.user);
  const own = channel.user === page.screen.me;
  return sidebarItem({
    key: channel.id,
    channel: channel.id,
    symbol: avatar(other, "small"),
    name: [channelName(channel), own && h("span", { class: "place-note" }, " you")],
    href: address({ channel: channel.id, thread: null, tab: null }),
    current: hereNow(channel.id),
    label: `${channelName(channel)} (direct message)`,
    unread: channel.unread > 0,
    badge: channel.unread,
    onclick: again(channel.id),
  });
}

/** Returns a click handler that opens the channel, also if the URL does not change. */
function again(channel) {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leaveList();
    go({ channel, thread: null, tab: null });
  };
}

function appItem() {
  const { app, channels } = page.screen;
  const talk = channels.find((one) => one.kind === "im" && one.user === app.user_id);
  const label = app.connected ? `${app.name} (app)` : `${app.name} (app, not connected)`;
  const open = (event) => {
    event.preventDefault();
    openApp(talk);
  };
  return sidebarItem({
    key: "app",
    channel: talk?.id,
    symbol: avatar(userById(app.user_id), "small"),
    name: app.name,
    href: talk ? address({ channel: talk.id, thread: null, tab: null }) : "#",
    current: talk ? hereNow(talk.id) : false,
    label,
    extra: h("span", {
      class: app.connected ? "presence on" : "presence",
      title: app.connected ? "The app is connected" : "The app is not connected",
    }),
    unread: talk?.unread > 0,
    badge: talk?.unread,
    onclick: open,
  });
}

function mailboxItem() {
  const { mails } = page.screen;
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leaveList();
    go({ mail: "inbox", thread: null });
  };
  return sidebarItem({
    key: "mailbox",
    symbol: icon("mail"),
    name: "Mailbox",
    href: address({ mail: "inbox", thread: null }),
    current: Boolean(route.mail),
    label: mails.length === 1 ? "Mailbox, 1 mail" : `Mailbox, ${mails.length} mails`,
    extra: mails.length > 0 && h("span", { class: "place-count", key: "count", "aria-hidden": "true" }, String(mails.length)),
    onclick: open,
  });
}

/** Opens the app: its Messages tab if it has unread messages, else its Home tab if it has one. */
export async function openApp(talk) {
  const { app } = page.screen;
  let channel = talk?.id;
  if (!channel) {
    const response = await act({ do: "open_im", user: app.user_id });
    if (!response.ok) return;
    channel = response.channel;
  }
  go({ channel, thread: null, tab: app.home_tab && !(talk?.unread > 0) ? "home" : null });
}
