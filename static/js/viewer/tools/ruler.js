// Measuring: a drag on the picture, or Enter in the middle of the view. Lines stay until the picture goes.

import { svg } from "../overlay.js";
import { lineInside, lineKeyChange } from "./ruler_geometry.js";
import { createRulerShape } from "./ruler_shape.js";

const SHORTEST_PX = 4; // CSS px: a shorter drag was a slip
const KEY_STEP_PX = 3;
const SHARE_OF_WIDTH = 6; // a line placed by key is this part of the view long

/** @typedef {import("./ruler_geometry.js").Line} Line */

/**
 * @param {object} parts
 * @param {SVGSVGElement} parts.overlay
 * @param {any} parts.navigation
 * @param {() => import("../tile_geometry.js").Manifest|null} parts.manifestNow
 * @param {HTMLElement} parts.home gets the focus when a line goes
 * @param {() => void} parts.onStart the tool was taken: other tools are put away
 * @param {() => void} parts.onChange
 */
export function createRuler({ overlay, navigation, manifestNow, home, onStart, onChange }) {
  const group = svg("g", { class: "rulers" });
  overlay.append(group);
  /** @type {{line: Line, shape: ReturnType<typeof createRulerShape>}[]} */
  let lines = [];
  let active = false;

  const at = (/** @type {PointerEvent} */ event) => {
    const box = overlay.getBoundingClientRect();
    return navigation.toPicture(event.clientX - box.left, event.clientY - box.top);
  };
  const render = () => lines.forEach(({ line, shape }) => shape.place(line, manifestNow(), navigation));
  const remove = (/** @type {any} */ entry) => {
    lines = lines.filter((one) => one !== entry);
    entry.shape.node.remove();
    home.focus();
  };
  const change = (/** @type {any} */ entry, /** @type {Line} */ line) => {
    entry.line = lineInside(line, manifestNow());
    render();
  };

  const onLineKey = (/** @type {any} */ entry, /** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") remove(entry);
    else if (event.key === "Escape") home.focus();
    else {
      const next = lineKeyChange(entry.line, event, Math.max(1, KEY_STEP_PX / navigation.cssScale()));
      if (!next) return;
      change(entry, next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** Move with the pointer until it is let go. @param {PointerEvent} event @param {any} target @param {(to: any) => void} move */
  const drag = (event, target, move, ended = () => {}) => {
    event.stopPropagation();
    event.preventDefault();
    target.setPointerCapture(event.pointerId);
    const over = new AbortController();
    const end = () => (over.abort(), ended());
    target.addEventListener("pointermove", (/** @type {PointerEvent} */ next) => move(at(next)), { signal: over.signal });
    target.addEventListener("pointerup", end, { signal: over.signal });
    target.addEventListener("pointercancel", end, { signal: over.signal });
  };

  const add = (/** @type {Line} */ line) => {
    const entry = { line: lineInside(line, manifestNow()), shape: createRulerShape() };
    const { node, hit, ends } = entry.shape;
    const begin = (/** @type {any} */ target, /** @type {(start: Line, dx: number, dy: number, to: any) => Line} */ moved) => {
      target.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
        if (event.button !== 0 || active) return;
        const [start, from] = [entry.line, at(event)];
        drag(event, target, (to) => change(entry, moved(start, to.x - from.x, to.y - from.y, to)));
        node.focus();
      });
    };
    begin(hit, (s, dx, dy) => ({ x1: s.x1 + dx, y1: s.y1 + dy, x2: s.x2 + dx, y2: s.y2 + dy }));
    begin(ends[0], (s, _dx, _dy, to) => ({ ...s, x1: to.x, y1: to.y }));
    begin(ends[1], (s, _dx, _dy, to) => ({ ...s, x2: to.x, y2: to.y }));
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => onLineKey(entry, event));
    group.append(node);
    lines.push(entry);
    render();
    return entry;
  };

  const set = (/** @type {boolean} */ next) => {
    active = next;
    overlay.classList.toggle("measuring", active);
    window.removeEventListener("keydown", onToolKey, true);
    if (active) window.addEventListener("keydown", onToolKey, true);
    onChange();
  };

  const finish = (/** @type {any} */ entry) => {
    set(false);
    entry.shape.node.focus({ preventScroll: true });
  };

  // Before the page's own keys: Enter may mean something else there.
  function onToolKey(/** @type {KeyboardEvent} */ event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") return set(false);
    const [x, y] = navigation.center();
    const half = overlay.clientWidth / SHARE_OF_WIDTH / 2 / navigation.cssScale();
    finish(add({ x1: x - half, y1: y, x2: x + half, y2: y }));
  }

  const onDown = (/** @type {PointerEvent} */ event) => {
    if (!active || event.button !== 0) return;
    const from = at(event);
    const entry = add({ x1: from.x, y1: from.y, x2: from.x, y2: from.y });
    drag(event, overlay, (to) => change(entry, { ...entry.line, x2: to.x, y2: to.y }), () => {
      const { x1, y1, x2, y2 } = entry.line;
      if (Math.hypot(x2 - x1, y2 - y1) * navigation.cssScale() < SHORTEST_PX) remove(entry);
      else finish(entry);
    });
  };
  overlay.addEventListener("pointerdown", onDown);

  return {
    get active() {
      return active;
    },
    /** Take the ruler, or put it away. */
    toggle() {
      if (!manifestNow()) return;
      if (!active) onStart();
      set(!active);
    },
    stop: () => active && set(false),
    /** @returns {Line[]} */
    list: () => lines.map(({ line }) => ({ ...line })),
    render,
    /** Another picture. */
    clear() {
      lines = [];
      group.replaceChildren();
      if (active) set(false);
    },
    destroy() {
      window.removeEventListener("keydown", onToolKey, true);
      overlay.removeEventListener("pointerdown", onDown);
      group.remove();
    },
  };
}
