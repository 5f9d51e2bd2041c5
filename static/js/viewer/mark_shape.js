// One mark on the screen: a line that shows it, a wide one that the pointer finds, and four corners.

import { FINDINGS } from "./marks.js";
import { svg } from "./overlay.js";

const POINT_RADIUS_PX = 11;
const SMALLEST_RADIUS_PX = 4;
const HANDLE_PX = 9;

/** @typedef {Omit<import("./mark_geometry.js").Mark, "id">} Drawn */

/** @param {any} ellipse @param {Drawn} mark @param {any} navigation */
export function placeEllipse(ellipse, mark, navigation) {
  for (const [name, value] of Object.entries(ellipseOf(mark, navigation))) ellipse.setAttribute(name, value);
}

/** @param {Drawn} mark @param {any} navigation @returns {Record<"cx"|"cy"|"rx"|"ry", number>} CSS px */
function ellipseOf(mark, navigation) {
  const scale = navigation.cssScale();
  const middle = navigation.toScreen(mark.x + mark.width / 2, mark.y + mark.height / 2);
  const radius = (/** @type {number} */ size) =>
    mark.shape === "point" ? POINT_RADIUS_PX : Math.max((size / 2) * scale, SMALLEST_RADIUS_PX);
  return { cx: middle.x, cy: middle.y, rx: radius(mark.width), ry: radius(mark.height) };
}

/** @param {string} finding */
export function createMarkShape(finding) {
  const hit = svg("ellipse", { class: "mark-hit" });
  const line = svg("ellipse", { class: "mark-line" });
  const handles = [0, 1, 2, 3].map((corner) => {
    return svg("rect", { class: `mark-handle mark-corner-${corner % 2}`, width: HANDLE_PX, height: HANDLE_PX });
  });
  const node = svg("g", { class: `mark mark-${finding}`, tabindex: 0, role: "img" }, hit, line, ...handles);

  return {
    node,
    hit,
    handles,
    /** @param {Drawn} mark @param {number} number @param {any} navigation */
    place(mark, number, navigation) {
      const name = FINDINGS[mark.finding] ?? mark.finding;
      const help = "Arrow keys move it, plus and minus resize it, Delete removes it.";
      node.setAttribute("aria-label", `${name} ${number}. ${help}`);
      const { cx, cy, rx, ry } = ellipseOf(mark, navigation);
      placeEllipse(hit, mark, navigation);
      placeEllipse(line, mark, navigation);
      handles.forEach((handle, corner) => {
        handle.setAttribute("x", String(cx + (corner === 0 || corner === 3 ? -rx : rx) - HANDLE_PX / 2));
        handle.setAttribute("y", String(cy + (corner < 2 ? -ry : ry) - HANDLE_PX / 2));
        handle.setAttribute("visibility", mark.shape === "point" ? "hidden" : "inherit");
      });
    },
  };
}
