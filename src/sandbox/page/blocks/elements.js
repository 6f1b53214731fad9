// Draws Block Kit elements as Slack does.

import { timestampIn, partsIn } from "../base/dates.js";
import { withEmoji } from "../text/emoji.js";
import { valueIn } from "./form.js";
import { icon } from "../base/icons.js";
import { busyName } from "./interactions.js";
import { openMenu } from "../dialogs/menu.js";
import { mrkdwn } from "../text/mrkdwn.js";
import { h } from "../base/patch.js";
import { select } from "./select.js";
import { me, page } from "../base/state.js";
import { isTextInput, textInput } from "./text_inputs.js";

/** Draws a text object: mrkdwn, or plain text with emoji. */
export function textObject(text) {
  if (!text) return null;
  if (typeof text === "string") return text;
  return text.type === "mrkdwn" ? mrkdwn(text.text, { verbatim: text.verbatim }) : withEmoji(text.text ?? "");
}

/** Returns the properties for drawing an element: its context, block, IDs and label. */
export function fieldFor(ctx, block, id, element, more = {}) {
  const inputId = `${ctx.form.name}-${id}-${element.action_id}`.replace(/[^\w-]/g, "_");
  return { ctx, block, id, element, inputId, label: labelOutside(element), clearable: false, ...more };
}

/** Draws an element. */
export function drawElement(field) {
  const { element } = field;
  if (element.type.endsWith("_select")) return select(field);
  if (isTextInput(element)) return textInput(field);
  return (DRAWN[element.type] ?? unknown)(field);
}

const DRAWN = {
  button,
  workflow_button: button,
  overflow,
  checkboxes: (field) => boxes(field, "checkbox"),
  radio_buttons: (field) => boxes(field, "radio"),
  datepicker: (field) => picker(field, "date"),
  timepicker: (field) => picker(field, "time"),
  datetimepicker: (field) => picker(field, "datetime-local"),
  image: ({ element }) => image(element, "accessory-image"),
};

/** Draws an image with its alternative text. */
export function image(element, className) {
  const src = element.image_url ?? element.slack_file?.url;
  return h("img", { class: className, src, alt: element.alt_text ?? "", loading: "lazy", referrerpolicy: "no-referrer" });
}

function unknown({ element }) {
  return h("span", { class: "unknown-block" }, `(${element.type} can't be shown here)`);
}

function labelOutside(element) {
  return element.accessibility_label ?? element.placeholder?.text ?? null;
}

function isBusy(field) {
  return page.busy.has(busyName(field));
}

function button(field) {
  const { element, ctx } = field;
  const busy = isBusy(field);
  const kind = element.style ? ` button-${element.style}` : "";
  const props = {
    class: `button${kind}${busy ? " busy" : ""}`,
    "data-action": element.action_id,
    "aria-label": element.accessibility_label ?? null,
    "aria-busy": busy ? "true" : null,
  };
  if (element.url && !element.confirm) return linkButton(field, props);
  return h("button", { ...props, type: "button", onclick: () => ctx.press(field) }, label(element));
}

/**
 * Draws a button with a URL as a link, so that the browser's link actions work. The app still receives
 * the click.
 */
function linkButton(field, props) {
  const { element, ctx } = field;
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ctx.press(field);
  };
  const spaced = (event) => event.key === " " && press(event);
  return h(
    "a",
    {
      ...props,
      role: "button",
      onkeydown: spaced,
      href: element.url,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: press,
    },
    label(element),
  );
}

function label(element) {
  return h("span", { class: "button-text" }, withEmoji(element.text?.text ?? ""));
}

function overflow(field) {
  const { element, ctx } = field;
  const choose = (option) => ({
    text: option.text?.text ?? "",
    note: option.description?.text,
    run: () => ctx.press(field, { selected_option: option }),
  });
  const props = {
    type: "button",
    class: `button button-overflow${isBusy(field) ? " busy" : ""}`,
    "aria-label": "More options",
    "aria-haspopup": "menu",
    "data-action": element.action_id,
    onclick: (event) => openMenu(event.currentTarget, "More options", (element.options ?? []).map(choose)),
  };
  return h("button", props, icon("dots"));
}

function boxes(field, type) {
  const { element, ctx, id, inputId } = field;
  const value = valueIn(ctx.form, id, element);
  const selected = new Set((type === "radio" ? [value] : value).filter(Boolean).map((one) => one.value));
  const pick = (option) => {
    if (type === "radio") return option;
    return (element.options ?? []).filter((one) => (one.value === option.value ? !selected.has(one.value) : selected.has(one.value)));
  };
  const props = {
    class: "boxes",
    role: type === "radio" ? "radiogroup" : "group",
    "aria-labelledby": field.labelledBy ?? null,
    "aria-label": field.labelledBy ? null : (field.label ?? "Options"),
    "aria-describedby": field.describedBy ?? null,
  };
  return h(
    "div",
    props,
    (element.options ?? []).map((option, at) =>
      h("label", { class: "box", key: option.value }, [
        h("input", {
          type,
          id: at === 0 ? inputId : `${inputId}-${at}`,
          name: inputId,
          value: option.value,
          checked: selected.has(option.value),
          onchange: () => ctx.change(field, pick(option)),
        }),
        h(
          "span",
          { class: "box-text" },
          textObject(option.text),
          option.description && h("span", { class: "box-note" }, textObject(option.description)),
        ),
      ]),
    ),
  );
}

/** Draws a date, time or date-time picker. A date-time is entered and shown in the user's time zone. */
function picker(field, type) {
  const { element, ctx, id, inputId } = field;
  const value = valueIn(ctx.form, id, element);
  const change = (event) => {
    const text = event.target.value;
    if (!text) return ctx.change(field, null);
    return ctx.change(field, type === "datetime-local" ? timestampIn(me().tz, text.slice(0, 16)) : text);
  };
  return h("input", {
    id: inputId,
    class: "input picker",
    type,
    value: type === "datetime-local" ? localDateTime(value) : (value ?? ""),
    "aria-label": field.hasLabel ? null : (field.label ?? "Choose a date or time"),
    "aria-describedby": field.describedBy ?? null,
    "aria-invalid": field.wrong ? "true" : null,
    "data-focus-first": element.focus_on_load ? true : null,
    onchange: change,
  });
}

function localDateTime(seconds) {
  if (!seconds) return "";
  const { year, month, day, hour, minute } = partsIn(me().tz, seconds);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}
