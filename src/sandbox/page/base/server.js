// Calls the sandbox: fetches the page state, sends user actions, and receives changes.

import { pointerReleased } from "./click.js";
import { page, redraw, route, takeScreen, toast } from "./state.js";

const UNREACHABLE = "Can't reach the sandbox. Your text isn't lost; try again.";

let lastRequest = 0;
let running = null;
let again = false;

/** Fetches the page state for the current location. Calls during a running fetch share the next one. */
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = fetchScreen().finally(() => {
    running = null;
    if (!again) return undefined;
    again = false;
    return refresh();
  });
  return running;
}

async function fetchScreen() {
  const request = ++lastRequest;
  const query = new URLSearchParams();
  for (const name of ["as", "channel", "thread"]) if (route[name]) query.set(name, route[name]);
  try {
    const result = await fetch(`/sandbox/screen?${query}`, { cache: "no-store" });
    const screen = await result.json();
    if (screen.ok === false || !screen.users) throw new Error(screen.error ?? "The sandbox sent no page state.");
    await pointerReleased();
    if (request === lastRequest && !isLeft(query)) takeScreen(screen);
    page.error = null;
  } catch (error) {
    page.error = error instanceof TypeError ? UNREACHABLE : error.message;
    redraw();
  }
}

/** Returns whether the user has navigated away since the fetch began. Its result would take the user back. */
function isLeft(query) {
  const present = new URLSearchParams(location.hash.slice(1));
  return ["as", "channel"].some((name) => present.has(name) && present.get(name) !== query.get(name));
}

/**
 * Performs an action as the acting user and returns the sandbox's response, `{ok, …}`.
 * Shows an error as a toast unless `quiet`; does not fetch the page state again if `still`.
 */
export async function act(what, { quiet = false, still = false } = {}) {
  let result;
  try {
    const response = await fetch("/sandbox/do", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ as: page.screen.me, ...what }),
    });
    result = await response.json();
  } catch {
    result = { ok: false, error: UNREACHABLE, unreachable: true };
  }
  if (!result.ok && !quiet) toast(result.error ?? "The sandbox rejected this.");
  if (!still) await refresh();
  return result;
}

/** Marks `name` as busy while `work` runs, so that its button can show it. */
export async function busily(name, work) {
  if (page.busy.has(name)) return undefined;
  page.busy.add(name);
  redraw();
  try {
    return await work();
  } finally {
    page.busy.delete(name);
    redraw();
  }
}

let source = null;
let retry = 500;

/** Subscribes to the sandbox's changes. Reconnects with back-off when the connection is lost. */
export function follow() {
  source?.close();
  source = new EventSource("/sandbox/changes");
  source.addEventListener("open", () => {
    retry = 500;
    page.connected = true;
    refresh();
    redraw();
  });
  source.addEventListener("change", () => refresh());
  source.addEventListener("error", () => {
    source.close();
    page.connected = false;
    redraw();
    setTimeout(follow, retry);
    retry = Math.min(retry * 1.6, 5000);
  });
}
