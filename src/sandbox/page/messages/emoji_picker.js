// The emoji picker: frequent emoji first, and a search over all.

import { emojiLike, FREQUENT } from "../text/emoji.js";
import { closePanel, openPanel } from "../dialogs/menu.js";
import { h } from "../base/patch.js";
import { redraw } from "../base/state.js";

/** Opens the emoji picker next to a button. Calls `choose(name)` with the selected emoji. */
export function pickEmoji(anchor, choose, more = {}) {
  const state = { query: "" };
  const take = (name) => {
    closePanel();
    choose(name);
  };
  openPanel(anchor, { label: "Choose an emoji", draw: () => [search(state, take), grid(matches(state), take)], ...more });
}

function matches(state) {
  return state.query ? emojiLike(state.query, 48) : [...FREQUENT, ...emojiLike("", 120).slice(24)];
}

function search(state, take) {
  const type = (event) => {
    state.query = event.target.value;
    redraw();
  };
  const enter = (event) => {
    const first = matches(state)[0];
    if (event.key === "ArrowDown") {
      event.preventDefault();
      event.target.parentElement.querySelector(".emoji-grid button")?.focus();
    } else if (event.key === "Enter" && first) {
      event.preventDefault();
      take(first.name);
    }
  };
  return h("input", {
    key: "search",
    class: "input",
    type: "search",
    placeholder: "Find an emoji",
    "aria-label": "Find an emoji",
    autocomplete: "off",
    "data-first": true,
    oninput: type,
    onkeydown: enter,
  });
}

function grid(list, take) {
  const move = (event) => {
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const wide = Math.max(1, Math.round(event.currentTarget.clientWidth / (buttons[0]?.offsetWidth || 36)));
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + wide, ArrowUp: at - wide };
    if (!(event.key in steps)) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(buttons.length - 1, steps[event.key]))]?.focus();
  };
  return h(
    "div",
    { key: "grid", class: "emoji-grid", onkeydown: move },
    list.map((one) =>
      h(
        "button",
        {
          key: one.name,
          type: "button",
          "aria-label": one.name.replaceAll("_", " "),
          title: `:${one.name}:`,
          onclick: () => take(one.name),
        },
        one.character,
      ),
    ),
  );
}
