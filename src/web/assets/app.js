// Every page works without this script.

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Keys outside of fields, besides those of links. `g` waits for a second key.
let prefix = "";
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  f: ({ target }) => target.closest("[id^=entry-]")?.querySelector('[action$="flag-entry"] button').click(),
  "?": () => { location.href = "/help/pages#keys"; },
  "/": (event) => {
    const search = one("input[type=search]");
    if (search) event.preventDefault();
    search?.focus();
  },
};

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (key === "Enter") target.form?.requestSubmit();
    if (key.toLowerCase() === "k" && !event.altKey) {
      event.preventDefault();
      openPalette();
    }
    return;
  }
  if (key === "Escape") target.closest("form.edit")?.querySelector("a.button")?.click();
  if (target.closest("input, textarea, select, dialog") || document.documentElement.dataset.shortcuts) return;
  const keys = prefix + key;
  prefix = key === "g" ? key : "";
  if (KEYS[keys]) KEYS[keys](event);
  else one(`[data-key="${CSS.escape(keys)}"]`)?.click();
});

// At an address with a fragment, browsers ignore `autofocus`.
addEventListener("load", () => one("[data-focus], :target [autofocus]")?.focus());

// Moves the focus along a list or a timeline.
function step(direction) {
  const rows = all(".incidents a.title, .log li[id]");
  const here = rows.indexOf(document.activeElement);
  rows[Math.max(here + direction, 0)]?.focus();
}

// The palette finds links and buttons by name, and incidents by number.
function openPalette() {
  const dialog = one(".palette");
  const [input, list] = dialog.children;
  input.value = "";
  list.replaceChildren();
  const name = (element) => element.ariaLabel || element.textContent.trim();
  const named = all("a[href], button").filter(name);
  const show = () => {
    const found = named.filter((it) => name(it).toLowerCase().includes(input.value.toLowerCase()));
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
  show();
  dialog.showModal();
}

// Shows a typed time as it will be stored.
let echoTimer;
addEventListener("input", ({ target }) => {
  if (!target.dataset.time) return;
  clearTimeout(echoTimer);
  echoTimer = setTimeout(async () => {
    const text = encodeURIComponent(target.value);
    const answer = await fetch(`/time/${target.dataset.time}?text=${text}`);
    if (answer.ok) target.parentElement.querySelector("output").value = await answer.text();
  }, 200);
});

// Filters of a list apply at once, except on a phone.
addEventListener("change", ({ target }) => {
  if (target.form?.id !== "filters" || target.type === "search") return;
  if (target.matches("select") || matchMedia("(min-width: 721px)").matches) target.form.requestSubmit();
});

// Unsaved text.
const isChanged = (field) => field.matches("input, textarea") && field.value !== field.defaultValue;

let isSubmitting = false;
addEventListener("submit", () => { isSubmitting = true; });
addEventListener("beforeunload", (event) => {
  if (!isSubmitting && all("form.edit *").some(isChanged)) event.preventDefault();
});

// A page reads itself again when something changes, while it is visible: browsers open few connections.
const live = location.pathname.match(/^\/incidents(\/\d+)?(\/(?!new)|$)/);
let events;
let refreshTimer;

// Nothing moves under a form that is open or being filled in.
function isFilling() {
  const isInUse = (field) => field === document.activeElement || isChanged(field);
  return one("main form.edit a.button") || all("main input, main textarea, main select").some(isInUse);
}

// The top bar is 72 px high.
const boxOf = (id) => one("#" + id)?.getBoundingClientRect() ?? {};
const isInSight = (id) => boxOf(id).bottom > 72 && boxOf(id).top < innerHeight;

function refreshSoon() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refresh, 250);
}

function refresh() {
  if (isFilling()) {
    htmx.trigger("body", "update");
    addEventListener("focusout", refreshSoon, { once: true });
    return;
  }
  const address = new URL(location);
  // Away from the newest entry, nothing in sight moves, and a notice counts what is new.
  const notice = one(".new-entries");
  const isAway = notice && !isInSight(notice.dataset.end);
  if (isAway) address.searchParams.set("since", notice.dataset.since);
  const place = isAway && all(".log li[id]").map(({ id }) => id).find(isInSight);
  const { top } = boxOf(place);
  const unfolded = all("details[id][open]").map(({ id }) => id);
  htmx.ajax("GET", address.pathname + address.search, { target: "#content", select: "#content", swap: "outerMorph" })
    .then(() => {
      unfolded.forEach((id) => one("#" + id)?.setAttribute("open", ""));
      scrollBy(0, boxOf(place).top - top || 0);
    });
}

addEventListener("scroll", () => {
  const notice = one(".new-entries:has(a)");
  if (!notice || !isInSight(notice.dataset.end)) return;
  notice.dataset.since = notice.dataset.last;
  notice.replaceChildren();
});

function listen() {
  events?.close();
  if (document.hidden) return;
  events = new EventSource(`/incidents${live[1] ?? ""}/events`);
  events.addEventListener("changed", refreshSoon);
  events.addEventListener("gone", () => location.reload());
}

if (live) {
  listen();
  document.addEventListener("visibilitychange", () => {
    listen();
    if (!document.hidden) refreshSoon();
  });
}
