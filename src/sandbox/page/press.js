// What somebody presses stays where it is while they press it: news waits until they let go, or the
// button would move away between down and up, and the press would go nowhere, or to a neighbour.

/** How long news waits at the most: somebody may hold on to a scroll bar, or choose words. In milliseconds. */
const LONGEST = 10000;
/** How long a tap may take to become a click after the finger is gone, in milliseconds. */
const CLICK_COMES = 300;

let held = null;
let limit = null;

/** Waits until nobody presses anything. */
export function letGo() {
  return held?.promise ?? Promise.resolve();
}

function hold() {
  held ??= Promise.withResolvers();
  releaseIn(LONGEST);
}

function releaseIn(time) {
  if (!held) return;
  clearTimeout(limit);
  limit = setTimeout(() => {
    held.resolve();
    held = null;
  }, time);
}

for (const down of ["pointerdown", "touchstart"]) addEventListener(down, hold, { capture: true, passive: true });
// A finger that scrolls is no pointer any more, but is still there.
for (const up of ["pointerup", "touchend", "touchcancel"]) addEventListener(up, () => releaseIn(CLICK_COMES), { capture: true });
// Somebody let go where the page does not hear of it, such as outside of the window.
addEventListener("pointermove", (event) => event.buttons === 0 && releaseIn(0), { capture: true, passive: true });
addEventListener("click", () => releaseIn(0), { capture: true });
