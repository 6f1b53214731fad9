// Links, mentions and dates in texts: their targets and how they are drawn.

import { dateTokens, wholeMoment } from "./dates.js";
import { icon } from "./icons.js";
import { h } from "./patch.js";
import { address, channelById, openChannel, go, page, person } from "./state.js";

/**
 * Returns the target of a link inside the page, as changes of the location, or null for an external link.
 * Slack's links to channels and messages and the page's own URLs are internal.
 */
export function placeOf(url) {
  let link;
  try {
    link = new URL(url, location.href);
  } catch {
    return null;
  }
  if (link.origin === location.origin && link.pathname === "/" && link.hash) {
    const said = new URLSearchParams(link.hash.slice(1));
    return { channel: said.get("channel"), thread: said.get("thread"), tab: said.get("tab"), message: said.get("message") };
  }
  const slack = /(^|\.)slack\.com$/.test(link.hostname) || link.origin === location.origin;
  if (slack && link.pathname === "/app_redirect") return { channel: link.searchParams.get("channel"), thread: null, tab: null };
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
  const place = placeOf(url);
  if (place) go(place);
  else if (isSafe(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/** Draws a link with the given content, or only the content if the scheme is not allowed. */
export function linkTo(url, content) {
  if (!isSafe(url)) return h("span", {}, content);
  const place = placeOf(url);
  if (place) {
    return h("a", { class: "link", href: address(place) }, content);
  }
  return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** Draws the mention of a user. A click opens nothing, because there are no profiles. */
export function personMention(id) {
  const whom = person(id);
  const mine = id === page.screen.me;
  return h("span", { class: mine ? "mention mention-me" : "mention", "data-user": id }, `@${whom.real_name}`);
}

/** Draws the mention of a channel as a link. If the user cannot see the channel, draws only its name. */
export function channelMention(id, name) {
  const known = channelById(id);
  if (!known) return h("span", { class: "mention" }, `#${name || "private-channel"}`);
  const said = known.kind === "private" ? [icon("lock"), known.name] : `#${known.name}`;
  const open = (event) => {
    event.preventDefault();
    openChannel(id);
  };
  return h("a", { class: "mention", href: address({ channel: id, thread: null, tab: null }), onclick: open }, said);
}

/** Draws `@here`, `@channel`, `@everyone`, or a user group. */
export function broadcast(word) {
  return h("span", { class: "mention mention-me" }, `@${word}`);
}

/** Draws a timestamp with Slack's date tokens, in the time zone of the acting user. */
export function dateMention(seconds, pattern, url, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  const said = dateTokens(pattern, seconds);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: wholeMoment(seconds) }, said);
  return url ? linkTo(url, time) : time;
}
