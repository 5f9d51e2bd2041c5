// Marks on the picture: drawn, focused, moved and resized, by pointer or keys.

import { cornerDragged, FINDINGS, markKeyChange, markOfGesture } from "./marks.js";
import { svg } from "./overlay.js";

const POINT_RADIUS_PX = 11;
const KEY_STEP_PX = 3; // CSS px that an arrow key moves

/** @param {import("./marks.js").Mark} mark @param {any} navigation @returns {{cx: number, cy: number, rx: number, ry: number}} CSS px */
function ellipseOf(mark, navigation) {
  const scale = navigation.cssScale();
  const middle = navigation.toScreen(mark.x + mark.width / 2, mark.y + mark.height / 2);
  const point = mark.shape === "point";
  return {
    cx: middle.x,
    cy: middle.y,
    rx: point ? POINT_RADIUS_PX : Math.max((mark.width / 2) * scale, 4),
    ry: point ? POINT_RADIUS_PX : Math.max((mark.height / 2) * scale, 4),
  };
}

/** @param {import("./marks.js").Mark} mark @param {number} number */
function markLabel(mark, number) {
  return `${FINDINGS[mark.finding] ?? mark.finding} ${number}. Arrow keys move it, plus and minus resize it, Delete removes it.`;
}

/**
 * @param {{overlay: SVGSVGElement, marks: ReturnType<typeof import("./marks.js").createMarks>, navigation: any, home: HTMLElement}} parts
 *   `home`: gets the focus when a mark goes
 */
export function createMarksLayer({ overlay, marks, navigation, home }) {
  const group = svg("g", { class: "marks" });
  const sketch = svg("ellipse", { class: "mark-line", visibility: "hidden" });
  overlay.append(group, svg("g", { class: "mark mark-sketch" }, sketch));
  /** @type {Map<string, {node: any, ellipses: any[], handles: any[]}>} */
  const shapes = new Map();

  const at = (/** @type {PointerEvent} */ event) => {
    const box = overlay.getBoundingClientRect();
    return navigation.toPicture(event.clientX - box.left, event.clientY - box.top);
  };
  const find = (/** @type {string} */ id) => marks.list().find((mark) => mark.id === id);

  const make = (/** @type {import("./marks.js").Mark} */ mark) => {
    const ellipses = [svg("ellipse", { class: "mark-hit" }), svg("ellipse", { class: "mark-line" })];
    const handles = [0, 1, 2, 3].map((corner) => svg("rect", { class: `mark-handle mark-corner-${corner % 2}`, width: 9, height: 9 }));
    const node = svg("g", { class: `mark mark-${mark.finding}`, tabindex: 0, role: "img" }, ...ellipses, ...handles);
    node.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => onKey(mark.id, event));
    dragging(ellipses[0], (start, to, from) => marks.update(mark.id, { x: start.x + to.x - from.x, y: start.y + to.y - from.y }), mark.id);
    handles.forEach((handle, corner) => dragging(handle, (start, to) => marks.update(mark.id, cornerDragged(start, corner, to)), mark.id));
    group.append(node);
    return { node, ellipses, handles };
  };

  /** @param {any} target @param {(start: any, to: any, from: any) => void} apply @param {string} id */
  const dragging = (target, apply, id) => {
    target.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0 || marks.tool) return;
      event.stopPropagation();
      const start = find(id);
      const from = at(event);
      const move = (/** @type {PointerEvent} */ next) => apply(start, at(next), from);
      const up = () => target.removeEventListener("pointermove", move);
      target.setPointerCapture(event.pointerId);
      target.addEventListener("pointermove", move);
      target.addEventListener("lostpointercapture", up, { once: true });
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

  const place = (/** @type {any} */ ellipse, /** @type {any} */ to) => {
    for (const [name, value] of Object.entries(to)) ellipse.setAttribute(name, value);
  };

  const render = () => {
    const list = marks.list();
    const known = new Set(list.map((mark) => mark.id));
    for (const [id, shape] of shapes) {
      if (known.has(id)) continue;
      shape.node.remove();
      shapes.delete(id);
    }
    list.forEach((mark, index) => {
      if (!shapes.has(mark.id)) shapes.set(mark.id, make(mark));
      const { node, ellipses, handles } = shapes.get(mark.id);
      const to = ellipseOf(mark, navigation);
      node.setAttribute("aria-label", markLabel(mark, index + 1));
      ellipses.forEach((ellipse) => place(ellipse, to));
      handles.forEach((handle, corner) => {
        handle.setAttribute("x", String(to.cx + (corner === 0 || corner === 3 ? -to.rx : to.rx) - 4.5));
        handle.setAttribute("y", String(to.cy + (corner < 2 ? -to.ry : to.ry) - 4.5));
        handle.setAttribute("visibility", mark.shape === "point" ? "hidden" : "inherit");
      });
    });
  };

  // Drawing a new mark: the overlay takes the pointer while a tool is chosen.
  overlay.addEventListener("pointerdown", (event) => {
    if (!marks.tool || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const finding = marks.tool;
    const from = at(event);
    const gesture = (/** @type {PointerEvent} */ next) => markOfGesture(finding, from, at(next), navigation.cssScale());
    const move = (/** @type {PointerEvent} */ next) => {
      sketch.parentNode.setAttribute("class", `mark mark-sketch mark-${finding}`);
      sketch.setAttribute("visibility", "visible");
      place(sketch, ellipseOf(/** @type {any} */ (gesture(next)), navigation));
    };
    const up = (/** @type {PointerEvent} */ next) => {
      overlay.removeEventListener("pointermove", move);
      sketch.setAttribute("visibility", "hidden");
      if (next.type === "pointerup") finish(gesture(next));
    };
    overlay.setPointerCapture(event.pointerId);
    overlay.addEventListener("pointermove", move);
    overlay.addEventListener("pointerup", up, { once: true });
    overlay.addEventListener("pointercancel", up, { once: true });
  });

  const finish = (/** @type {Omit<import("./marks.js").Mark, "id">} */ mark) => {
    const id = marks.add(mark);
    marks.stop();
    shapes.get(id)?.node.focus({ preventScroll: true });
  };

  // Without a mouse: Enter puts the mark into the middle of the view, from where the arrow keys move it.
  const onToolKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") return marks.stop();
    const [x, y] = navigation.center();
    const radius = overlay.clientHeight / 12 / navigation.cssScale();
    finish({ finding: marks.tool, shape: "ellipse", x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius });
  };

  const stopMarks = marks.onChange(render);
  const stopTool = marks.onTool((tool) => {
    overlay.classList.toggle("drawing", tool !== null);
    window.removeEventListener("keydown", onToolKey, true);
    if (tool) window.addEventListener("keydown", onToolKey, true);
  });

  return {
    render,
    destroy() {
      marks.stop();
      stopMarks();
      stopTool();
    },
  };
}
