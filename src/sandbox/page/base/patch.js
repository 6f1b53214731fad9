// Renders a tree of plain objects to the DOM and changes only the differences,
// so that focus, scroll positions and unfinished text survive every redraw.

const AS_PROPERTY = new Set(["value", "checked", "disabled", "selected", "readOnly"]);
const HOOKS = new Set(["key", "mounted", "updated", "removed"]);
const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "rect", "line", "polyline"]);

/**
 * Describes an element. `props` contains attributes, `on…` listeners, a `key` among its siblings, and
 * the hooks `mounted(el)`, `updated(el)` and `removed(el)`. Children may be nested lists, text or
 * null.
 */
export function h(tag, props, ...kids) {
  const own = props ?? {};
  return { tag, key: own.key, props: own, kids: flat(kids, []) };
}

/**
 * Replaces the children of `el` with `kids`. Reuses the existing elements where tag and key are
 * unchanged.
 */
export function draw(el, ...kids) {
  const next = flat(kids, []);
  patchKids(el, el.drawnKids ?? [], next);
  el.drawnKids = next;
}

function flat(kids, into) {
  for (const kid of kids) {
    if (kid === null || kid === undefined || kid === false || kid === true || kid === "") continue;
    if (Array.isArray(kid)) flat(kid, into);
    else if (typeof kid === "object") into.push(kid);
    else into.push({ tag: "#text", text: String(kid) });
  }
  return into;
}

function make(node) {
  if (node.tag === "#text") {
    node.el = document.createTextNode(node.text);
    return node.el;
  }
  const el = SVG_TAGS.has(node.tag) ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  node.el = el;
  patchKids(el, [], node.kids);
  patchProps(el, {}, node.props);
  return el;
}

/** Calls the `mounted` hooks, children first, after the whole tree is in the document. */
function announce(node) {
  for (const kid of node.kids ?? []) announce(kid);
  node.props?.mounted?.(node.el);
}

function bury(node) {
  node.props?.removed?.(node.el);
  for (const kid of node.kids ?? []) bury(kid);
}

function patch(old, node) {
  const el = old.el;
  node.el = el;
  if (old === node) return;
  if (node.tag === "#text") {
    if (old.text !== node.text) el.data = node.text;
    return;
  }
  patchKids(el, old.kids, node.kids);
  patchProps(el, old.props, node.props);
  node.props.updated?.(el);
}

function patchKids(parent, olds, nexts) {
  const pairs = pair(olds, nexts);
  const reused = new Set(pairs);
  for (const old of olds) {
    if (reused.has(old)) continue;
    bury(old);
    old.el.remove();
  }
  let position = parent.firstChild;
  const fresh = [];
  nexts.forEach((node, at) => {
    const old = pairs[at];
    if (old) patch(old, node);
    else fresh.push(node);
    const el = old ? node.el : make(node);
    if (el === position) position = position.nextSibling;
    else parent.insertBefore(el, position);
  });
  if (parent.isConnected) fresh.forEach(announce);
}

/** Finds the old node that each new node reuses: by key and tag, and in order for nodes without a key. */
function pair(olds, nexts) {
  const keyed = new Map();
  const keyless = new Map();
  for (const old of olds) {
    if (old.key !== undefined) keyed.set(`${old.tag} ${old.key}`, old);
    else if (keyless.has(old.tag)) keyless.get(old.tag).push(old);
    else keyless.set(old.tag, [old]);
  }
  return nexts.map((node) => {
    if (node.key === undefined) return keyless.get(node.tag)?.shift();
    const name = `${node.tag} ${node.key}`;
    const old = keyed.get(name);
    keyed.delete(name);
    return old;
  });
}

function patchProps(el, olds, nexts) {
  for (const name in olds) {
    if (!(name in nexts)) setProp(el, name, undefined, olds[name]);
  }
  for (const name in nexts) setProp(el, name, nexts[name], olds[name]);
}

function setProp(el, name, value, old) {
  if (HOOKS.has(name)) return;
  if (name.startsWith("on")) return listen(el, name.slice(2), value);
  if (name === "style") return setStyle(el, value ?? {}, old ?? {});
  if (AS_PROPERTY.has(name) && el.namespaceURI !== SVG) {
    const expected = value ?? (name === "value" ? "" : false);
    if (el[name] !== expected) el[name] = expected;
    return;
  }
  if (value === old) return;
  if (value === undefined || value === null || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? "" : value);
}

function setStyle(el, value, old) {
  for (const name in old) if (!(name in value)) el.style.removeProperty(name);
  for (const name in value) if (value[name] !== old[name]) el.style.setProperty(name, value[name]);
}

function listen(el, name, handler) {
  el.listeners ??= {};
  if (!(name in el.listeners)) el.addEventListener(name, (event) => el.listeners[name]?.(event));
  el.listeners[name] = handler;
}
