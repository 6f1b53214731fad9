// The select: a field that opens a list which can be searched, for one choice or several.

import { avatar, icon } from "./icons.js";
import { choicesOf, keyOf, textOf } from "./choices.js";
import { isMulti, valueIn } from "./form.js";
import { h } from "./patch.js";
import { beside } from "./popup.js";
import { redraw } from "./state.js";

/** The list that is open, if any: whose it is, what is typed, which choice is lit, what the app offered. */
let open = null;

/**
 * Draws a select. `field` is `{ctx, id, block, element, inputId, describedBy, label, clearable}`;
 * choices go to `ctx.change`, queries of external selects to `ctx.suggest`.
 */
export function select(field) {
  const { ctx, id, element } = field;
  field.name = `${ctx.form.name}/${id}/${element.action_id}`;
  const isOpen = open?.name === field.name;
  const value = valueIn(ctx.form, id, element);
  const classes = ["select", isMulti(element) && "select-multi", isOpen && "select-open"].filter(Boolean).join(" ");
  return h("div", { class: classes, key: `select-${field.name}`, onmousedown: (event) => pressed(event, field) }, [
    isMulti(element) && value.map((one) => chip(field, one)),
    entry(field, value, isOpen),
    field.clearable && !isMulti(element) && value !== null && clearButton(field),
    h("span", { class: "select-arrow", "aria-hidden": "true" }, icon("down")),
    isOpen && list(field, value),
  ]);
}

/** Whether some list is open; Esc belongs to it then. */
export function closeOpenSelect() {
  if (!open) return false;
  open = null;
  redraw();
  return true;
}

function entry(field, value, isOpen) {
  const { element, inputId } = field;
  const multi = isMulti(element);
  const shown = isOpen ? open.query : multi ? "" : textOf(element, value);
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
    value: shown,
    onkeydown: (event) => keyed(event, field),
    oninput: (event) => typed(event, field),
    onblur: () => left(field),
  });
}

