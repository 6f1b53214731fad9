// What the page knows: the place it shows (kept in the address), the last screen from the sandbox,
// and the small things that are only its own. Whoever changes any of it calls `redraw`.

/** The place shown: who looks (`as`), which channel, thread, tab of the app, and a message to point at. */
export const route = { as: null, channel: null, thread: null, tab: null, message: null };

/** The page's own state; everything else comes from the sandbox with the screen. */
export const page = {
  screen: null,
  fetchedAt: 0,
  connected: true,
  trouble: null,
  list: false,
  dialog: null,
  menu: null,
  toasts: [],
  busy: new Set(),
  editing: null,
  dismissed: new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]")),
};

let drawing = null;
let scheduled = false;
const watchers = [];

/** Sets the function that draws the whole page. */
export function drawWith(draw) {
  drawing = draw;
}

/** Draws the page once, soon, however often it is called until then. */
export function redraw() {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    drawing?.();
  });
}

/** Reads the place out of the address. */
export function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(route)) route[name] = said.get(name);
}

/** The address of a place: the present one with `changes`, as a `#…` link. */
export function address(changes) {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...route, message: null, ...changes })) {
    if (value) said.set(name, value);
  }
  return `#${said}`;
}

/** Goes to a place. `changes` names what differs from the present one. */
export function go(changes) {
  const wanted = address(changes);
  page.list = false;
  if (wanted === location.hash) redraw();
  else location.hash = wanted;
}

/** Corrects the address without a step in the browser's history. */
export function correctAddress(changes) {
  history.replaceState(null, "", address(changes));
  readAddress();
}

/** Opens a channel by its id, leaving thread and tab behind. */
export function openChannel(channel) {
  go({ channel, thread: null, tab: null });
}

/** Calls `watcher(screen, before)` after each new screen. */
export function whenScreenChanges(watcher) {
  watchers.push(watcher);
}

/** Takes a new screen from the sandbox. */
export function takeScreen(screen) {
  const before = page.screen;
  page.screen = screen;
  page.fetchedAt = Date.now();
  for (const watcher of watchers) watcher(screen, before);
  redraw();
}

/** The sandbox's time now, in seconds. */
export function now() {
  return page.screen.now + (Date.now() - page.fetchedAt) / 1000;
}

/** Finds a person (or bot) of the workspace; unknown ids get their id as name. */
export function person(id) {
  const found = page.screen.people.find((one) => one.id === id);
  if (found) return found;
  const app = page.screen.app;
  if (app && id === app.user_id) return { id, name: app.name, real_name: app.name, is_bot: true, tz: "UTC" };
  return { id, name: id ?? "unknown", real_name: id ?? "Unknown", is_bot: false, tz: "UTC" };
}

/** The person whose eyes the page shows. */
export function me() {
  return person(page.screen.me);
}

/** Finds a channel in the sidebar's list. */
export function channelById(id) {
  return page.screen.channels.find((one) => one.id === id);
}

/** What a channel is called: `general`, or the other person's name in a direct message. */
export function channelName(channel) {
  return channel.kind === "im" ? person(channel.person).real_name : channel.name;
}

/** Shows a sentence for a while at the edge of the page. */
export function toast(text, kind = "trouble") {
  const one = { id: `${Date.now()}-${Math.random()}`, text, kind };
  page.toasts = [...page.toasts.slice(-3), one];
  setTimeout(() => {
    page.toasts = page.toasts.filter((other) => other !== one);
    redraw();
  }, 6000);
  redraw();
}

/** Puts a note away that the person has read. */
export function dismissNotice(id) {
  page.dismissed.add(id);
  sessionStorage.setItem("dismissed", JSON.stringify([...page.dismissed].slice(-50)));
  redraw();
}
