// One mark on the screen: a line that shows it, a wide one that the pointer finds, and its handles.

import { handlesOf } from "./mark_geometry.js";
import { markSizeWords } from "./mark_size.js";
import { FINDINGS } from "./marks.js";
import { svg } from "./overlay.js";

const POINT_RADIUS_PX = 11;
const SMALLEST_RADIUS_PX = 4;
const HANDLE_PX = 9;
const GRIP_RADIUS_PX = 20; // what a finger finds of a handle, a little outside so that it does not hide the mark
const GRIP_OUT_PX = 12;
const ROOMY_PX = 1.5 * GRIP_RADIUS_PX;
const TEXT_BELOW_PX = 18;
const HELP =
  "Arrow keys move it, plus and minus resize it, Page Down takes its next corner, Delete removes it.";

/** @typedef {Omit<import("./mark_geometry.js").Mark, "id">} Drawn */

/**
 * The outline of a mark as an SVG path, CSS px.
 * @param {Drawn} mark @param {any} navigation
 */
export function pathOf(mark, navigation) {
  if (mark.points) return `${openPath(mark.points.map(([x, y]) => ({ x, y })), navigation)} Z`;
  const { cx, cy, rx, ry } = boxOnScreen(mark, navigation);
  if (mark.shape === "rectangle") return `M${cx - rx} ${cy - ry} h${2 * rx} v${2 * ry} h${-2 * rx} Z`;
  return `M${cx - rx} ${cy} a${rx} ${ry} 0 1 0 ${2 * rx} 0 a${rx} ${ry} 0 1 0 ${-2 * rx} 0 Z`;
}

/** @param {import("./mark_geometry.js").Point[]} corners @param {any} navigation */
export function openPath(corners, navigation) {
  const places = corners.map(({ x, y }) => navigation.toScreen(x, y));
  return places.map(({ x, y }, index) => `${index ? "L" : "M"}${x} ${y}`).join(" ");
}

/** @param {Drawn} mark @param {any} navigation */
function boxOnScreen(mark, navigation) {
  const scale = navigation.cssScale();
  const middle = navigation.toScreen(mark.x + mark.width / 2, mark.y + mark.height / 2);
  const radius = (/** @type {number} */ size) =>
    mark.shape === "point" ? POINT_RADIUS_PX : Math.max((size / 2) * scale, SMALLEST_RADIUS_PX);
  return { cx: middle.x, cy: middle.y, rx: radius(mark.width), ry: radius(mark.height) };
}

/**
 * @param {string} finding
 * @param {(handle: any, index: number) => void} onHandle called for each new handle
 */
export function createMarkShape(finding, onHandle) {
  const hit = svg("path", { class: "mark-hit" });
  const casing = svg("path", { class: "mark-casing" });
  const line = svg("path", { class: "mark-line" });
  const text = svg("text", { class: "ruler-text mark-text", "text-anchor": "middle" });
  const node = svg("g", { class: `mark mark-${finding}`, tabindex: 0, role: "img" }, hit, casing, line, text);
  /** @type {any[]} */
  const handles = [];
  /** @type {any[]} */
  const grips = [];

  /** As many handles as the mark has corners. @param {number} count */
  const setHandles = (count) => {
    while (handles.length > count) [handles.pop(), grips.pop()].forEach((part) => part.remove());
    while (handles.length < count) {
      const kind = `mark-handle mark-corner-${handles.length % 2}`;
      const handle = svg("rect", { class: kind, width: HANDLE_PX, height: HANDLE_PX });
      const grip = svg("circle", { class: "mark-grip", r: GRIP_RADIUS_PX });
      for (const part of [handle, grip]) onHandle(part, handles.length);
      handles.push(handle);
      grips.push(grip);
      node.append(grip, handle);
    }
  };

  return {
    node,
    hit,
    /**
     * @param {Drawn} mark @param {number} number @param {any} navigation
     * @param {{chosen: number, manifest: any}} facts `chosen`: the corner in the hand, -1 for none
     */
    place(mark, number, navigation, { chosen, manifest }) {
      const corners = handlesOf(mark);
      const size = markSizeWords(mark, manifest?.spacingMm, manifest?.spacingKind);
      const name = `${FINDINGS[mark.finding] ?? mark.finding} ${number}, ${mark.shape}${size && `, ${size}`}`;
      const at = chosen >= 0 ? ` Corner ${chosen + 1} of ${corners.length}.` : "";
      node.setAttribute("aria-label", `${name}.${at} ${HELP}`);
      const path = pathOf(mark, navigation);
      for (const part of [hit, casing, line]) part.setAttribute("d", path);
      setHandles(corners.length);
      const { cx, cy, rx, ry } = boxOnScreen(mark, navigation);
      node.classList.toggle("is-small", Math.min(rx, ry) < ROOMY_PX); // its grips would leave nothing to move it by
      corners.forEach((corner, index) => {
        const { x, y } = navigation.toScreen(corner.x, corner.y);
        const out = GRIP_OUT_PX / (Math.hypot(x - cx, y - cy) || 1);
        grips[index].setAttribute("cx", String(x + (x - cx) * out));
        grips[index].setAttribute("cy", String(y + (y - cy) * out));
        handles[index].setAttribute("x", String(x - HANDLE_PX / 2));
        handles[index].setAttribute("y", String(y - HANDLE_PX / 2));
        handles[index].classList.toggle("is-chosen", index === chosen);
      });
      const below = navigation.toScreen(mark.x + mark.width / 2, mark.y + mark.height);
      text.setAttribute("x", String(below.x));
      text.setAttribute("y", String(below.y + TEXT_BELOW_PX));
      text.textContent = size;
    },
  };
}
