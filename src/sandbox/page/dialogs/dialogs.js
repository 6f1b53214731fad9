// The page's own dialogs: create, find and rename channels, list and invite members, start a direct message.

import { closeDialog, dialogFrame, openDialog } from "./dialog.js";
import { avatar, icon } from "../base/icons.js";
import { talkTo } from "./jump.js";
import { h } from "../base/patch.js";
import { openChannel, page, userById, redraw } from "../base/state.js";
import { act } from "../base/server.js";

/** Opens the dialog that creates a channel. */
export function createChannel() {
  nameForm({
    title: "Create a channel",
    submit: "Create",
    hint: "Lower-case letters, digits, hyphens and underscores; up to 80 characters.",
    offersPrivate: true,
    send: (name, isPrivate) => act({ do: "create_channel", name, private: isPrivate }, { quiet: true }),
    done: (response, name) => {
      const created = response.channel ?? page.screen.channels.find((one) => one.name === name)?.id;
      if (created) openChannel(created);
    },
  });
}

/** Opens the dialog that renames a channel. */
export function renameChannel(channel) {
  nameForm({
    title: `Rename #${channel.name}`,
    submit: "Save",
    name: channel.name,
    hint: "Links to this channel keep working.",
    send: (name) => act({ do: "rename", channel: channel.id, name }, { quiet: true }),
    done: () => {},
  });
}

function nameForm({ title, submit, name = "", hint, offersPrivate = false, send, done }) {
  const state = { name, error: null, isPrivate: false };
  const sendIt = async (event) => {
    event.preventDefault();
    const response = await send(state.name.trim(), state.isPrivate);
    state.error = response.ok ? null : response.error;
    if (response.ok) {
      closeDialog();
      done(response, state.name.trim());
    }
    redraw();
  };
  openDialog((overlay) =>
    dialogFrame({ name: "name", title, leave: closeDialog, className: "dialog-small", overlay }, [
      h("form", { class: "modal-form", key: "form", novalidate: true, onsubmit: sendIt }, [
        h("div", { class: "dialog-body" }, nameField(state, hint), offersPrivate && privateBox(state)),
        h("footer", { class: "dialog-foot" }, [
          h("button", { type: "button", class: "button", onclick: closeDialog }, "Cancel"),
          h("button", { type: "submit", class: "button button-primary" }, submit),
        ]),
      ]),
    ]),
  );
}

function nameField(state, hint) {
  const type = (event) => {
    state.name = event.target.value.toLowerCase().replaceAll(" ", "-");
    state.error = null;
    redraw();
  };
  return h("div", { class: state.error ? "input-block wrong" : "input-block" }, [
    h("label", { class: "input-label", for: "channel-name" }, "Name"),
    h("input", {
      id: "channel-name",
      class: "input",
      maxlength: 80,
      autocomplete: "off",
      value: state.name,
      "aria-describedby": "channel-name-hint",
      oninput: type,
    }),
    state.error && h("p", { class: "input-error", role: "alert" }, icon("close"), state.error),
    h("p", { id: "channel-name-hint", class: "input-hint" }, hint),
  ]);
}

function privateBox(state) {
  const toggle = (event) => {
    state.isPrivate = event.target.checked;
    redraw();
  };
  return h("label", { class: "box", key: "private" }, [
    h("input", { type: "checkbox", id: "channel-private", checked: state.isPrivate, onchange: toggle }),
    h("span", { class: "box-text" }, "Private", h("span", { class: "box-note" }, "Visible to its members only.")),
  ]);
}

/** Lists all channels that the user can see, with a button to open or join each. */
export function browseChannels() {
  const join = async (channel) => {
    const response = await act({ do: "join", channel: channel.id });
    if (!response.ok) return;
    closeDialog();
    openChannel(channel.id);
  };
  searchDialog({
    title: "All channels",
    label: "Find a channel",
    rows: () =>
      page.screen.channels
        .filter((one) => one.kind !== "im")
        .map((channel) => ({
          key: channel.id,
          text: channel.name,
          note: channel.is_archived ? "Archived" : channel.is_member ? "Joined" : null,
          symbol: icon(channel.is_archived ? "archive" : channel.kind === "private" ? "lock" : "hash"),
          open: () => openChannel(channel.id),
          button: !channel.is_member &&
            !channel.is_archived && { text: "Join", label: `Join ${channel.name}`, run: () => join(channel) },
        })),
  });
}

/** Lists the users that can receive a direct message. */
export function newDirectMessage() {
  searchDialog({
    title: "New direct message",
    label: "Find a person",
    rows: () =>
      page.screen.users
        .filter((one) => !one.deleted)
        .map((one) => ({
          key: one.id,
          text: one.real_name,
          note: one.is_bot ? "App" : `@${one.name}`,
          symbol: avatar(one, "small"),
          open: () => talkTo(one.id),
        })),
  });
}

/** Lists the members of the channel and invites others. */
export function channelMembers() {
  searchDialog({
    title: `Members of #${page.screen.channel.name}`,
    label: "Find a member, or a user to invite",
    rows: () => {
      const { channel, users } = page.screen;
      const inside = new Set(channel.members);
      const rows = [...channel.members.map(userById), ...users.filter((one) => !inside.has(one.id) && !one.deleted)];
      return rows.map((one) => memberRow(one, inside.has(one.id), channel));
    },
  });
}

function memberRow(one, inside, channel) {
  const invite = () => act({ do: "invite", channel: channel.id, user: one.id });
  return {
    key: one.id,
    text: one.real_name,
    note: [one.is_bot ? "App" : `@${one.name}`, one.id === page.screen.me && "you", !inside && "not in this channel"]
      .filter(Boolean)
      .join(", "),
    symbol: avatar(one, "small"),
    dim: !inside,
    button: !inside &&
      !channel.is_archived &&
      channel.is_member && { text: "Invite", label: `Invite ${one.real_name}`, run: invite },
  };
}

/** Returns a searchable list. A row can be opened and may have a button. */
function searchDialog({ title, label, rows }) {
  const state = { query: "" };
  const search = h("input", {
    class: "input",
    key: "search",
    type: "search",
    "aria-label": label,
    placeholder: label,
    autocomplete: "off",
    oninput: (event) => {
      state.query = event.target.value.trim().toLowerCase();
      redraw();
    },
  });
  openDialog((overlay) => {
    const results = rows().filter((row) =>
      `${row.text} ${row.note ?? ""}`.toLowerCase().includes(state.query.replace(/^[#@]/, "")),
    );
    return dialogFrame({ name: "search", title, leave: closeDialog, className: "dialog-list", overlay }, [
      h("div", { class: "dialog-body", key: "body" }, search, h("ul", { class: "rows", key: "rows" }, results.map(row)), [
        results.length === 0 && h("p", { class: "listbox-note", key: "none" }, "No matches."),
      ]),
    ]);
  });
}

function row(one) {
  const words = [
    one.symbol,
    h("span", { class: "option-text" }, one.text, one.note && h("span", { class: "option-note" }, one.note)),
  ];
  const go = () => {
    closeDialog();
    one.open();
  };
  return h("li", { key: one.key, class: one.dim ? "row dim" : "row" }, [
    one.open ? h("button", { type: "button", class: "row-open", onclick: go }, words) : h("span", { class: "row-open" }, words),
    one.button &&
      h(
        "button",
        { type: "button", class: "button button-small", "aria-label": one.button.label, onclick: one.button.run },
        one.button.text,
      ),
  ]);
}
