// Making a mark: by a drag or a tap on the picture, or by Enter in the middle of the view.

import { circle, markOfGesture } from "./mark_geometry.js";
import { placeEllipse } from "./mark_shape.js";
import { svg } from "./overlay.js";

const SHARE_OF_HEIGHT = 12; // a mark placed by key is this part of the view high

/**
 * Listen while a tool is chosen.
 * @param {{overlay: SVGSVGElement, marks: any, navigation: any, onMade: (id: string) => void}} parts
 * @returns {() => void} stop
 */
export function listenForMarks({ overlay, marks, navigation, onMade }) {
  const sketch = svg("ellipse", { class: "mark-line" });
  const group = svg("g", { visibility: "hidden" }, sketch);
  overlay.append(group);

  const at = (/** @type {PointerEvent} */ event) => {
    const box = overlay.getBoundingClientRect();
    return navigation.toPicture(event.clientX - box.left, event.clientY - box.top);
  };

  const finish = (/** @type {any} */ mark) => {
    const id = marks.add(mark);
    marks.stop();
    onMade(id);
  };

  const onDown = (/** @type {PointerEvent} */ event) => {
    if (!marks.tool || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const finding = marks.tool;
    const from = at(event);
    const meant = (/** @type {PointerEvent} */ next) => markOfGesture(finding, from, at(next), navigation.cssScale());
    const move = (/** @type {PointerEvent} */ next) => {
      group.setAttribute("class", `mark mark-${finding}`);
      group.setAttribute("visibility", "visible");
      placeEllipse(sketch, meant(next), navigation);
    };
    const over = new AbortController();
    const end = (/** @type {PointerEvent} */ next) => {
      over.abort();
      group.setAttribute("visibility", "hidden");
      if (next.type === "pointerup") finish(meant(next));
    };
    overlay.setPointerCapture(event.pointerId);
    overlay.addEventListener("pointermove", move, { signal: over.signal });
    overlay.addEventListener("pointerup", end, { signal: over.signal });
    overlay.addEventListener("pointercancel", end, { signal: over.signal });
  };

  // Before the page's own keys: Enter would go to the next image there.
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") return marks.stop();
    const [x, y] = navigation.center();
    const radius = overlay.clientHeight / SHARE_OF_HEIGHT / 2 / navigation.cssScale();
    finish({ finding: marks.tool, ...circle({ x, y }, radius) });
  };

  const stopTool = marks.onTool((/** @type {string|null} */ tool) => {
    overlay.classList.toggle("drawing", tool !== null);
    window.removeEventListener("keydown", onKey, true);
    if (tool) window.addEventListener("keydown", onKey, true);
  });
  overlay.addEventListener("pointerdown", onDown);

  return () => {
    marks.stop();
    stopTool();
    overlay.removeEventListener("pointerdown", onDown);
  };
}
