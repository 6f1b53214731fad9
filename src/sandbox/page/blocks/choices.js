// The options of a select: those of the app, or the users and channels of the workspace.

import { channelName, page, userById } from "../base/state.js";

/**
 * Returns the options of a select that match `query`, as groups `{label, choices}` of `{key, text,
 * note, value}`. `value` is the value stored in the form. `loaded` is the app's response for external
 * selects.
 */
export function choicesOf(element, query, loaded) {
  const needle = query.trim().toLowerCase();
  const fits = (choice) => !needle || `${choice.text} ${choice.note ?? ""}`.toLowerCase().includes(needle);
  const external = element.type.endsWith("external_select");
  const groups = external ? groupsFrom(loaded ?? {}) : groupsOf(element);
  return groups
    .map(({ label, choices }) => ({ label, choices: external ? choices : choices.filter(fits) }))
    .filter(({ choices }) => choices.length > 0);
}

/** Returns the key that identifies a stored value. */
export function keyOf(value) {
  return typeof value === "string" ? value : (value?.value ?? "");
}

/** Returns the label of a stored value. */
export function textOf(element, value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return value.text?.text ?? value.value ?? "";
  if (element.type.endsWith("users_select")) return userById(value).real_name;
  const channel = page.screen.channels.find((one) => one.id === value);
  if (channel) return channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
  return value.startsWith("U") ? userById(value).real_name : value;
}

function groupsOf(element) {
  if (element.type.endsWith("users_select")) return [{ label: null, choices: userChoices() }];
  if (element.type.endsWith("channels_select")) return [{ label: null, choices: channels(["public"]) }];
  if (element.type.endsWith("conversations_select")) {
    return [{ label: null, choices: channels(element.filter?.include ?? ["public", "private", "im"]) }];
  }
  return groupsFrom(element);
}

function groupsFrom({ options, option_groups: groups }) {
  if (groups) return groups.map((group) => ({ label: group.label?.text ?? "", choices: (group.options ?? []).map(choice) }));
  return [{ label: null, choices: (options ?? []).map(choice) }];
}

function choice(option) {
  return { key: keyOf(option), text: option.text?.text ?? "", note: option.description?.text, value: option };
}

function userChoices() {
  return page.screen.users
    .filter((one) => !one.deleted && one.id !== page.screen.app?.user_id)
    .map((one) => ({ key: one.id, text: one.real_name, note: one.is_bot ? "App" : `@${one.name}`, value: one.id, userById: one }));
}

function channels(kinds) {
  return page.screen.channels
    .filter((one) => kinds.includes(one.kind) && !one.is_archived)
    .map((one) => ({ key: one.id, text: one.kind === "im" ? channelName(one) : `#${one.name}`, value: one.id }));
}
