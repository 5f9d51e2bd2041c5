// What a gesture on the picture means as a mark. Lengths are picture pixels.

import { boxOf, circle } from "./mark_geometry.js";

/** @typedef {import("./mark_geometry.js").Point} Point */
/** @typedef {Omit<import("./mark_geometry.js").Mark, "id">} Made */

/** A drag shorter than this on both sides is a tap. Picture pixels differ too much, so CSS px. */
const TAP_BELOW_PX = 6;
/** A freehand line's corners are left out as long as the line stays this near, CSS px. */
const LINE_WITHIN_PX = 1;
const LINE_MOST = 200;

/** @param {Point} from @param {Point} to @param {number} cssScale CSS px per picture px */
export const isTap = (from, to, cssScale) => Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) * cssScale < TAP_BELOW_PX;

/** @param {string} finding @param {Point} at @returns {Made} */
export const pointMark = (finding, at) => ({ finding, shape: "point", x: at.x, y: at.y, width: 0, height: 0 });

/**
 * The mark of a drag in a shape that has a box, or of a tap. A round calcification group lies around where the
 * gesture began; everything else fills the box of the gesture.
 * @param {string} finding
 * @param {string} shape "ellipse" or "rectangle"
 * @param {Point} from @param {Point} to @param {number} cssScale CSS px per picture px
 * @returns {Made}
 */
export function boxMark(finding, shape, from, to, cssScale) {
  if (isTap(from, to, cssScale)) return pointMark(finding, from);
  if (finding === "calcification" && shape === "ellipse") {
    return { finding, ...circle(from, Math.hypot(to.x - from.x, to.y - from.y)) };
  }
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  const made = shape === "rectangle" ? "rectangle" : "ellipse";
  return { finding, shape: made, x, y, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
}

/**
 * The mark of an outline.
 * @param {string} finding @param {"polygon"|"freehand"} shape @param {Point[]} corners
 * @returns {Made|null} null where the corners enclose nothing
 */
export function outlineMark(finding, shape, corners) {
  /** @type {[number, number][]} */
  const points = corners.map(({ x, y }) => [x, y]);
  if (points.length < 3) return null;
  const box = boxOf(points);
  return box.width < 1 || box.height < 1 ? null : { finding, shape, points, ...box };
}

/**
 * A line with fewer corners that stays near the one drawn (Ramer, Douglas and Peucker), and with 200 at most.
 * @param {Point[]} line @param {number} cssScale CSS px per picture px
 * @returns {Point[]}
 */
export function simplified(line, cssScale) {
  for (let near = LINE_WITHIN_PX / cssScale; ; near *= 1.5) {
    const kept = keptOf(line, near);
    if (kept.length <= LINE_MOST) return kept;
  }
}

/** @param {Point[]} line @param {number} near @returns {Point[]} */
function keptOf(line, near) {
  const keep = new Set([0, line.length - 1]);
  const spans = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [far, at] = [near, -1];
    for (let i = first + 1; i < last; i++) {
      const off = distance(line[i], line[first], line[last]);
      if (off > far) [far, at] = [off, i];
    }
    if (at < 0) continue;
    keep.add(at);
    spans.push([first, at], [at, last]);
  }
  return line.filter((_, index) => keep.has(index));
}

/** How far a point is from the line between two others. @param {Point} point @param {Point} a @param {Point} b */
function distance(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const long = dx * dx + dy * dy;
  const along = long && Math.min(Math.max(((point.x - a.x) * dx + (point.y - a.y) * dy) / long, 0), 1);
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}
