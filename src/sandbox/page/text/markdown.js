// Draws the `markdown` block: standard Markdown (headings, lists, quotes, code, bold, italic, links).

import { withEmoji } from "./emoji.js";
import { linkTo } from "../base/links.js";
import { h } from "../base/patch.js";

const INLINE =
  /(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(~~[^~]+~~)|(\*[^*\s][^*]*\*|\b_[^_]+_\b)|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>()]+)/;

/** Draws a Markdown text. */
export function markdown(text) {
  const drawn = [];
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) {
    const kind = KINDS.find((one) => one.begins.test(lines[at])) ?? PARAGRAPH;
    const from = at;
    at += 1;
    while (at < lines.length && kind.continues(lines[at], at - from)) at += 1;
    drawn.push(kind.draw(lines.slice(from, at)));
    if (kind.closes && at < lines.length) at += 1;
  }
  return h("div", { class: "markdown" }, drawn);
}

const KINDS = [
  {
    begins: /^```/,
    continues: (line) => !line.startsWith("```"),
    closes: true,
    draw: (lines) => h("pre", { class: "code-block" }, lines.slice(1).join("\n")),
  },
  {
    begins: /^#{1,6} /,
    continues: () => false,
    draw: ([line]) => h("h4", { class: "markdown-title" }, inline(line.replace(/^#+ /, ""))),
  },
  { begins: /^(---|\*\*\*)\s*$/, continues: () => false, draw: () => h("hr") },
  {
    begins: /^> ?/,
    continues: (line) => line.startsWith(">"),
    draw: (lines) => h("blockquote", {}, broken(lines.map((line) => line.replace(/^> ?/, "")))),
  },
  { begins: /^\s*[-*+] /, continues: (line) => /^\s*[-*+] /.test(line), draw: (lines) => h("ul", {}, items(lines, /^\s*[-*+] /)) },
  {
    begins: /^\s*\d+[.)] /,
    continues: (line) => /^\s*\d+[.)] /.test(line),
    draw: (lines) => h("ol", {}, items(lines, /^\s*\d+[.)] /)),
  },
  { begins: /^\s*$/, continues: () => false, draw: () => null },
];

const PARAGRAPH = {
  continues: (line) => line.trim() !== "" && !KINDS.some((kind) => kind.begins.test(line)),
  draw: (lines) => h("p", {}, broken(lines)),
};

function items(lines, marker) {
  return lines.map((line) => h("li", {}, inline(line.replace(marker, ""))));
}

function broken(lines) {
  return lines.flatMap((line, at) => [at > 0 && h("br"), inline(line)]);
}

function inline(text) {
  const match = text.match(INLINE);
  if (!match) return [withEmoji(text)];
  const [whole, code, bold, strike, italic, label, url, bare] = match;
  const before = withEmoji(text.slice(0, match.index));
  const after = inline(text.slice(match.index + whole.length));
  return [before, styled({ code, bold, strike, italic, label, url, bare }), after];
}

function styled({ code, bold, strike, italic, label, url, bare }) {
  if (code) return h("code", {}, code.slice(1, -1));
  if (bold) return h("strong", {}, inline(bold.slice(2, -2)));
  if (strike) return h("s", {}, inline(strike.slice(2, -2)));
  if (italic) return h("em", {}, inline(italic.slice(1, -1)));
  return bare ? linkTo(bare, bare) : linkTo(url, inline(label));
}
