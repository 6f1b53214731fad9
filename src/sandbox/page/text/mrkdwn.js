// Parses Slack's mrkdwn into drawn nodes: *bold*, _italic_, ~strikethrough~, `code`, ```blocks```, > quotes,
// <links> and mentions, dates and :emoji:. Text is inserted only as text nodes, never as HTML.

import { emoji, emojiCharacter } from "./emoji.js";
import { broadcast, channelMention, dateMention, isSafe, linkTo, userMention } from "../base/links.js";
import { h } from "../base/patch.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const BARE_LINK = /^https?:\/\/[^\s<>|]+[^\s<>|.,;:!?'")\]]/;

/** Draws a mrkdwn text with its paragraphs, quotes and code blocks. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const drawn = [];
  (text ?? "").split(/```\n?([\s\S]+?)\n?```\n?/).forEach((part, at) => {
    if (at % 2 === 1) drawn.push(h("pre", { class: "code-block" }, unescape(part)));
    else if (part) drawn.push(...lines(part, { verbatim }));
  });
  return drawn;
}

/** Draws a topic or description: mentions, links and emoji, but no bold, italic or code, as in Slack. */
export function plainMrkdwn(text) {
  return (text ?? "").split("\n").flatMap((line, at) => [at > 0 && h("br"), ...inline(line, { plain: true })]);
}

/** Decodes Slack's three escapes: `&lt;`, `&gt;` and `&amp;`. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Returns the text as it was typed: mentions as names, bare links, escapes decoded. */
export function toEditableText(text, users, channels) {
  const plainText = (text ?? "").replace(/<([^>\n]+)>/g, (whole, inside) => {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return `@${users.find((one) => one.id === target.slice(1))?.name ?? label ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${channels.find((one) => one.id === target.slice(1))?.name ?? label ?? target.slice(1)}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1)}`;
    return target;
  });
  return unescape(plainText);
}

function lines(text, options) {
  const drawn = [];
  let quote = null;
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (quote) quote.push(h("br"));
      else drawn.push((quote = []));
      quote.push(...inline(quoted[1], options));
      return;
    }
    quote = null;
    drawn.push(...inline(line, options));
    const nextIsQuote = /^(&gt;|>)/.test(lines[at + 1] ?? "");
    if (at < lines.length - 1 && !nextIsQuote) drawn.push(h("br"));
  });
  return drawn.map((part) => (Array.isArray(part) ? h("blockquote", {}, part) : part));
}

/** Draws one line of mrkdwn. `options` are `verbatim`, without bare links, and `plain`, without styles. */
function inline(text, options) {
  const drawn = [];
  let plain = "";
  const flush = () => {
    if (plain) drawn.push(unescape(plain));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const match = piece(text, at, at === 0 ? "" : text[at - 1], options);
    if (match) {
      flush();
      drawn.push(match.node);
      at += match.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return drawn;
}

/** Returns the markup that starts at `at` and its length, or null for a plain character. */
function piece(text, at, before, options) {
  const rest = text.slice(at);
  const sign = text[at];
  if (sign === "<") return token(rest);
  if (sign === "`" && !options.plain) {
    const code = rest.match(/^`([^`\n]+)`/);
    return code && { node: h("code", {}, unescape(code[1])), length: code[0].length };
  }
  if (sign in STYLES) return options.plain ? null : styled(rest, sign, before, options);
  if (sign === ":") {
    const name = rest.match(/^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/);
    return name && emojiCharacter(name[1]) ? { node: emoji(name[1]), length: name[0].length } : null;
  }
  if (sign === "h" && !options.verbatim && !/\w/.test(before)) {
    const bare = rest.match(BARE_LINK);
    return bare && { node: linkTo(unescape(bare[0]), unescape(bare[0])), length: bare[0].length };
  }
  return null;
}

function styled(rest, sign, before, options) {
  if (/[\w*~`]/.test(before)) return null;
  if (/^.[\s\u200b]/.test(rest) || rest[1] === sign) return null;
  for (let end = 1; end < rest.length; end += 1) {
    if (rest[end] === "<") end = skip(rest, end, ">");
    else if (rest[end] === "`") end = skip(rest, end, "`");
    const closes = rest[end] === sign && end > 1 && !/[\s\u200b]/.test(rest[end - 1]) && !/\w/.test(rest[end + 1] ?? "");
    if (closes && rest[end + 1] !== sign) {
      return { node: h(STYLES[sign], {}, inline(rest.slice(1, end), options)), length: end + 1 };
    }
  }
  return null;
}

function skip(text, from, sign) {
  const end = text.indexOf(sign, from + 1);
  return end === -1 ? from : end;
}

/** Draws a `<…>` token: a mention, a date or a link. */
function token(rest) {
  const whole = rest.match(/^<([^<>\n]+)>/);
  if (!whole) return null;
  const bar = whole[1].indexOf("|");
  const target = bar === -1 ? whole[1] : whole[1].slice(0, bar);
  const label = bar === -1 ? null : whole[1].slice(bar + 1);
  if (!/^[@#!]/.test(target) && !isSafe(unescape(target))) return null;
  return { node: mention(target, label), length: whole[0].length };
}

function mention(target, label) {
  if (target.startsWith("@")) return userMention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return broadcast((label ?? "group").replace(/^@/, ""));
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, url] = target.split("^");
    return dateMention(Number(seconds), unescape(pattern ?? ""), url, unescape(label ?? ""));
  }
  if (target.startsWith("!")) return broadcast(target.slice(1));
  return linkTo(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}
