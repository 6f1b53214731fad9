// The list of a select while it is open: what is typed, which choice is lit, what the app offered, what is picked.

import { choicesOf, keyOf } from "./choices.js";
import { isMulti, valueIn } from "./form.js";
import { redraw } from "./state.js";

const PAUSE_MS = 150;

/** The list that is open, if any; there is one at a time. */
let open = null;

/** The open list if it is that of `field`: `{name, query, lit, loaded, state, moved}`. */
export function openList(field) {
  return open?.name === field.name ? open : null;
}

/** Opens the list of a field, with its present choice lit. */
export function showList(field) {
  if (openList(field)) return;
  const value = valueIn(field.ctx.form, field.id, field.element);
  const lit = isMulti(field.element) ? null : keyOf(value);
  open = { name: field.name, query: "", lit, loaded: null, state: "ready", moved: true, turn: 0 };
  ask(field, 0);
  redraw();
}

/** Closes whatever list is open. */
export function closeList() {
  if (!open) return;
  open = null;
  redraw();
}

/** Takes what was typed into the field of the list. */
export function searchList(field, query) {
  showList(field);
  open.query = query;
  open.lit = null;
  ask(field, PAUSE_MS);
  redraw();
}

/** How many characters must be typed before the app is asked; none where it is not. */
export function leastTyped(element) {
  return element.type.endsWith("external_select") ? (element.min_query_length ?? 3) : 0;
}

/** The choices of the open list, by groups. */
export function groupsShown(field) {
  return choicesOf(field.element, open.query, open.loaded);
}

/** The choices of the open list, in one row. */
export function choicesShown(field) {
  return groupsShown(field).flatMap((group) => group.choices);
}

/** The choice that Enter would take. */
export function litChoice(field) {
  const all = choicesShown(field);
  return all.find((choice) => choice.key === open.lit) ?? all[0];
}

/** Lights a choice; `moved` says that the keyboard did, so that it must come into sight. */
export function light(key, { moved }) {
  if (!open || (open.lit === key && !moved)) return;
  open.lit = key;
  open.moved = moved;
  redraw();
}

/** Asks the app for the options of an external select, once typing has paused. */
function ask(field, pause) {
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

/** Takes a choice: the only one, or one more (or less) of several. */
export function pick(field, choice) {
  if (!isMulti(field.element)) {
    closeList();
    field.ctx.change(field, choice.value);
    return;
  }
  if (open) open.query = "";
  toggle(field, choice.value);
}

/** Adds a value to those chosen, or takes it away. */
export function toggle(field, one) {
  const { element } = field;
  const value = valueIn(field.ctx.form, field.id, element);
  const rest = value.filter((other) => keyOf(other) !== keyOf(one));
  const added = rest.length === value.length;
  if (added && element.max_selected_items && value.length >= element.max_selected_items) return;
  field.ctx.change(field, added ? [...rest, one] : rest);
}

/** Takes the last of several values away. */
export function takeLast(field) {
  const value = valueIn(field.ctx.form, field.id, field.element);
  if (value.length > 0) field.ctx.change(field, value.slice(0, -1));
}
