// The guide at the top of the page: where the user is, a checklist of first steps, and the button that moves
// the clock forward.

import { act, busily } from "../base/server.js";
import { clock } from "../base/dates.js";
import { icon, iconButton } from "../base/icons.js";
import { h } from "../base/patch.js";
import { now, page, redraw, toast } from "../base/state.js";
import { mrkdwn } from "../text/mrkdwn.js";

const STEPS_ID = "guide-steps";
const isWide = matchMedia("(min-width: 821px)");

/** Draws the guide, if the sandbox has one, and the warning about its file. */
export function guide() {
  const { guide: content, can_advance: canAdvance, warning } = page.screen.sandbox ?? {};
  if (!content && !canAdvance && !warning) return null;
  return h("section", { class: "guide", key: "guide", "aria-label": "Sandbox" }, [
    h("div", { class: "guide-line", key: "line" }, [
      h("p", { class: "guide-about", key: "about" }, [
        h("strong", {}, "Sandbox. Nothing leaves this machine. "),
        content && h("span", { class: "guide-more" }, content.about),
      ]),
      h("div", { class: "guide-tools", key: "tools" }, canAdvance && advanceButton(), content && toggleButton(content)),
    ]),
    content && isOpen(content) && steps(content),
    warning && warning !== page.dismissedWarning && warningLine(warning),
  ]);
}

function advanceButton() {
  const advance = () =>
    busily("advance", async () => {
      const result = await act({ do: "advance" });
      if (result.ok) toast(`Moved the clock 30 minutes forward. It's now ${clock(now())}.`, "news");
    });
  const props = {
    type: "button",
    key: "advance",
    class: `button button-small${page.busy.has("advance") ? " busy" : ""}`,
    title: "Move the sandbox clock forward so that reminders become due",
    onclick: advance,
  };
  return h("button", props, h("span", { class: "button-text" }, "30 minutes later"));
}

function isDone(content) {
  return content.steps.every((step) => step.done);
}

/** Returns whether the checklist is open: as the user left it, else only while it is useful and fits. */
function isOpen(content) {
  const stored = localStorage.getItem("guide");
  return stored ? stored === "open" : isWide.matches && !isDone(content);
}

function toggleButton(content) {
  const open = isOpen(content);
  const count = content.steps.filter((step) => step.done).length;
  const toggle = () => {
    localStorage.setItem("guide", open ? "closed" : "open");
    redraw();
  };
  return h(
    "button",
    {
      type: "button",
      key: "toggle",
      class: `button button-small guide-toggle${open ? " open" : ""}`,
      "aria-expanded": String(open),
      "aria-controls": open ? STEPS_ID : null,
      onclick: toggle,
    },
    h("span", { class: "button-text" }, isDone(content) ? "All steps done" : `First steps ${count}/${content.steps.length}`),
    icon("down"),
  );
}

function steps(content) {
  const next = content.steps.find((step) => !step.done);
  return h(
    "ol",
    { class: "guide-steps", key: "steps", id: STEPS_ID, "aria-label": "First steps" },
    content.steps.map((step, at) =>
      h("li", { class: step.done ? "guide-step done" : "guide-step", key: step.id, "aria-current": step === next ? "step" : null }, [
        h("span", { class: "guide-mark", key: "mark", "aria-hidden": "true" }, step.done ? icon("check") : String(at + 1)),
        h("div", { class: "guide-words", key: "words" }, [
          h("p", { class: "guide-title", key: "title" }, step.title, step.done && h("span", { class: "unseen-text" }, " (done)")),
          h("p", { class: "guide-hint", key: "hint" }, mrkdwn(step.hint)),
        ]),
      ]),
    ),
  );
}

function warningLine(warning) {
  const dismiss = () => {
    page.dismissedWarning = warning;
    redraw();
  };
  return h(
    "div",
    { class: "guide-warning", key: "warning", role: "alert" },
    h("span", {}, warning),
    iconButton("close", "Dismiss", dismiss),
  );
}

isWide.addEventListener("change", () => page.screen && redraw());
