// Delays redraws while a pointer is down. Otherwise a button could move between down and up,
// and the click would be lost or hit a neighbour.

/** Maximum delay in milliseconds, because a pointer may stay down on a scroll bar or while selecting text. */
const MAX_DELAY = 10000;
/** Maximum time between the end of a touch and its click event, in milliseconds. */
const CLICK_DELAY = 300;

let pending = null;
let limit = null;

/** Waits until no pointer is down. */
export function pointerReleased() {
  return pending?.promise ?? Promise.resolve();
}

function waitForRelease() {
  pending ??= Promise.withResolvers();
  releaseIn(MAX_DELAY);
}

function releaseIn(time) {
  if (!pending) return;
  clearTimeout(limit);
  limit = setTimeout(() => {
    pending.resolve();
    pending = null;
  }, time);
}

for (const down of ["pointerdown", "touchstart"]) addEventListener(down, waitForRelease, { capture: true, passive: true });
// A finger that scrolls ends its pointer events but still touches the screen.
for (const up of ["pointerup", "touchend", "touchcancel"]) addEventListener(up, () => releaseIn(CLICK_DELAY), { capture: true });
// The pointer was released where the page receives no event, such as outside of the window.
addEventListener("pointermove", (event) => event.buttons === 0 && releaseIn(0), { capture: true, passive: true });
addEventListener("click", () => releaseIn(0), { capture: true });
