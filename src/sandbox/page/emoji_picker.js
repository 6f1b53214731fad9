// The emoji picker: frequent emoji first, and a search over all.

import { emojiLike, FREQUENT } from "./emoji.js";
import { closePanel, openPanel } from "./menu.js";
import { h } from "./patch.js";
import { redraw } from "./state.js";

/** Opens the emoji picker next to a button. Calls `choose(name)` with the selected emoji. */
export function pickEmoji(anchor, choose, more = {}) {
  const state = { query: "" };
  const take = (name) => {
    closePanel();
    choose(name);
  };
  openPanel(anchor, { label: "Choose an emoji", draw: () => [search(state, take), grid(found(state), take)], ...more });
}

function found(state) {
  return state.query ? emojiLike(state.query, 48) : [...FREQUENT, ...emojiLike("", 120).slice(24)];
}

function search(state, take) {
  const type = (event) => {
    state.query = event.target.value;
    redraw();
  };
  const enter = (event) => {
    const first = found(state)[0];
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
    const all = [...event.currentTarget.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const wide = Math.max(1, Math.round(event.currentTarget.clientWidth / (all[0]?.offsetWidth || 36)));
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + wide, ArrowUp: at - wide };
    if (!(event.key in steps)) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, steps[event.key]))]?.focus();
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
