// The select: a field that opens a searchable list, with single or multiple selection.

import { avatar, icon } from "../base/icons.js";
import { keyOf, textOf } from "./choices.js";
import { isMulti, valueIn } from "./form.js";
import {
  choicesShown,
  closeList,
  groupsShown,
  minQueryLength,
  light,
  litChoice,
  openList,
  pick,
  searchList,
  showList,
  takeLast,
  toggle,
} from "./open_list.js";
import { h } from "../base/patch.js";
import { beside } from "../base/popup.js";

/**
 * Draws a select. `field` is `{ctx, id, block, element, inputId, describedBy, label, clearable}`.
 * Selections go to `ctx.change`, queries of external selects to `ctx.suggest`.
 */
export function select(field) {
  const { ctx, id, element } = field;
  field.name = `${ctx.form.name}/${id}/${element.action_id}`;
  const isOpen = openList(field);
  const value = valueIn(ctx.form, id, element);
  const classes = ["select", isMulti(element) && "select-multi", isOpen && "select-open"].filter(Boolean).join(" ");
  return h("div", { class: classes, key: `select-${field.name}`, onmousedown: (event) => onMouseDown(event, field) }, [
    isMulti(element) && value.map((one) => chip(field, one)),
    entry(field, value, isOpen),
    field.clearable && !isMulti(element) && value !== null && clearButton(field),
    h("span", { class: "select-arrow", "aria-hidden": "true" }, icon("down")),
    isOpen && list(field, value),
  ]);
}

function entry(field, value, isOpen) {
  const { element, inputId } = field;
  const multi = isMulti(element);
  const text = isOpen ? isOpen.query : multi ? "" : textOf(element, value);
  const lit = isOpen && litChoice(field);
  return h("input", {
    id: inputId,
    key: "entry",
    class: "select-entry",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-expanded": isOpen ? "true" : "false",
    "aria-controls": isOpen ? `${inputId}-list` : null,
    "aria-activedescendant": lit ? optionId(field, lit.key) : null,
    "aria-label": field.label ?? null,
    "aria-describedby": field.describedBy ?? null,
    "aria-invalid": field.wrong ? "true" : null,
    "data-select": field.name,
    placeholder: hintIn(element, value),
    value: text,
    onkeydown: (event) => keyed(event, field),
    oninput: (event) => searchList(field, event.target.value),
    onblur: () => left(field),
  });
}

/** Shows the current selection in grey while the list is open. */
function hintIn(element, value) {
  if (isMulti(element) && value.length > 0) return "";
  return (isMulti(element) ? "" : textOf(element, value)) || (element.placeholder?.text ?? "Choose an option");
}

function chip(field, one) {
  const text = textOf(field.element, one);
  const take = (event) => {
    event.preventDefault();
    event.stopPropagation();
    toggle(field, one);
  };
  const button = h(
    "button",
    { type: "button", class: "chip-remove", "aria-label": `Remove ${text}`, onclick: take },
    icon("close"),
  );
  return h("span", { class: "chip", key: `chip-${keyOf(one)}` }, text, button);
}

function clearButton(field) {
  const clear = () => {
    closeList();
    field.ctx.change(field, null);
  };
  return h(
    "button",
    { type: "button", key: "clear", class: "select-clear", "aria-label": "Clear the choice", onclick: clear },
    icon("close"),
  );
}

function list(field, value) {
  const open = openList(field);
  const groups = groupsShown(field);
  const chosen = new Set((isMulti(field.element) ? value : [value]).map(keyOf));
  const anchor = () => document.getElementById(field.inputId)?.closest(".select");
  const props = {
    id: `${field.inputId}-list`,
    key: "list",
    class: "listbox",
    role: "listbox",
    "aria-label": field.label ?? "Options",
    "aria-multiselectable": isMulti(field.element) ? "true" : null,
    "aria-busy": open.state === "loading" ? "true" : null,
    onmousedown: (event) => event.preventDefault(),
    ...beside(anchor, { fit: true }),
  };
  const put = props.mounted;
  props.mounted = (el) => {
    put(el);
    el.querySelector(".lit")?.scrollIntoView({ block: "nearest" });
  };
  const message = says(field, groups);
  return h(
    "div",
    props,
    message && h("div", { class: "listbox-note", role: "status" }, message),
    groups.map((group) => [
      group.label && h("div", { class: "listbox-group", role: "presentation" }, group.label),
      group.choices.map((choice) => option(field, choice, chosen.has(choice.key))),
    ]),
  );
}

function option(field, choice, chosen) {
  const lit = litChoice(field)?.key === choice.key;
  const choose = () => pick(field, choice);
  return h(
    "div",
    {
      id: optionId(field, choice.key),
      key: choice.key,
      role: "option",
      class: lit ? "option lit" : "option",
      "aria-selected": chosen ? "true" : "false",
      "data-value": choice.key,
      onclick: choose,
      onmousemove: () => light(choice.key, { moved: false }),
      updated: (el) => lit && openList(field)?.moved && el.scrollIntoView({ block: "nearest" }),
    },
    choice.user && avatar(choice.user, "small"),
    h("span", { class: "option-text" }, choice.text, choice.note && h("span", { class: "option-note" }, choice.note)),
    chosen && icon("check"),
  );
}

function says(field, groups) {
  const open = openList(field);
  const least = minQueryLength(field.element);
  if (open.state === "loading" && groups.length === 0) return "Loading…";
  if (open.state === "failed") return "The options could not be loaded. Type again to retry.";
  if (open.query.length < least) return `Type ${least === 1 ? "a character" : `${least} characters`} to search`;
  return groups.length === 0 ? "No matches" : null;
}

function optionId(field, key) {
  return `${field.inputId}-option-${encodeURIComponent(key)}`;
}

function onMouseDown(event, field) {
  if (event.target.closest(".listbox, button")) return;
  const input = document.getElementById(field.inputId);
  if (event.target !== input) event.preventDefault();
  input.focus();
  if (openList(field) && event.target !== input) closeList();
  else showList(field);
}

function left(field) {
  if (openList(field)) closeList();
}

function keyed(event, field) {
  if (!openList(field)) return keyedClosed(event, field);
  const choices = choicesShown(field);
  const at = choices.findIndex((choice) => choice.key === litChoice(field)?.key);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, choices.length - 1), PageUp: Math.max(at - 8, 0) };
  if (event.key in steps) {
    event.preventDefault();
    light(choices[(steps[event.key] + choices.length) % Math.max(choices.length, 1)]?.key ?? null, { moved: true });
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    if (choices[at]) pick(field, choices[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeList();
  } else if (event.key === "Backspace" && openList(field).query === "" && isMulti(field.element)) {
    takeLast(field);
  }
  return undefined;
}

function keyedClosed(event, field) {
  const opens = ["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || (event.key === " " && !isMulti(field.element));
  if (opens) {
    event.preventDefault();
    event.stopPropagation();
    showList(field);
  } else if (event.key === "Backspace" || event.key === "Delete") {
    event.preventDefault();
    if (isMulti(field.element)) takeLast(field);
    else if (field.clearable) field.ctx.change(field, null);
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    showList(field);
    event.target.value = "";
  }
}
