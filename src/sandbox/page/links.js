// Links, mentions and dates inside texts: where they lead and how they are drawn.

import { dateTokens, wholeMoment } from "./dates.js";
import { icon } from "./icons.js";
import { h } from "./patch.js";
import { address, channelById, openChannel, go, page, person } from "./state.js";

/**
 * Where a link leads inside the page, as changes of the place, or null for a link to the outside.
 * Slack's own links to channels and messages, and the page's own addresses, stay inside.
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

/** Whether the page may open a link at all: only the schemes that a chat message needs. */
export function isSafe(url) {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url.trim());
}

/** Follows a link: inside the page where it leads there, else in a new tab. */
export function followLink(url) {
  const place = placeOf(url);
  if (place) go(place);
  else if (isSafe(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/** Draws a link with the given content, or the bare content when the scheme is not safe. */
export function linkTo(url, content) {
  if (!isSafe(url)) return h("span", {}, content);
  const place = placeOf(url);
  if (place) {
    return h("a", { class: "link", href: address(place) }, content);
  }
  return h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** Draws a person's mention; a click opens nothing, as there are no profiles here. */
export function personMention(id) {
  const whom = person(id);
  const mine = id === page.screen.me;
  return h("span", { class: mine ? "mention mention-me" : "mention", "data-user": id }, `@${whom.real_name}`);
}

/** Draws a channel's mention as a link to it; a channel that the person cannot see is only its name. */
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

/** Draws a moment by Slack's date tokens, in the zone of the person shown. */
export function dateMention(seconds, pattern, url, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  const said = dateTokens(pattern, seconds);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: wholeMoment(seconds) }, said);
  return url ? linkTo(url, time) : time;
}
