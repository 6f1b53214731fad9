// Attachments: legacy content below a message, with a colored bar.

import { drawBlocks } from "./blocks.js";
import { linkTo } from "../base/links.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";

const COLOURS = { good: "#2f9e6e", warning: "#d9a02b", danger: "#c8344f" };

/** Draws the attachments of a message. `ctx` is the context of its blocks. */
export function drawAttachments(ctx, attachments) {
  return (attachments ?? []).map((one, at) => {
    const colour = COLOURS[one.color] ?? (one.color && (one.color.startsWith("#") ? one.color : `#${one.color}`));
    return h("div", { class: "attachment", key: `attachment-${at}`, style: colour ? { "--bar": colour } : {} }, [
      one.pretext && h("div", {}, mrkdwn(one.pretext)),
      one.author_name && h("div", { class: "context-text" }, one.author_name),
      one.title && h("div", { class: "attachment-title" }, one.title_link ? linkTo(one.title_link, one.title) : one.title),
      one.blocks ? drawBlocks(ctx, one.blocks) : h("div", { class: "text" }, mrkdwn(one.text ?? (one.title ? "" : one.fallback))),
      one.fields &&
        h(
          "div",
          { class: "fields" },
          one.fields.map((field) => h("div", { class: "field" }, h("strong", {}, field.title), h("br"), mrkdwn(field.value))),
        ),
      one.footer && h("div", { class: "option-note" }, one.footer),
    ]);
  });
}
