// Marks on the picture: shown, focused, moved and resized, by pointer or keys.

import { handleMoved, moved } from "./mark_geometry.js";
import { handleKey, markKeyChange } from "./mark_keys.js";
import { createMarkShape } from "./mark_shape.js";
import { listenForMarks } from "./mark_tool.js";
import { svg } from "./overlay.js";

const KEY_STEP_PX = 3; // CSS px that an arrow key moves

/** @typedef {import("./mark_geometry.js").Mark} Mark */

/**
 * @param {object} parts
 * @param {SVGSVGElement} parts.overlay
 * @param {ReturnType<typeof import("./marks.js").createMarks>} parts.marks
 * @param {any} parts.navigation
 * @param {() => any} parts.manifestNow
 * @param {HTMLElement} parts.home gets the focus when a mark goes
 */
export function createMarksLayer({ overlay, marks, navigation, manifestNow, home }) {
  const group = svg("g", { class: "marks" });
  overlay.append(group);
  /** @type {Map<string, ReturnType<typeof createMarkShape>>} */
  const shapes = new Map();
  let chosen = -1; // the corner of the selected mark that is in the hand
  const find = (/** @type {string} */ id) => marks.list().find((mark) => mark.id === id);

  /** Where a pointer is, inside the picture. @param {PointerEvent} event */
  const at = (event) => {
    const box = overlay.getBoundingClientRect();
    const { x, y } = navigation.toPicture(event.clientX - box.left, event.clientY - box.top);
    const inside = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(value, 0), most);
    return { x: inside(x, marks.bounds.width), y: inside(y, marks.bounds.height) };
  };

  /** @param {any} target @param {string} id @param {(start: Mark, to: any, from: any) => Partial<Mark>} changeOf */
  const listenForDrag = (target, id, changeOf) => {
    target.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0 || marks.tool) return;
      event.stopPropagation();
      const start = find(id);
      const from = at(event);
      let again = false;
      const move = (/** @type {PointerEvent} */ next) => {
        marks.update(id, changeOf(start, at(next), from), { again });
        again = true;
      };
      target.setPointerCapture(event.pointerId);
      target.addEventListener("pointermove", move);
      target.addEventListener("lostpointercapture", () => target.removeEventListener("pointermove", move), { once: true });
      shapes.get(id)?.node.focus();
    });
  };

  const choose = (/** @type {number} */ handle) => {
    chosen = handle;
    render();
  };

  /** @returns {boolean} whether the key was the mark's */
  const onKey = (/** @type {Mark} */ mark, /** @type {KeyboardEvent} */ event) => {
    const handle = handleKey(mark, event, chosen);
    const change = markKeyChange(mark, event, Math.max(1, KEY_STEP_PX / navigation.cssScale()), chosen);
    if (handle !== null) choose(handle);
    else if (change) {
      if (Object.keys(change).length) marks.update(mark.id, change, { again: event.repeat });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      marks.remove(mark.id);
      home.focus();
    } else if (event.key === "Escape" && chosen >= 0) choose(-1);
    else if (event.key === "Escape") home.focus();
    else return false;
    return true;
  };

  const make = (/** @type {Mark} */ { id, finding }) => {
    const shape = createMarkShape(finding, (handle, index) => {
      listenForDrag(handle, id, (start, to) => handleMoved(start, index, to));
    });
    shape.node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const mark = find(id);
      if (!mark || event.ctrlKey || event.metaKey || event.altKey || !onKey(mark, event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    shape.node.addEventListener("focus", () => marks.select(id));
    listenForDrag(shape.hit, id, (start, to, from) => moved(start, to.x - from.x, to.y - from.y));
    group.append(shape.node);
    shapes.set(id, shape);
    return shape;
  };

  const render = () => {
    const list = marks.list();
    const known = new Set(list.map((mark) => mark.id));
    for (const [id, shape] of shapes) {
      if (known.has(id)) continue;
      shape.node.remove();
      shapes.delete(id);
    }
    /** @type {Record<string, number>} */
    const counts = {};
    for (const mark of list) {
      counts[mark.finding] = (counts[mark.finding] ?? 0) + 1;
      const facts = { chosen: mark.id === marks.selected ? chosen : -1, manifest: manifestNow() };
      (shapes.get(mark.id) ?? make(mark)).place(mark, counts[mark.finding], navigation, facts);
    }
    tool.render();
  };

  const focus = (/** @type {string} */ id) => shapes.get(id)?.node.focus({ preventScroll: true });
  const tool = listenForMarks({ overlay, marks, navigation, at, onMade: focus });
  const closing = [
    tool.stop,
    marks.onChange(() => render()),
    marks.onSelect((id) => {
      chosen = -1;
      for (const [known, shape] of shapes) shape.node.classList.toggle("is-selected", known === id);
      render();
    }),
  ];

  return {
    render,
    focus,
    destroy: () => closing.forEach((close) => close()),
  };
}
