// Draws Block Kit blocks as Slack does.

import { withEmoji } from "../text/emoji.js";
import { drawElement, fieldFor, image, textObject } from "./elements.js";
import { blockId } from "./form.js";
import { icon } from "../base/icons.js";
import { markdown } from "../text/markdown.js";
import { linkTo } from "../base/links.js";
import { h } from "../base/patch.js";
import { richText } from "../text/rich_text.js";

/** Draws the blocks of a message or view. The context provides their values and handles their use. */
export function drawBlocks(ctx, blocks) {
  return h(
    "div",
    { class: "blocks" },
    (blocks ?? []).map((block, at) => {
      const id = blockId(block, at);
      const drawn = (DRAWN[block.type] ?? unknown)(block, id, ctx);
      return h("div", { key: `${block.type} ${id}`, class: `block block-${block.type}`, "data-block": id }, drawn);
    }),
  );
}

const DRAWN = {
  header: (block, id, ctx) => h(ctx.where === "home" ? "h2" : "h3", { class: "block-title" }, withEmoji(block.text?.text ?? "")),
  divider: () => h("hr"),
  section,
  context: (block) => (block.elements ?? []).map(contextElement),
  context_actions: actions,
  actions,
  image: imageBlock,
  rich_text: (block) => richText(block),
  markdown: (block) => markdown(block.text ?? ""),
  table: (block) => table(block),
  video: (block) => h("p", {}, linkTo(block.title_url ?? block.video_url, block.title?.text ?? "Video")),
  input,
};

function unknown(block) {
  return h("p", { class: "unknown-block" }, `(A block of the type “${block.type}” can't be shown here.)`);
}

function section(block, id, ctx) {
  const { accessory } = block;
  const below = accessory && /checkboxes|radio_buttons/.test(accessory.type);
  return h("div", { class: below ? "section section-below" : "section" }, [
    h("div", { class: "section-text", key: "text" }, [
      block.text && h("div", { class: "paragraph" }, textObject(block.text)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((text) => h("div", { class: "field" }, textObject(text))),
        ),
    ]),
    accessory && h("div", { class: "accessory", key: "accessory" }, drawElement(fieldFor(ctx, block, id, accessory))),
  ]);
}

function contextElement(element) {
  if (element.type === "image") return image(element, "context-image");
  return h("span", { class: "context-text" }, textObject(element));
}

function actions(block, id, ctx) {
  return (block.elements ?? []).map((element, at) =>
    h("div", { class: "action", key: element.action_id ?? String(at) }, drawElement(fieldFor(ctx, block, id, element))),
  );
}

function imageBlock(block) {
  const title = block.title && h("figcaption", {}, withEmoji(block.title.text));
  return h("figure", {}, title, image(block, "block-picture"));
}

function table(block) {
  const cell = (one) => (one.type === "rich_text" ? richText(one) : (one.text ?? ""));
  const [head, ...rest] = block.rows ?? [];
  return h(
    "div",
    { class: "table-frame" },
    h("table", {}, [
      head &&
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            head.map((one) => h("th", { scope: "col" }, cell(one))),
          ),
        ),
      h(
        "tbody",
        {},
        rest.map((row) =>
          h(
            "tr",
            {},
            row.map((one) => h("td", {}, cell(one))),
          ),
        ),
      ),
    ]),
  );
}

/**
 * Draws an input block with its label, hint and error. The label refers to the control or names the
 * group of boxes.
 */
function input(block, id, ctx) {
  const { element } = block;
  const wrong = ctx.form.errors[id];
  const base = fieldFor(ctx, block, id, element);
  const names = { label: `${base.inputId}-label`, hint: `${base.inputId}-hint`, error: `${base.inputId}-error` };
  const grouped = /checkboxes|radio_buttons/.test(element.type);
  const describedBy = [wrong && names.error, block.hint && names.hint].filter(Boolean).join(" ") || null;
  const field = { ...base, label: null, hasLabel: !grouped, labelledBy: grouped ? names.label : null, describedBy, wrong, clearable: true };
  const words = [withEmoji(block.label?.text ?? ""), block.optional && h("span", { class: "optional" }, " (optional)")];
  return h("div", { class: wrong ? "input-block wrong" : "input-block" }, [
    grouped
      ? h("div", { id: names.label, class: "input-label", key: "label" }, words)
      : h("label", { id: names.label, class: "input-label", for: base.inputId, key: "label" }, words),
    h("div", { key: "element" }, drawElement(field)),
    wrong && h("p", { id: names.error, class: "input-error", role: "alert", key: "error" }, icon("close"), wrong),
    block.hint && h("p", { id: names.hint, class: "input-hint", key: "hint" }, withEmoji(block.hint.text)),
  ]);
}
