// The app's modals: their views, submission, and the app's errors under the fields.

import { drawBlocks } from "../blocks/blocks.js";
import { dialogFrame, focusFirst } from "./dialog.js";
import { withEmoji } from "../text/emoji.js";
import { blockId, mistakes } from "../blocks/form.js";
import { iconButton } from "../base/icons.js";
import { inView } from "../blocks/interactions.js";
import { h } from "../base/patch.js";
import { page, redraw, whenScreenChanges } from "../base/state.js";
import { closeList } from "../blocks/open_list.js";
import { act, busily } from "../base/server.js";

const CONNECTION_ERROR = "We had some trouble connecting. Try again?";

/** Draws the top view of the user's modal stack, if there is one. */
export function modal(overlay) {
  const view = page.screen.modal;
  if (!view) return null;
  const ctx = inView(view);
  const deep = (page.screen.modal_depth ?? 1) > 1;
  const back = deep && iconButton("back", "Back", () => close(view), { key: "back" });
  const frame = {
    name: "modal",
    title: words(view.title) || "Form",
    leave: () => close(view),
    leaveAll: () => close(view, { all: true }),
    className: "modal",
    head: back,
    overlay,
  };
  const send = (event) => {
    event.preventDefault();
    submit(view, ctx.form);
  };
  return dialogFrame(
    frame,
    h(
      "form",
      {
        class: "modal-form",
        key: view.id,
        novalidate: true,
        onsubmit: send,
        "data-view": view.id,
        "data-callback": view.callback_id,
      },
      [h("div", { class: "dialog-body", key: "body" }, error(view, ctx.form), drawBlocks(ctx, view.blocks)), foot(view, deep)],
    ),
  );
}

function words(text) {
  return typeof text === "string" ? text : (text?.text ?? "");
}

function foot(view, deep) {
  const busy = page.busy.has(`submit ${view.id}`);
  const submitWords = words(view.submit) || "Submit";
  const hasSubmit = Boolean(view.submit) || (view.blocks ?? []).some((block) => block.type === "input");
  return h("footer", { class: "dialog-foot", key: "foot" }, [
    h(
      "button",
      { type: "button", class: "button", key: "close", onclick: () => close(view) },
      withEmoji(words(view.close) || (deep ? "Back" : hasSubmit ? "Cancel" : "Close")),
    ),
    hasSubmit &&
      h(
        "button",
        {
          type: "submit",
          key: "submit",
          class: busy ? "button button-primary busy" : "button button-primary",
          "aria-busy": busy ? "true" : null,
          "aria-disabled": busy ? "true" : null,
        },
        h("span", { class: "button-text" }, withEmoji(submitWords)),
      ),
  ]);
}

/** Draws the error of the modal as a whole, and errors for blocks that it does not contain. */
function error(view, form) {
  const visible = new Set((view.blocks ?? []).map((block, at) => blockId(block, at)));
  const lost = Object.entries(form.errors)
    .filter(([id]) => !visible.has(id))
    .map(([, text]) => text);
  const texts = [form.error, ...lost].filter(Boolean);
  if (texts.length === 0) return null;
  return h(
    "div",
    { class: "modal-trouble", role: "alert", key: "trouble" },
    texts.map((text) => h("p", {}, text)),
  );
}

async function submit(view, form) {
  closeList();
  form.error = null;
  const wrong = mistakes(form, view.blocks);
  if (Object.keys(wrong).length > 0) {
    form.errors = wrong;
    showErrors();
    return;
  }
  form.errors = {};
  await busily(`submit ${view.id}`, async () => {
    const response = await act({ do: "submit", view: view.id, values: form.values }, { quiet: true });
    if (!response.ok) form.error = response.error ?? CONNECTION_ERROR;
    else if (response.errors && Object.keys(response.errors).length > 0) form.errors = { ...response.errors };
  });
  if (form.error || Object.keys(form.errors).length > 0) showErrors();
}

function showErrors() {
  redraw();
  setTimeout(() => {
    const first = document.querySelector(".modal .input-block.wrong :is(input, textarea, select)");
    const target = first ?? document.querySelector(".modal-trouble");
    target?.scrollIntoView({ block: "nearest" });
    first?.focus({ preventScroll: true });
  });
}

/** Closes the top view or the whole stack. */
function close(view, { all = false } = {}) {
  if (page.busy.has(`close ${view.id}`)) return;
  busily(`close ${view.id}`, () => act({ do: "close", view: view.id, all }));
}

whenScreenChanges((screen, before) => {
  const view = screen.modal;
  const replaced = view && before?.modal && before.modal.id !== view.id;
  if (replaced) setTimeout(() => focusFirst(document.querySelector("dialog.modal") ?? document.body));
});
