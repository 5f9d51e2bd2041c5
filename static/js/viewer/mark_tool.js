// Making a mark: by a drag, taps or a freehand line on the picture, or by keys with a crosshair.

import { isOutline } from "./mark_geometry.js";
import { boxMark, isTap, outlineMark, pointMark, simplified } from "./mark_gesture.js";
import { createMarkCursor } from "./mark_cursor.js";
import { openPath, pathOf } from "./mark_shape.js";
import { svg } from "./overlay.js";

const SHARE_OF_HEIGHT = 12; // a mark placed by key or by a tap is this part of the view high

/** @typedef {import("./mark_geometry.js").Point} Point */
/** @typedef {import("./mark_gesture.js").Made} Made */

/**
 * Listen while a tool is chosen.
 * @param {{overlay: SVGSVGElement, marks: any, navigation: any, at: (event: PointerEvent) => Point,
 *   onMade: (id: string) => void}} parts
 */
export function listenForMarks({ overlay, marks, navigation, at, onMade }) {
  const sketch = svg("path", { class: "mark-line mark-sketch" });
  const group = svg("g", { visibility: "hidden" }, sketch);
  overlay.append(group);
  /** @type {Point[]} the corners of a polygon on its way */
  let corners = [];
  /** @type {Point|null} where the next corner would be */
  let next = null;
  let stroke = new AbortController(); // of the drag on its way

  const show = (/** @type {string} */ path) => {
    group.setAttribute("class", marks.tool ? `mark mark-${marks.tool}` : "");
    group.setAttribute("visibility", path ? "visible" : "hidden");
    sketch.setAttribute("d", path);
  };
  const render = () => {
    cursor.render();
    if (corners.length) show(openPath(next ? [...corners, next] : corners, navigation));
  };
  const drop = () => {
    corners = [];
    next = null;
    show("");
  };
  const finish = (/** @type {Made|null} */ mark) => {
    drop();
    if (!mark) return;
    const id = marks.add(mark);
    marks.stop();
    onMade(id);
  };

  /** A round or square mark about a place. @param {Point} middle @returns {Made} */
  const about = ({ x, y }) => {
    if (marks.shape === "point") return pointMark(marks.tool, { x, y });
    const radius = overlay.clientHeight / SHARE_OF_HEIGHT / 2 / navigation.cssScale();
    const shape = marks.shape === "rectangle" ? "rectangle" : "ellipse";
    return { finding: marks.tool, shape, x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
  };
  /** One more corner; on the first or the last one again it closes the outline. @param {Point} place */
  const addCorner = (place) => {
    const closes = [corners[0], corners.at(-1)].some((one) => one && isTap(one, place, navigation.cssScale()));
    if (!closes) corners.push(place);
    else if (corners.length >= 3) return finish(outlineMark(marks.tool, marks.shape, corners));
    return render();
  };
  const cursor = createMarkCursor({
    overlay,
    marks,
    navigation,
    onMove: (place) => {
      next = place;
      render();
    },
    onPlace: (place) => (isOutline({ shape: marks.shape }) ? addCorner(place) : finish(about(place))),
    onBack: () => {
      corners.pop();
      if (corners.length) render();
      else drop();
    },
  });

  /** The mark that a drag means so far. @param {Point[]} line @returns {Made|null} */
  const meant = (line) => {
    const [from, to] = [line[0], line.at(-1)];
    const scale = navigation.cssScale();
    const mayTap = marks.shapes.includes("point");
    if (marks.shape === "point") return pointMark(marks.tool, to);
    if (marks.shape === "freehand") {
      return outlineMark(marks.tool, "freehand", simplified(line, scale)) ?? (mayTap ? pointMark(marks.tool, from) : null);
    }
    return isTap(from, to, scale) && !mayTap ? about(from) : boxMark(marks.tool, marks.shape, from, to, scale);
  };

  /** A second finger: both together change the view, and what the first has begun is not meant. */
  const giveWay = () => {
    stroke.abort();
    if (marks.shape !== "polygon") return drop();
    corners.pop();
    return corners.length ? render() : drop();
  };

  const onDown = (/** @type {PointerEvent} */ event) => {
    if (!marks.tool || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    cursor.hide();
    if (!event.isPrimary) return giveWay();
    if (marks.shape === "polygon") return addCorner(at(event));
    const line = [at(event)];
    stroke = new AbortController();
    const over = stroke;
    const move = (/** @type {PointerEvent} */ later) => {
      line.push(at(later));
      const mark = marks.shape === "freehand" ? null : meant(line);
      show(mark ? pathOf(mark, navigation) : openPath(line, navigation));
    };
    const end = (/** @type {PointerEvent} */ later) => {
      over.abort();
      if (later.type !== "pointerup" || !marks.tool) return drop();
      line.push(at(later));
      finish(meant(line));
    };
    overlay.setPointerCapture(event.pointerId);
    overlay.addEventListener("pointermove", move, { signal: over.signal });
    overlay.addEventListener("pointerup", end, { signal: over.signal });
    overlay.addEventListener("pointercancel", end, { signal: over.signal });
  };
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (!corners.length) return;
    next = at(event);
    render();
  };

  const stopTool = marks.onTool((/** @type {string|null} */ tool) => {
    overlay.classList.toggle("drawing", tool !== null);
    drop();
    cursor.listen(tool !== null);
  });
  overlay.addEventListener("pointerdown", onDown);
  overlay.addEventListener("pointermove", onMove);

  return {
    render,
    stop() {
      marks.stop();
      stopTool();
      overlay.removeEventListener("pointerdown", onDown);
      overlay.removeEventListener("pointermove", onMove);
    },
  };
}
