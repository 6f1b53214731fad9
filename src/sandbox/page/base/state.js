// The state of the page: the current location (kept in the URL), the last page state from the sandbox,
// and the local UI state. Code that changes any of it calls `redraw`.

/**
 * The current location: acting user (`as`), channel, thread, tab of the app, the message to scroll to, and
 * the open mail (`inbox`: none, but the mailbox).
 */
export const route = { as: null, channel: null, thread: null, tab: null, message: null, mail: null };

/** The local UI state. Everything else comes from the sandbox. */
export const page = {
  screen: null,
  fetchedAt: 0,
  connected: true,
  error: null,
  list: false,
  dialog: null,
  menu: null,
  toasts: [],
  busy: new Set(),
  editing: null,
  showsArchived: false,
  dismissedWarning: null,
  mailBodies: {},
  dismissed: new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]")),
};

let drawing = null;
let scheduled = false;
const watchers = [];

/** Sets the function that draws the whole page. */
export function drawWith(draw) {
  drawing = draw;
}

/** Schedules one redraw; further calls until then are merged. */
export function redraw() {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    drawing?.();
  });
}

/** Parses the location from the URL. */
export function readAddress() {
  const params = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(route)) route[name] = params.get(name);
}

/** Returns the URL of a location: the current one with `changes`, as a `#…` link. */
export function address(changes) {
  const params = new URLSearchParams();
  const left = "channel" in changes ? { message: null, mail: null } : { message: null };
  for (const [name, value] of Object.entries({ ...route, ...left, ...changes })) {
    if (value) params.set(name, value);
  }
  return `#${params}`;
}

/** Navigates to a location. `changes` contains the differences from the current one. */
export function go(changes) {
  const hash = address(changes);
  page.list = false;
  if (hash === location.hash) redraw();
  else location.hash = hash;
}

/** Replaces the URL without an entry in the browser's history. */
export function correctAddress(changes) {
  history.replaceState(null, "", address(changes));
  readAddress();
}

/** Opens a channel by its ID and leaves the thread and tab. */
export function openChannel(channel) {
  go({ channel, thread: null, tab: null });
}

/** Calls `watcher(screen, before)` after each new page state. */
export function whenScreenChanges(watcher) {
  watchers.push(watcher);
}

/** Stores a new page state from the sandbox. */
export function takeScreen(screen) {
  const before = page.screen;
  page.screen = screen;
  page.fetchedAt = Date.now();
  for (const watcher of watchers) watcher(screen, before);
  redraw();
}

/** Returns the sandbox's current time, in seconds. */
export function now() {
  return page.screen.now + (Date.now() - page.fetchedAt) / 1000;
}

/** Returns a user or bot of the workspace. An unknown ID is its own name. */
export function userById(id) {
  const user = page.screen.users.find((one) => one.id === id);
  if (user) return user;
  const app = page.screen.app;
  if (app && id === app.user_id) return { id, name: app.name, real_name: app.name, is_bot: true, tz: "UTC" };
  return { id, name: id ?? "unknown", real_name: id ?? "Unknown", is_bot: false, tz: "UTC" };
}

/** Returns the acting user. */
export function me() {
  return userById(page.screen.me);
}

/** Returns a channel of the sidebar's list. */
export function channelById(id) {
  return page.screen.channels.find((one) => one.id === id);
}

/** Returns the name of a channel: `general`, or the name of the other user in a direct message. */
export function channelName(channel) {
  return channel.kind === "im" ? userById(channel.user).real_name : channel.name;
}

/** Shows a sentence at the edge of the page for a short time. */
export function toast(text, kind = "trouble") {
  const one = { id: `${Date.now()}-${Math.random()}`, text, kind };
  page.toasts = [...page.toasts.slice(-3), one];
  setTimeout(() => {
    page.toasts = page.toasts.filter((other) => other !== one);
    redraw();
  }, 6000);
  redraw();
}

/** Removes a toast that the user has dismissed. */
export function dismissNotice(id) {
  page.dismissed.add(id);
  sessionStorage.setItem("dismissed", JSON.stringify([...page.dismissed].slice(-50)));
  redraw();
}
