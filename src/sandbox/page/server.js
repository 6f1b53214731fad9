// Calls the sandbox: fetches the page state, sends user actions, and receives changes.

import { letGo } from "./press.js";
import { page, redraw, route, takeScreen, toast } from "./state.js";

const UNREACHABLE = "The sandbox cannot be reached just now. Nothing that you typed is lost; please try again.";

let asked = 0;
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
  const turn = ++asked;
  const place = new URLSearchParams();
  for (const name of ["as", "channel", "thread"]) if (route[name]) place.set(name, route[name]);
  try {
    const answer = await fetch(`/sandbox/screen?${place}`, { cache: "no-store" });
    const screen = await answer.json();
    if (screen.ok === false || !screen.people) throw new Error(screen.error ?? "The sandbox gave no screen.");
    await letGo();
    if (turn === asked && !isLeft(place)) takeScreen(screen);
    page.trouble = null;
  } catch (trouble) {
    page.trouble = trouble instanceof TypeError ? UNREACHABLE : trouble.message;
    redraw();
  }
}

/** Returns whether the user has navigated away since the fetch began. Its result would take the user back. */
function isLeft(place) {
  const present = new URLSearchParams(location.hash.slice(1));
  return ["as", "channel"].some((name) => present.has(name) && present.get(name) !== place.get(name));
}

/**
 * Performs an action as the acting user and returns the sandbox's response, `{ok, …}`.
 * Shows an error as a toast unless `quiet`; does not fetch the page state again if `still`.
 */
export async function act(what, { quiet = false, still = false } = {}) {
  let answer;
  try {
    const response = await fetch("/sandbox/do", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ as: page.screen.me, ...what }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: UNREACHABLE, unreachable: true };
  }
  if (!answer.ok && !quiet) toast(answer.error ?? "The sandbox refused this.");
  if (!still) await refresh();
  return answer;
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
