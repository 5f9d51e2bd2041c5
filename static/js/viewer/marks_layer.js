// Marks on the picture: shown, focused, moved and resized, by pointer or keys.

import { cornerDragged, markKeyChange } from "./mark_geometry.js";
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
 * @param {HTMLElement} parts.home gets the focus when a mark goes
 */
export function createMarksLayer({ overlay, marks, navigation, home }) {
  const group = svg("g", { class: "marks" });
  overlay.append(group);
  /** @type {Map<string, ReturnType<typeof createMarkShape>>} */
  const shapes = new Map();
  const find = (/** @type {string} */ id) => marks.list().find((mark) => mark.id === id);

  const at = (/** @type {PointerEvent} */ event) => {
    const box = overlay.getBoundingClientRect();
    return navigation.toPicture(event.clientX - box.left, event.clientY - box.top);
  };

  /** @param {any} target @param {string} id @param {(start: Mark, to: any, from: any) => Partial<Mark>} changeOf */
  const listenForDrag = (target, id, changeOf) => {
    target.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0 || marks.tool) return;
      event.stopPropagation();
      const start = find(id);
      const from = at(event);
      const move = (/** @type {PointerEvent} */ next) => marks.update(id, changeOf(start, at(next), from));
      target.setPointerCapture(event.pointerId);
      target.addEventListener("pointermove", move);
      target.addEventListener("lostpointercapture", () => target.removeEventListener("pointermove", move), { once: true });
      shapes.get(id)?.node.focus();
    });
  };

  const onKey = (/** @type {string} */ id, /** @type {KeyboardEvent} */ event) => {
    const mark = find(id);
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      marks.remove(id);
      home.focus();
    } else if (event.key === "Escape") {
      home.focus();
    } else {
      const change = markKeyChange(mark, event, Math.max(1, KEY_STEP_PX / navigation.cssScale()));
      if (!change) return;
      marks.update(id, change);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const make = (/** @type {Mark} */ { id, finding }) => {
    const shape = createMarkShape(finding);
    shape.node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => onKey(id, event));
    listenForDrag(shape.hit, id, (start, to, from) => ({ x: start.x + to.x - from.x, y: start.y + to.y - from.y }));
    shape.handles.forEach((handle, corner) => {
      listenForDrag(handle, id, (start, to) => cornerDragged(start, corner, to));
    });
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
    list.forEach((mark, index) => (shapes.get(mark.id) ?? make(mark)).place(mark, index + 1, navigation));
  };

  const stopMarks = marks.onChange(render);
  const stopTool = listenForMarks({
    overlay,
    marks,
    navigation,
    onMade: (id) => shapes.get(id)?.node.focus({ preventScroll: true }),
  });

  return {
    render,
    destroy() {
      stopTool();
      stopMarks();
    },
  };
}
