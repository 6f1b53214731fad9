// The canvases of a channel: their tabs next to the messages, and the open canvas.

import { confirmFirst } from "../dialogs/confirm.js";
import { withEmoji } from "../text/emoji.js";
import { icon, iconButton } from "../base/icons.js";
import { channelMention, linkTo, userMention } from "../base/links.js";
import { openMenu } from "../dialogs/menu.js";
import { h } from "../base/patch.js";
import { address, go, now, page, route, userById } from "../base/state.js";
import { act } from "../base/server.js";
import { clock, dayOf } from "../base/dates.js";

/** Draws the tabs of a channel that has canvases. */
export function canvasTabs(channel) {
  if (channel.canvases.length === 0) return null;
  const current = channel.canvases.some((one) => one.id === route.tab) ? route.tab : null;
  const tab = (id, content) => {
    const open = (event) => {
      event.preventDefault();
      go({ tab: id });
    };
    return h(
      "a",
      {
        key: id ?? "messages",
        class: id === current ? "tab current" : "tab",
        role: "tab",
        "aria-selected": String(id === current),
        href: address({ channel: channel.id, tab: id }),
        onclick: open,
      },
      content,
    );
  };
  return h(
    "div",
    { class: "tabs channel-tabs", key: "tabs", role: "tablist", "aria-label": `#${channel.name}` },
    tab(null, [icon("message"), "Messages"]),
    channel.canvases.map((one) => tab(one.id, [icon("canvas"), h("span", { class: "tab-name" }, one.title || "Canvas")])),
  );
}

/** Draws a canvas. */
export function canvasPane(channel, canvas) {
  return h(
    "div",
    { class: "canvas", key: `canvas ${canvas.id}`, role: "tabpanel", "aria-label": canvas.title || "Canvas", tabindex: "-1" },
    h("article", { class: "canvas-inner", key: "article" }, [
      h("div", { class: "canvas-head", key: "head" }, [
        h("h2", { class: "canvas-title", key: "title" }, canvas.title || "Canvas"),
        channel.is_member && !channel.is_archived && moreButton(canvas),
      ]),
      h("p", { class: "canvas-byline", key: "byline" }, `Last edited by ${userById(canvas.updated_by).real_name}, ${timeOf(canvas)}`),
      h("div", { class: "canvas-body", key: "body" }, canvas.blocks.map(block)),
    ]),
  );
}

function moreButton(canvas) {
  const show = (event) =>
    openMenu(event.currentTarget, "Canvas", [{ text: "Delete canvas", icon: "trash", danger: true, run: () => remove(canvas) }]);
  return iconButton("dots", "More about the canvas", show, { key: "more", "aria-haspopup": "menu" });
}

async function remove(canvas) {
  const agreed = await confirmFirst({
    title: { text: "Delete the canvas?" },
    text: { text: "It disappears for everyone in the channel." },
    confirm: { text: "Delete canvas" },
    style: "danger",
  });
  if (!agreed) return;
  const result = await act({ do: "delete_canvas", canvas: canvas.id });
  if (result.ok) go({ channel: page.screen.channel.id, tab: null });
}

function timeOf(canvas) {
  const today = dayOf(canvas.updated) === dayOf(now());
  return today ? clock(canvas.updated) : `${dayOf(canvas.updated)} ${clock(canvas.updated)}`;
}

const BLOCKS = {
  heading: (one) => h(`h${one.level + 2}`, { class: `canvas-h${one.level}` }, inlines(one.text)),
  paragraph: (one) => h("p", {}, inlines(one.text)),
  quote: (one) => h("blockquote", {}, one.blocks.map(block)),
  code: (one) => h("pre", { class: "code-block" }, one.text),
  divider: () => h("hr"),
  list: (one) => {
    const ordered = one.start !== null;
    return h(ordered ? "ol" : "ul", ordered ? { start: String(one.start) } : {}, one.items.map(listItem));
  },
  table: (one) => {
    const [head, ...rows] = one.rows;
    const row = (tag, cells) => h("tr", {}, cells.map((cell) => h(tag, {}, inlines(cell))));
    return h(
      "div",
      { class: "table-frame", tabindex: "0" },
      h("table", {}, h("thead", {}, row("th", head)), h("tbody", {}, rows.map((cells) => row("td", cells)))),
    );
  },
};

function block(one) {
  return BLOCKS[one.type](one);
}

function listItem(item) {
  const content = item.blocks.map((one) => (one.type === "paragraph" ? h("div", {}, inlines(one.text)) : block(one)));
  if (item.checked === null) return h("li", {}, content);
  const box = h("input", { type: "checkbox", checked: item.checked, disabled: true, "aria-label": item.checked ? "Done" : "Open" });
  return h("li", { class: "canvas-check" }, box, h("div", {}, content));
}

const INLINES = {
  text: (one) => withEmoji(one.text),
  code: (one) => h("code", {}, one.text),
  bold: (one) => h("strong", {}, inlines(one.parts)),
  italic: (one) => h("em", {}, inlines(one.parts)),
  strike: (one) => h("s", {}, inlines(one.parts)),
  link: (one) => linkTo(one.url, inlines(one.parts)),
  image: (one) => h("img", { class: "block-picture", src: one.url, alt: one.alt }),
  user: (one) => userMention(one.id),
  channel: (one) => channelMention(one.id, null),
  break: () => h("br"),
};

function inlines(parts) {
  return parts.map((one) => INLINES[one.type](one));
}
