// The open list of a select: query, highlighted option, options loaded from the app, selection.

import { choicesOf, keyOf } from "./choices.js";
import { isMulti, valueIn } from "./form.js";
import { redraw } from "../base/state.js";

const PAUSE_MS = 150;

/** The open list, if any. At most one is open. */
let open = null;

/** Returns the open list if it belongs to `field`: `{name, query, lit, loaded, state, moved}`. */
export function openList(field) {
  return open?.name === field.name ? open : null;
}

/** Opens the list of a field and highlights its current selection. */
export function showList(field) {
  if (openList(field)) return;
  const value = valueIn(field.ctx.form, field.id, field.element);
  const lit = isMulti(field.element) ? null : keyOf(value);
  open = { name: field.name, query: "", lit, loaded: null, state: "ready", moved: true, request: 0 };
  ask(field, 0);
  redraw();
}

/** Closes the open list. */
export function closeList() {
  if (!open) return;
  open = null;
  redraw();
}

/** Sets the query of the list. */
export function searchList(field, query) {
  showList(field);
  open.query = query;
  open.lit = null;
  ask(field, PAUSE_MS);
  redraw();
}

/** Returns the minimum query length for a request to the app, or 0 if the app is not asked. */
export function minQueryLength(element) {
  return element.type.endsWith("external_select") ? (element.min_query_length ?? 3) : 0;
}

/** Returns the option groups of the open list. */
export function groupsShown(field) {
  return choicesOf(field.element, open.query, open.loaded);
}

/** Returns the options of the open list without groups. */
export function choicesShown(field) {
  return groupsShown(field).flatMap((group) => group.choices);
}

/** Returns the option that Enter selects. */
export function litChoice(field) {
  const choices = choicesShown(field);
  return choices.find((choice) => choice.key === open.lit) ?? choices[0];
}

/** Highlights an option. `moved` means that the keyboard did it and the option must be scrolled into view. */
export function light(key, { moved }) {
  if (!open || (open.lit === key && !moved)) return;
  open.lit = key;
  open.moved = moved;
  redraw();
}

/** Requests the options of an external select from the app after a pause in typing. */
function ask(field, pause) {
  if (!field.element.type.endsWith("external_select")) return;
  const mine = open;
  const request = ++mine.request;
  if (mine.query.length < minQueryLength(field.element)) {
    mine.loaded = null;
    mine.state = "ready";
    return;
  }
  mine.state = "loading";
  setTimeout(async () => {
    if (open !== mine || mine.request !== request) return;
    const response = await field.ctx.suggest(field, mine.query);
    if (open !== mine || mine.request !== request) return;
    mine.state = response.ok === false ? "failed" : "ready";
    mine.loaded = response;
    redraw();
  }, pause);
}

/** Selects an option. In a multi-select, adds or removes it. */
export function pick(field, choice) {
  if (!isMulti(field.element)) {
    closeList();
    field.ctx.change(field, choice.value);
    return;
  }
  if (open) open.query = "";
  toggle(field, choice.value);
}

/** Adds a value to the selection, or removes it. */
export function toggle(field, one) {
  const { element } = field;
  const value = valueIn(field.ctx.form, field.id, element);
  const rest = value.filter((other) => keyOf(other) !== keyOf(one));
  const added = rest.length === value.length;
  if (added && element.max_selected_items && value.length >= element.max_selected_items) return;
  field.ctx.change(field, added ? [...rest, one] : rest);
}

/** Removes the last selected value. */
export function takeLast(field) {
  const value = valueIn(field.ctx.form, field.id, field.element);
  if (value.length > 0) field.ctx.change(field, value.slice(0, -1));
}
