// Every page works without this script.

// Keys outside of fields. `g` waits for a second key.
const PLACES = { i: "/incidents", t: "/tasks", h: "/help", p: "/me" };
let waitsForPlace = false;

const isTyping = (target) => target.closest("input, textarea, select");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (key === "Enter" && target.form) target.form.requestSubmit();
    if (key.toLowerCase() === "k" && !event.altKey) {
      event.preventDefault();
      openPalette();
    }
    return;
  }
  if (key === "Escape") {
    target.closest("form.edit")?.querySelector("a.button")?.click();
    return;
  }
  if (isTyping(target) || target.closest("dialog") || document.documentElement.dataset.shortcuts) return;
  if (waitsForPlace) {
    waitsForPlace = false;
    document.querySelector(`a[href="${PLACES[key]}"]`)?.click();
  } else if (key === "g") {
    waitsForPlace = true;
  } else if (key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) event.preventDefault();
    search?.focus();
  } else if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "f") {
    target.closest("[id^=entry-]")?.querySelector('[action$="flag-entry"] button').click();
  } else if (key === "?") {
    location.href = "/help/pages#keys";
  } else {
    document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
  }
});

// At an address with a fragment, browsers ignore `autofocus`.
addEventListener("load", () => document.querySelector("[data-focus], :target [autofocus]")?.focus());

// Moves the focus along a list or a timeline.
function step(direction) {
  const rows = [...document.querySelectorAll(".incidents a.title, .log li[id]")];
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(here + direction, 0), rows.length - 1)]?.focus();
}

// The palette finds links and buttons by name, and incidents by number.
function openPalette() {
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.innerHTML = '<input type="search" aria-label="Go to or do"><div></div>';
  const [input, list] = dialog.children;
  const name = (element) => element.ariaLabel || element.textContent.trim();
  const all = [...document.querySelectorAll("a[href], button")].filter(name);
  const show = () => {
    const found = all.filter((it) => name(it).toLowerCase().includes(input.value.toLowerCase()));
    list.replaceChildren(...found.slice(0, 8).map((it) => {
      const button = document.createElement("button");
      button.textContent = name(it);
      button.onclick = () => { dialog.close(); it.click(); };
      return button;
    }));
  };
  input.oninput = show;
  input.onkeydown = ({ key }) => {
    if (key !== "Enter") return;
    if (/^ir-\d+$/i.test(input.value)) location.href = `/incidents/${input.value}`;
    else list.firstChild?.click();
  };
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  show();
  dialog.showModal();
}

// Shows a time as it will be stored, while it is typed.
let echoTimer = 0;
document.addEventListener("input", ({ target }) => {
  if (!target.dataset.time) return;
  clearTimeout(echoTimer);
  echoTimer = setTimeout(async () => {
    const text = encodeURIComponent(target.value);
    const answer = await fetch(`/time/${target.dataset.time}?text=${text}`);
    if (answer.ok) target.parentElement.querySelector("output").value = await answer.text();
  }, 200);
});

// Filters of a list apply at once, except on a phone.
const isWide = matchMedia("(min-width: 721px)");
document.addEventListener("change", ({ target }) => {
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

// The server tells that something changed, and the page reads its content again. Only a visible page listens:
// browsers open few connections to one server.
const live = location.pathname.match(/^\/incidents(\/\d+)?(\/(?!new)|$)/);
let events = null;
let refreshTimer = 0;

// Nothing moves under a form that is open or being filled in.
function isFilling() {
  const fields = [...document.querySelectorAll("main input, main textarea, main select")];
  return document.querySelector("main form.edit a.button") !== null ||
    fields.some((field) => field === document.activeElement || isChanged(field));
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
  const unfolded = [...document.querySelectorAll("details[id][open]")].map((it) => it.id);
  htmx.ajax("GET", address, { target: "#content", select: "#content", swap: "outerMorph" })
    .then(() => unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", "")));
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