/** While the list is open, what was chosen stays to be read, in grey. */
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
  const button = h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${text}`, onclick: take }, icon("close"));
  return h("span", { class: "chip", key: `chip-${keyOf(one)}` }, text, button);
}

function clearButton(field) {
  const clear = () => {
    close();
    field.ctx.change(field, null);
  };
  return h("button", { type: "button", key: "clear", class: "select-clear", "aria-label": "Clear the choice", onclick: clear }, icon("close"));
}

function list(field, value) {
  const groups = choicesOf(field.element, open.query, open.loaded);
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
  const message = says(field.element, groups);
  return h("div", props, message && h("div", { class: "listbox-note", role: "status" }, message), groups.map((group) => [
    group.label && h("div", { class: "listbox-group", role: "presentation" }, group.label),
    group.choices.map((choice) => option(field, choice, chosen.has(choice.key))),
  ]));
}

function option(field, choice, chosen) {
  const lit = litChoice(field)?.key === choice.key;
  const choose = () => pick(field, choice);
  return h("div", {
    id: optionId(field, choice.key),
    key: choice.key,
    role: "option",
    class: lit ? "option lit" : "option",
    "aria-selected": chosen ? "true" : "false",
    "data-value": choice.key,
    onclick: choose,
    onmousemove: () => light(choice.key),
    updated: (el) => lit && open?.moved && el.scrollIntoView({ block: "nearest" }),
  }, choice.person && avatar(choice.person, "small"), h("span", { class: "option-text" }, choice.text,
    choice.note && h("span", { class: "option-note" }, choice.note)), chosen && icon("check"));
}

function says(element, groups) {
  const least = leastTyped(element);
  if (open.state === "loading" && groups.length === 0) return "Loading…";
  if (open.state === "failed") return "The options could not be loaded. Type again to retry.";
  if (open.query.length < least) return `Type ${least === 1 ? "a character" : `${least} characters`} to search`;
  return groups.length === 0 ? "No matches" : null;
}

function leastTyped(element) {
  return element.type.endsWith("external_select") ? (element.min_query_length ?? 3) : 0;
}

function optionId(field, key) {
  return `${field.inputId}-option-${encodeURIComponent(key)}`;
}

function flatChoices(field) {
  return choicesOf(field.element, open.query, open.loaded).flatMap((group) => group.choices);
}

function litChoice(field) {
  const all = flatChoices(field);
  return all.find((choice) => choice.key === open.lit) ?? all[0];
}

function light(key) {
  if (!open || open.lit === key) return;
  open.lit = key;
  open.moved = false;
  redraw();
}

function show(field) {
  if (open?.name === field.name) return;
  const value = valueIn(field.ctx.form, field.id, field.element);
  open = { name: field.name, query: "", lit: isMulti(field.element) ? null : keyOf(value), loaded: null, state: "ready", moved: true, turn: 0 };
  ask(field, 0);
  redraw();
}

function close() {
  open = null;
  redraw();
}

/** Asks the app for the options of an external select, once typing has paused. */
function ask(field, pause = 150) {
  if (!field.element.type.endsWith("external_select")) return;
  const mine = open;
  const turn = ++mine.turn;
  if (mine.query.length < leastTyped(field.element)) {
    mine.loaded = null;
    mine.state = "ready";
    return;
  }
  mine.state = "loading";
  setTimeout(async () => {
    if (open !== mine || mine.turn !== turn) return;
    const answer = await field.ctx.suggest(field, mine.query);
    if (open !== mine || mine.turn !== turn) return;
    mine.state = answer.ok === false ? "failed" : "ready";
    mine.loaded = answer;
    redraw();
  }, pause);
}

function pressed(event, field) {
  if (event.target.closest(".listbox, button")) return;
  const input = document.getElementById(field.inputId);
  if (event.target !== input) event.preventDefault();
  input.focus();
  if (open?.name === field.name && event.target !== input) close();
  else show(field);
}

function typed(event, field) {
  const text = event.target.value;
  show(field);
  open.query = text;
  open.lit = null;
  ask(field);
  redraw();
}

function left(field) {
  if (open?.name === field.name) close();
}

function keyed(event, field) {
  const isOpen = open?.name === field.name;
  if (!isOpen) return keyedClosed(event, field);
  const all = flatChoices(field);
  const at = all.findIndex((choice) => choice.key === litChoice(field)?.key);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) };
  if (event.key in steps) {
    event.preventDefault();
    open.lit = all[(steps[event.key] + all.length) % Math.max(all.length, 1)]?.key ?? null;
    open.moved = true;
    redraw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    if (all[at]) pick(field, all[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Backspace" && open.query === "") {
    takeLast(field);
  }
  return undefined;
}

function keyedClosed(event, field) {
  const opens = ["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || (event.key === " " && !isMulti(field.element));
  if (opens) {
    event.preventDefault();
    event.stopPropagation();
    show(field);
  } else if (event.key === "Backspace" || event.key === "Delete") {
    event.preventDefault();
    if (isMulti(field.element)) takeLast(field);
    else if (field.clearable) field.ctx.change(field, null);
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    show(field);
    event.target.value = "";
  }
}

function pick(field, choice) {
  if (isMulti(field.element)) {
    toggle(field, choice.value);
    if (open) open.query = "";
    return;
  }
  close();
  field.ctx.change(field, choice.value);
}

function toggle(field, one) {
  const { element } = field;
  const value = valueIn(field.ctx.form, field.id, element);
  const rest = value.filter((other) => keyOf(other) !== keyOf(one));
  const added = rest.length === value.length;
  if (added && element.max_selected_items && value.length >= element.max_selected_items) return;
  field.ctx.change(field, added ? [...rest, one] : rest);
}

function takeLast(field) {
  if (!isMulti(field.element)) return;
  const value = valueIn(field.ctx.form, field.id, field.element);
  if (value.length > 0) field.ctx.change(field, value.slice(0, -1));
}
