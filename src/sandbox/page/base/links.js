// Links, mentions and dates in texts: their targets and how they are drawn.

import { dateTokens, fullDateTime } from "./dates.js";
import { icon } from "./icons.js";
import { h } from "./patch.js";
import { address, channelById, openChannel, go, page, userById } from "./state.js";

/**
 * Returns the target of a link inside the page, as changes of the location, or null for an external link.
 * Slack's links to channels, messages and canvases and the page's own URLs are internal.
 */
export function placeOf(url) {
  let link;
  try {
    link = new URL(url, location.href);
  } catch {
    return null;
  }
  if (link.origin === location.origin && link.pathname === "/" && link.hash) {
    const text = new URLSearchParams(link.hash.slice(1));
    return { channel: text.get("channel"), thread: text.get("thread"), tab: text.get("tab"), message: text.get("message") };
  }
  const slack = /(^|\.)slack\.com$/.test(link.hostname) || link.origin === location.origin;
  if (slack && link.pathname === "/app_redirect") return { channel: link.searchParams.get("channel"), thread: null, tab: null };
  const docs = slack && link.pathname.match(/^\/docs\/[A-Z0-9]+\/(F[A-Z0-9]+)$/);
  if (docs) {
    const holder = page.screen.channels.find((one) => one.canvases.includes(docs[1]));
    return holder ? { channel: holder.id, thread: null, tab: docs[1] } : null;
  }
  const archive = slack && link.pathname.match(/^\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?$/);
  if (!archive) return null;
  const [, channel, seconds, micros] = archive;
  const message = seconds ? `${seconds}.${micros}` : null;
  const thread = link.searchParams.get("thread_ts");
  return { channel, thread, tab: null, message };
}

/** Returns whether the page may open a link. Only the schemes that a chat message needs are allowed. */
export function isSafe(url) {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url.trim());
}

/** Follows a link: inside the page if it is internal, else in a new tab. */
export function followLink(url) {
  const target = placeOf(url);
  if (target) go(target);
  else if (isSafe(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/** Draws a link with the given content, or only the content if the scheme is not allowed. */
export function linkTo(url, content) {
  if (!isSafe(url)) return h("span", {}, content);
  const target = placeOf(url);
  if (target) {
    return h("a", { class: "link", href: address(target) }, content);
  }
  return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** Draws the mention of a user. A click opens nothing, because there are no profiles. */
export function userMention(id) {
  const user = userById(id);
  const mine = id === page.screen.me;
  return h("span", { class: mine ? "mention mention-me" : "mention", "data-user": id }, `@${user.real_name}`);
}

/** Draws the mention of a channel as a link. If the user cannot see the channel, draws only its name. */
export function channelMention(id, name) {
  const known = channelById(id);
  if (!known) return h("span", { class: "mention" }, `#${name || "private-channel"}`);
  const text = known.kind === "private" ? [icon("lock"), known.name] : `#${known.name}`;
  const open = (event) => {
    event.preventDefault();
    openChannel(id);
  };
  return h("a", { class: "mention", href: address({ channel: id, thread: null, tab: null }), onclick: open }, text);
}

/** Draws `@here`, `@channel`, `@everyone`, or a user group. */
export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/** Draws a timestamp with Slack's date tokens, in the time zone of the acting user. */
export function dateMention(seconds, pattern, url, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  const text = dateTokens(pattern, seconds);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fullDateTime(seconds) }, text);
  return url ? linkTo(url, time) : time;
}
