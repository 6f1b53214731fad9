// Handles the use of an element in a message, Home tab or modal: stores values and sends actions to the app.

import { confirmFirst } from "../dialogs/confirm.js";
import { fieldOf, formOf, setValue, stateWith, valueIn } from "./form.js";
import { followLink } from "../base/links.js";
import { redraw } from "../base/state.js";
import { act, busily } from "../base/server.js";

/** Returns the context for drawing the blocks of a message. */
export function inMessage(channel, message) {
  const form = formOf(`message ${channel} ${message.ts}`, message.blocks);
  return context("message", form, { do: "click", channel, ts: message.ts });
}

/** Returns the context for drawing the blocks of a Home tab or modal. */
export function inView(view) {
  const form = formOf(`view ${view.id}`, view.blocks, view.values, view.errors);
  return context(view.type, form, { do: "act", view: view.id });
}

/** Returns the name of an element's pending work. */
export function busyName(field) {
  return `${field.ctx.form.name}/${field.id}/${field.element.action_id}`;
}

function context(where, form, target) {
  return {
    where,
    form,
    change: (field, value) => change(field, value, target),
    input: (field, value) => storeValue(field, value, target),
    entered: (field) => dispatches(field, "on_enter_pressed") && send(field, stateOf(field), target),
    press: (field, more) => press(field, more, target),
    suggest: (field, query) => suggest(field, query, target),
  };
}

function stateOf(field) {
  return stateWith(field.element, valueIn(field.ctx.form, field.id, field.element));
}

/**
 * Returns whether an element dispatches an action: always outside of input blocks, else only if the
 * app requests it.
 */
function dispatches(field, trigger) {
  if (field.block.type !== "input") return true;
  if (!field.block.dispatch_action) return false;
  const triggers = field.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return trigger === "change" || triggers.includes(trigger);
}

/** Stores the entered text. The app is notified only if it requested an action for every character. */
function storeValue(field, value, target) {
  setValue(field.ctx.form, field.id, field.element, value === "" ? null : value);
  redraw();
  if (field.block.dispatch_action && dispatches(field, "on_character_entered")) send(field, stateOf(field), target);
}

async function change(field, value, target) {
  const { form } = field.ctx;
  const before = valueIn(form, field.id, field.element);
  setValue(form, field.id, field.element, value);
  redraw();
  if (!dispatches(field, "change")) return;
  if (field.element.confirm && !(await confirmFirst(field.element.confirm))) {
    setValue(form, field.id, field.element, before);
    redraw();
    return;
  }
  await send(field, { type: field.element.type, [fieldOf(field.element)]: value }, target);
}

async function press(field, more, target) {
  const { element } = field;
  if (element.confirm && !(await confirmFirst(element.confirm))) return;
  const url = more?.selected_option?.url ?? element.url;
  if (url) followLink(url);
  await send(field, { type: element.type, ...(element.value === undefined ? {} : { value: element.value }), ...more }, target);
}

function send(field, state, target) {
  const what = { ...target, block_id: field.id, action_id: field.element.action_id, ...state, values: field.ctx.form.values };
  return busily(busyName(field), () => act(what));
}

function suggest(field, query, target) {
  const { do: _, ...whose } = target;
  const what = { do: "suggest", ...whose, block_id: field.id, action_id: field.element.action_id, query };
  return act({ ...what, values: field.ctx.form.values }, { quiet: true, still: true });
}
