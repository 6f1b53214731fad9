// What pages do beyond plain HTML: keys, and a question before unsaved text is lost. Every page works without it.

// Keys outside of fields. `g` waits for a second key.
const PLACES = { i: "/incidents", t: "/tasks", h: "/help", p: "/me" };
let waitsForPlace = false;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Enter" && event.target.form) event.target.form.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    const cancel = event.target.closest("form.edit")?.querySelector("a.button");
    if (cancel) cancel.click();
    return;
  }
  if (isTyping(event.target)) return;
  if (waitsForPlace) {
    waitsForPlace = false;
    const link = document.querySelector(`a[href="${PLACES[event.key]}"]`);
    if (link) link.click();
  } else if (event.key === "g") {
    waitsForPlace = true;
  } else if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "c") {
    document.querySelector('a[href="/incidents/new"]')?.click();
  }
});

// The first field of an opened form. At an address with a fragment, browsers ignore `autofocus`, and take the focus
// away when they scroll.
addEventListener("load", () => document.querySelector("main [data-focus]")?.focus());

// Moves the focus along the rows of a list.
function step(direction) {
  const rows = [...document.querySelectorAll(".incidents a.title")];
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(here + direction, 0), rows.length - 1)]?.focus();
}

// The filter of a list applies at once. On a phone the filters stay open until they are applied.
const isWide = window.matchMedia("(min-width: 721px)");
document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.form?.id !== "filters" || target.type === "search") return;
  if (target.matches("select") || isWide.matches) target.form.requestSubmit();
});

// Unsaved text.
const isChanged = (field) =>
  field.matches("textarea, input:not([type=hidden], [type=radio], [type=checkbox])") &&
  field.value !== field.defaultValue;

let isSubmitting = false;
document.addEventListener("submit", () => { isSubmitting = true; });
window.addEventListener("beforeunload", (event) => {
  const fields = document.querySelectorAll("form.edit textarea, form.edit input");
  if (!isSubmitting && [...fields].some(isChanged)) event.preventDefault();
});

// Live pages: the server tells that something changed, and the page reads its content again. Only a visible page
// listens, because a browser opens few connections to one server.
const live = location.pathname.match(/^\/incidents(\/\d+)?(\/(?!new)|$)/);
let events = null;
let refreshTimer = 0;

// Nothing moves under a form that is being filled in, and the values that it expects stay as they were shown. A form
// that is always open, such as that of a note, counts once it is used.
function isFilling() {
  const fields = [...document.querySelectorAll("main input, main textarea, main select")];
  return fields.some((field) =>
    field === document.activeElement || isChanged(field) ||
    (field.name.startsWith("expected_") && !field.closest(".composer, .quick")));
}

function refreshSoon() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refresh, 250);
}

function refresh() {
  if (isFilling()) {
    document.addEventListener("focusout", refreshSoon, { once: true });
    return;
  }
  const address = location.pathname + location.search;
  htmx.ajax("GET", address, { target: "#content", select: "#content", swap: "outerMorph" });
}

function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource(`/incidents${live[1] ?? ""}/events`);
  events.addEventListener("changed", refreshSoon);
  events.addEventListener("gone", () => {
    events.close();
    location.reload();
  });
}

if (live) {
  listen();
  document.addEventListener("visibilitychange", () => {
    listen();
    if (!document.hidden) refreshSoon();
  });
}
