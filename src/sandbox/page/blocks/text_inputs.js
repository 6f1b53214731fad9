// Text inputs: single-line, multi-line, email address, URL, number, rich text.

import { valueIn } from "./form.js";
import { h } from "../base/patch.js";

const INPUT_TYPES = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", inputmode: "email", autocomplete: "off" },
  url_text_input: { type: "url", inputmode: "url", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal", autocomplete: "off" },
  rich_text_input: { type: "text" },
};

/** Returns whether an element is a text input. */
export function isTextInput(element) {
  return element.type in INPUT_TYPES;
}

/** Draws a text input, with the number of remaining characters if the app set a limit. */
export function textInput(field) {
  const { element, ctx, id } = field;
  const stored = valueIn(ctx.form, id, element);
  const text = element.type === "rich_text_input" ? plainOf(stored) : (stored ?? "");
  const many = element.multiline || element.type === "rich_text_input";
  const props = {
    id: field.inputId,
    class: "input",
    placeholder: element.placeholder?.text ?? null,
    maxlength: element.max_length ?? 3000,
    value: text,
    "aria-describedby": field.describedBy ?? null,
    "aria-invalid": field.wrong ? "true" : null,
    "data-focus-first": element.focus_on_load ? true : null,
    oninput: (event) => ctx.input(field, inputValue(element, event.target.value)),
    onkeydown: (event) => keyed(event, field, many),
  };
  const input = many ? h("textarea", { ...props, rows: "4" }) : h("input", { ...props, ...INPUT_TYPES[element.type] });
  return h("div", { class: "typed" }, input, element.max_length && counter(element.max_length, text));
}

function counter(most, text) {
  const left = most - text.length;
  const full = left <= 0;
  const words = full ? "No characters left" : `${left} characters left`;
  return h("span", { class: full ? "counter full" : "counter", "aria-label": words }, String(left));
}

/**
 * Handles Enter: dispatches the action if the app requested it, else submits the form (multi-line
 * inputs with Ctrl).
 */
function keyed(event, field, many) {
  if (event.key !== "Enter" || event.isComposing) return;
  const dispatches = field.block.dispatch_action && field.element.type !== "rich_text_input";
  if (dispatches && !many) {
    event.preventDefault();
    field.ctx.entered(field);
  } else if (many && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.target.form?.requestSubmit();
  }
}

function inputValue(element, text) {
  if (element.type !== "rich_text_input" || text === "") return text;
  const section = { type: "rich_text_section", elements: [{ type: "text", text }] };
  return { type: "rich_text", elements: [section] };
}

function plainOf(value) {
  return (value?.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((one) => one.text ?? "")
    .join("");
}
