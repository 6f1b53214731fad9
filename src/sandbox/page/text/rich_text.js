// Draws `rich_text` blocks, which Slack stores for the messages of users.

import { emoji, emojiCharacter, withEmoji } from "./emoji.js";
import { broadcast, channelMention, dateMention, linkTo, userMention } from "../base/links.js";
import { h } from "../base/patch.js";

/** Draws a `rich_text` block. */
export function richText(block) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map(part));
}

function part(element) {
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, inlines(element));
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, inlines(element));
    case "rich_text_quote":
      return h("blockquote", {}, inlines(element));
    case "rich_text_list":
      return list(element);
    default:
      return h("div", { class: "unknown-block" }, `(${element.type} can't be shown here)`);
  }
}

function list(element) {
  const indent = element.indent ?? 0;
  const tag = element.style === "ordered" ? "ol" : "ul";
  const props = { class: `rich-list level-${indent % 3}`, style: { "--indent": String(indent) } };
  if (element.offset) props.start = element.offset + 1;
  return h(
    tag,
    props,
    (element.elements ?? []).map((item) => h("li", {}, inlines(item))),
  );
}

function inlines(element) {
  return (element.elements ?? []).map((inline) => inStyle(inline, bare(inline)));
}

function bare(inline) {
  switch (inline.type) {
    case "text":
      return broken(inline.text ?? "");
    case "link":
      return linkTo(inline.url, inline.text || inline.url);
    case "user":
      return userMention(inline.user_id);
    case "channel":
      return channelMention(inline.channel_id);
    case "usergroup":
      return broadcast(inline.usergroup_id);
    case "broadcast":
      return broadcast(inline.range);
    case "emoji":
      return emojiCharacter(inline.name) || !inline.unicode ? emoji(inline.name) : fromCodes(inline.unicode);
    case "date":
      return dateMention(Number(inline.timestamp), inline.format ?? "{date}", inline.url, inline.fallback);
    case "color":
      return h("span", { class: "color-value" }, inline.value);
    default:
      return inline.text ?? "";
  }
}

function fromCodes(codes) {
  return String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)));
}

/** Draws text with line breaks as elements, so that copying preserves them. */
function broken(text) {
  return text.split("\n").flatMap((line, at) => [at > 0 && h("br"), withEmoji(line)]);
}

function inStyle(inline, drawn) {
  const style = inline.style ?? {};
  let node = drawn;
  if (style.code) node = h("code", {}, node);
  if (style.strike) node = h("s", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.bold) node = h("strong", {}, node);
  return node;
}
