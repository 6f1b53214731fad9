// The values that a user entered in a modal, Home tab or message, in the format of
// `view.state.values`. They are preserved while the app updates the blocks.

const forms = new Map();

/** The field of each element's state and the field of its initial value. */
const KINDS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
};

/** Returns whether an element has a state (buttons, images and overflow menus have none). */
export function keepsState(element) {
  return element.type in KINDS;
}

/** Returns whether an element has a list of values. */
export function isMulti(element) {
  return element.type === "checkboxes" || element.type.startsWith("multi_");
}

/** Returns the field of an element's state, such as `selected_option`. */
export function fieldOf(element) {
  return KINDS[element.type][0];
}

/** Returns the state of an element with this value. */
export function stateWith(element, value) {
  return { type: element.type, [fieldOf(element)]: value };
}

/** Returns every element with a state, with the ID of its block. */
export function inputsOf(blocks) {
  return (blocks ?? []).flatMap((block, at) => {
    const inside = [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])];
    return inside.filter((one) => one && keepsState(one)).map((element) => ({ block, id: blockId(block, at), element }));
  });
}

/** Returns the ID of a block, or its index if the app set none. */
export function blockId(block, at) {
  return block.block_id ?? `#${at}`;
}

/**
 * Returns the form of a view or message, updated to its current blocks. Entered values are preserved
 * while block_id, action_id and type stay the same; new inputs start with the value from the sandbox
 * or their initial value.
 */
export function formOf(name, blocks, entered = {}, errors = {}) {
  const shape = JSON.stringify([blocks, errors]);
  let form = forms.get(name);
  if (!form) {
    form = { name, values: {}, errors: {}, error: null, shape: null };
    forms.set(name, form);
  }
  if (form.shape === shape) return form;
  form.shape = shape;
  form.errors = { ...errors };
  form.values = mergeValues(form.values, inputsOf(blocks), entered);
  return form;
}

function mergeValues(olds, inputs, entered) {
  const values = {};
  for (const { id, element } of inputs) {
    const action = element.action_id;
    const old = olds[id]?.[action];
    const state = entered[id]?.[action];
    values[id] ??= {};
    if (old && old.type === element.type) values[id][action] = old;
    else values[id][action] = state && state.type === element.type ? state : initial(element);
  }
  return values;
}

function initial(element) {
  const [field, name] = KINDS[element.type];
  const nothing = isMulti(element) ? [] : null;
  return { type: element.type, [field]: element[name] ?? nothing };
}

/** Returns the value of a form's input. */
export function valueIn(form, id, element) {
  return form.values[id]?.[element.action_id]?.[fieldOf(element)] ?? (isMulti(element) ? [] : null);
}

/** Sets the value of a form's input and clears its error. */
export function setValue(form, id, element, value) {
  form.values[id] ??= {};
  form.values[id][element.action_id] = stateWith(element, value);
  delete form.errors[id];
}

/** Returns the errors found before submission: empty required fields and texts of the wrong format. */
export function mistakes(form, blocks) {
  const errors = {};
  (blocks ?? []).forEach((block, at) => {
    if (block.type !== "input" || !block.element || !keepsState(block.element)) return;
    const id = blockId(block, at);
    const wrong = mistakeIn(block, valueIn(form, id, block.element));
    if (wrong) errors[id] = wrong;
  });
  return errors;
}

function mistakeIn(block, value) {
  const { element } = block;
  const empty = value === null || value === undefined || value.length === 0;
  if (empty) return block.optional ? null : "Please complete this required field.";
  if (element.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !isUrl(value)) return "Please enter a valid URL.";
  if (element.type === "number_input") return numberMistake(element, value);
  if (element.min_length && value.length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  return null;
}

function numberMistake(element, value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number of at least ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number of at most ${element.max_value}.`;
  return null;
}

function isUrl(value) {
  try {
    return /^(https?|ftp|mailto|slack):$/.test(new URL(value).protocol);
  } catch {
    return false;
  }
}
