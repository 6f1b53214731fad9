// Ctrl+K: jumps to a channel or user by a part of the name.

import { closeDialog, dialogFrame, openDialog } from "./dialog.js";
import { avatar, icon } from "../base/icons.js";
import { h } from "../base/patch.js";
import { channelName, openChannel, page, userById, redraw, toast } from "../base/state.js";
import { act } from "../base/server.js";

/** Opens the jump dialog. */
export function jump() {
  const state = { query: "", lit: 0 };
  openDialog((overlay) =>
    dialogFrame({ name: "jump", title: "Jump to", leave: closeDialog, className: "dialog-jump", overlay }, [
      h("div", { class: "dialog-body", key: "body" }, field(state), results(state)),
    ]),
  );
}

function field(state) {
  return h("input", {
    class: "input",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-label": "Channel or person",
    "aria-expanded": "true",
    "aria-controls": "jump-list",
    "aria-activedescendant": `jump-${state.lit}`,
    placeholder: "Channel or person",
    oninput: (event) => {
      state.query = event.target.value;
      state.lit = 0;
      redraw();
    },
    onkeydown: (event) => keyed(event, state),
  });
}

function results(state) {
  const results = places(state.query);
  const none = results.length === 0 && h("p", { class: "listbox-note" }, "No matches.");
  return h(
    "div",
    { id: "jump-list", class: "jump-list", role: "listbox", "aria-label": "Places" },
    none,
    results.map((one, at) =>
      h(
        "div",
        {
          key: one.key,
          id: `jump-${at}`,
          role: "option",
          class: at === state.lit ? "option lit" : "option",
          "aria-selected": at === state.lit ? "true" : "false",
          onclick: () => visit(one),
          onmousemove: () => {
            if (state.lit === at) return;
            state.lit = at;
            redraw();
          },
        },
        one.symbol(),
        h("span", { class: "option-text" }, one.text, one.note && h("span", { class: "option-note" }, one.note)),
      ),
    ),
  );
}

function places(query) {
  const needle = query.trim().toLowerCase().replace(/^[#@]/, "");
  const candidates = [...channelPlaces(), ...userPlaces()];
  const begins = (one) => one.text.toLowerCase().startsWith(needle);
  const fits = candidates.filter((one) => `${one.text} ${one.note ?? ""}`.toLowerCase().includes(needle));
  return [...fits.filter(begins), ...fits.filter((one) => !begins(one))].slice(0, 12);
}

function channelPlaces() {
  const unreadFirst = (one, other) => Number(other.unread > 0) - Number(one.unread > 0);
  return [...page.screen.channels]
    .sort(unreadFirst)
    .filter((one) => one.kind !== "im")
    .map((channel) => ({
      key: channel.id,
      text: channelName(channel),
      note: channel.is_archived ? "archived" : channel.is_member ? null : "not joined",
      symbol: () => icon(channel.kind === "private" ? "lock" : "hash"),
      channel: channel.id,
    }));
}

function userPlaces() {
  return page.screen.users
    .filter((one) => !one.deleted)
    .map((one) => ({
      key: one.id,
      text: one.real_name,
      note: `@${one.name}`,
      symbol: () => avatar(userById(one.id), "small"),
      user: one.id,
    }));
}

async function visit(one) {
  closeDialog();
  if (one.channel) openChannel(one.channel);
  else await talkTo(one.user);
}

/** Opens the direct message with a user. */
export async function talkTo(user) {
  const known = page.screen.channels.find((one) => one.kind === "im" && one.user === user);
  if (known) return openChannel(known.id);
  const response = await act({ do: "open_im", user });
  if (response.ok && response.channel) openChannel(response.channel);
  else if (response.ok) toast("The direct message is open; it's in the list on the left.");
  return undefined;
}

function keyed(event, state) {
  const results = places(state.query);
  const steps = { ArrowDown: state.lit + 1, ArrowUp: state.lit - 1 };
  if (event.key in steps && results.length > 0) {
    event.preventDefault();
    state.lit = (steps[event.key] + results.length) % results.length;
    redraw();
  } else if (event.key === "Enter" && results[state.lit]) {
    event.preventDefault();
    visit(results[state.lit]);
  }
}
