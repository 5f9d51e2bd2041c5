// The geometry of a mark, in picture pixels: its box, its handles, what moving and resizing make of it.

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {"point"|"rectangle"|"ellipse"|"polygon"|"freehand"} Shape
 * @typedef {object} Mark
 * @property {string} id
 * @property {string} finding "mass", "calcification", "distortion" or "asymmetry"
 * @property {Shape} shape
 * @property {number} x @property {number} y of the box's corner, or of the point
 * @property {number} width @property {number} height of the box; 0 for a point
 * @property {[number, number][]} [points] the closed outline of a polygon or a freehand line
 * @property {Record<string, string>} [descriptors] by descriptor
 */

/** @type {Shape[]} in the order in which the key for the next shape goes through them */
export const SHAPES = ["ellipse", "point", "rectangle", "polygon", "freehand"];

/** @param {{shape: string}} mark */
export const isOutline = ({ shape }) => shape === "polygon" || shape === "freehand";

const PARTS = 4; // an outline's corners lie on quarters of a pixel, so that resizing it again and again keeps its form

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** @param {[number, number][]} points @returns {{x: number, y: number, width: number, height: number}} */
export function boxOf(points) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/**
 * Put a mark into the picture: boxes on whole pixels, outlines on quarters. A mark that fits is shifted, not cut.
 * @param {Mark} mark @param {{width: number, height: number}} bounds
 * @returns {Mark}
 */
export function insideBounds(mark, bounds) {
  if (isOutline(mark)) return outlineInside(mark, bounds);
  const width = mark.shape === "point" ? 0 : between(Math.round(mark.width), 1, bounds.width);
  const height = mark.shape === "point" ? 0 : between(Math.round(mark.height), 1, bounds.height);
  const x = between(Math.round(mark.x), 0, bounds.width - width);
  const y = between(Math.round(mark.y), 0, bounds.height - height);
  return { ...mark, x, y, width, height };
}

/** @param {Mark} mark @param {{width: number, height: number}} bounds @returns {Mark} */
function outlineInside(mark, bounds) {
  const box = boxOf(mark.points);
  const [dx, dy] = [between(box.x, 0, bounds.width - box.width) - box.x, between(box.y, 0, bounds.height - box.height) - box.y];
  const on = (/** @type {number} */ value, /** @type {number} */ most) => between(Math.round(value * PARTS) / PARTS, 0, most);
  /** @type {[number, number][]} */
  const points = mark.points.map(([x, y]) => [on(x + dx, bounds.width), on(y + dy, bounds.height)]);
  return { ...mark, points, ...boxOf(points) };
}

/**
 * A circle as an ellipse's box.
 * @param {Point} middle @param {number} radius
 * @returns {{shape: "ellipse", x: number, y: number, width: number, height: number}}
 */
export function circle(middle, radius) {
  return { shape: "ellipse", x: middle.x - radius, y: middle.y - radius, width: 2 * radius, height: 2 * radius };
}

/** @param {Mark} mark @param {number} dx @param {number} dy @returns {Partial<Mark>} */
export function moved(mark, dx, dy) {
  if (!isOutline(mark)) return { x: mark.x + dx, y: mark.y + dy };
  return { points: mark.points.map(([x, y]) => [x + dx, y + dy]) };
}

/**
 * Larger or smaller about its middle by so much on each side.
 * @param {Mark} mark @param {number} grow picture px; below 0 shrinks @param {number} least the smallest side left
 * @returns {Partial<Mark>}
 */
export function resized(mark, grow, least) {
  if (mark.shape === "point") return {};
  if (grow < 0 && Math.min(mark.width, mark.height) <= least) return {};
  if (!isOutline(mark)) {
    return { x: mark.x - grow, y: mark.y - grow, width: mark.width + 2 * grow, height: mark.height + 2 * grow };
  }
  const factor = 1 + (2 * grow) / Math.max(mark.width, mark.height);
  const [mx, my] = [mark.x + mark.width / 2, mark.y + mark.height / 2];
  return { points: mark.points.map(([x, y]) => [mx + (x - mx) * factor, my + (y - my) * factor]) };
}

/**
 * Where a mark can be taken to change its form: a box's corners from the upper left, clockwise; a polygon's corners.
 * @param {Omit<Mark, "id">} mark @returns {Point[]}
 */
export function handlesOf({ shape, x, y, width, height, points }) {
  if (shape === "polygon") return points.map(([px, py]) => ({ x: px, y: py }));
  if (shape === "point" || shape === "freehand") return [];
  const [right, bottom] = [x + width, y + height];
  return [{ x, y }, { x: right, y }, { x: right, y: bottom }, { x, y: bottom }];
}

/**
 * The change when one handle goes elsewhere. A box's opposite corner stays; a round calcification stays round.
 * @param {Mark} mark @param {number} handle @param {Point} to
 * @returns {Partial<Mark>}
 */
export function handleMoved(mark, handle, to) {
  if (mark.shape === "polygon") {
    return { points: mark.points.map((point, index) => (index === handle ? [to.x, to.y] : point)) };
  }
  const fixed = handlesOf(mark)[(handle + 2) % 4];
  let width = Math.abs(to.x - fixed.x);
  let height = Math.abs(to.y - fixed.y);
  if (mark.finding === "calcification" && mark.shape === "ellipse") width = height = Math.max(width, height);
  const x = to.x < fixed.x ? fixed.x - width : fixed.x;
  const y = to.y < fixed.y ? fixed.y - height : fixed.y;
  return { x, y, width, height };
}

/**
 * The change when a polygon loses a corner; none where three are left.
 * @param {Mark} mark @param {number} handle @returns {Partial<Mark>}
 */
export function cornerRemoved(mark, handle) {
  if (mark.shape !== "polygon" || mark.points.length <= 3) return {};
  return { points: mark.points.filter((_, index) => index !== handle) };
}
