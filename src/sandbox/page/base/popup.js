// Positions lists and menus next to their anchor, inside the window, also while the page scrolls.

const MARGIN = 8;
const placed = new Map();

/**
 * Keeps `el` (position: fixed) below its anchor, or above it if there is more room.
 * `fit` sets the anchor's width, `end` aligns the right edges. Returns the hooks of the element.
 */
export function beside(anchorOf, { fit = false, end = false, above = false } = {}) {
  const how = { anchorOf, fit, end, above };
  const put = (el) => {
    placed.set(el, how);
    position(el, how);
  };
  return { mounted: put, updated: put, removed: (el) => placed.delete(el) };
}

function position(el, { anchorOf, fit, end, above }) {
  const anchor = anchorOf();
  if (!anchor?.isConnected || !el.isConnected) return;
  const box = anchor.getBoundingClientRect();
  const height = document.documentElement.clientHeight;
  const width = document.documentElement.clientWidth;
  if (fit) el.style.width = `${box.width}px`;
  const below = height - box.bottom - MARGIN;
  const over = box.top - MARGIN;
  const needed = el.scrollHeight + 4;
  const goesUp = above ? over > 120 || over > below : needed > below && over > below;
  el.style.maxHeight = `${Math.max(96, Math.min(goesUp ? over : below, 380))}px`;
  const tall = el.offsetHeight;
  el.style.top = `${goesUp ? Math.max(MARGIN, box.top - tall - 4) : Math.min(box.bottom + 4, height - tall - MARGIN)}px`;
  const wide = el.offsetWidth;
  const left = end ? box.right - wide : box.left;
  el.style.left = `${Math.max(MARGIN, Math.min(left, width - wide - MARGIN))}px`;
}

function placeAll() {
  for (const [el, how] of placed) position(el, how);
}

addEventListener("resize", placeAll);
addEventListener("scroll", placeAll, { capture: true, passive: true });
