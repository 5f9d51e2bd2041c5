// What gestures and keys make of a mark. Geometry is in picture pixels.

/**
 * @typedef {object} Mark
 * @property {string} id
 * @property {string} finding "mass" or "calcification" (later also "distortion", "asymmetry")
 * @property {"ellipse"|"point"} shape an ellipse by its box; a point has width and height 0
 * @property {number} x @property {number} y of the box's corner, or of the point
 * @property {number} width @property {number} height
 */

/** A drag shorter than this on both sides marks a point. Picture pixels differ too much, so CSS px. */
const POINT_BELOW_PX = 6;

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/**
 * Round a mark to whole pixels inside the picture.
 * @param {Mark} mark @param {{width: number, height: number}} bounds
 * @returns {Mark}
 */
export function insideBounds(mark, bounds) {
  const width = mark.shape === "point" ? 0 : between(Math.round(mark.width), 1, bounds.width);
  const height = mark.shape === "point" ? 0 : between(Math.round(mark.height), 1, bounds.height);
  const x = between(Math.round(mark.x), 0, bounds.width - width);
  const y = between(Math.round(mark.y), 0, bounds.height - height);
  return { ...mark, x, y, width, height };
}

/**
 * A circle as an ellipse's box.
 * @param {{x: number, y: number}} middle @param {number} radius
 * @returns {{shape: "ellipse", x: number, y: number, width: number, height: number}}
 */
export function circle(middle, radius) {
  return { shape: "ellipse", x: middle.x - radius, y: middle.y - radius, width: 2 * radius, height: 2 * radius };
}

/**
 * The mark that a gesture means. A calcification group is a circle around where the gesture began; everything else
 * is the ellipse in the box of the gesture; a tap is a point.
 * @param {string} finding @param {{x: number, y: number}} from @param {{x: number, y: number}} to picture px
 * @param {number} cssScale CSS px per picture px
 * @returns {Omit<Mark, "id">}
 */
export function markOfGesture(finding, from, to, cssScale) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  if (Math.max(Math.abs(dx), Math.abs(dy)) * cssScale < POINT_BELOW_PX) {
    return { finding, shape: "point", x: from.x, y: from.y, width: 0, height: 0 };
  }
  if (finding === "calcification") {
    const radius = Math.hypot(dx, dy);
    return { finding, ...circle(from, radius) };
  }
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return { finding, shape: "ellipse", x, y, width: Math.abs(dx), height: Math.abs(dy) };
}

/**
 * The change that a key makes to a focused mark: arrows move, + and − resize about the middle.
 * @param {Mark} mark @param {{key: string, shiftKey: boolean}} event @param {number} step picture px
 * @returns {Partial<Mark>|null} null for every other key
 */
export function markKeyChange(mark, { key, shiftKey }, step) {
  const far = shiftKey ? step * 8 : step;
  if (key === "ArrowLeft") return { x: mark.x - far };
  if (key === "ArrowRight") return { x: mark.x + far };
  if (key === "ArrowUp") return { y: mark.y - far };
  if (key === "ArrowDown") return { y: mark.y + far };
  const grow = { "+": step, "=": step, "-": -step }[key];
  if (!grow) return null;
  if (mark.shape === "point") return grow > 0 ? circle(mark, 4 * step) : {};
  if (grow < 0 && Math.min(mark.width, mark.height) <= 4 * step) return {};
  return { x: mark.x - grow, y: mark.y - grow, width: mark.width + 2 * grow, height: mark.height + 2 * grow };
}

/**
 * The box after one corner was dragged; the opposite corner stays. A calcification stays a circle.
 * @param {Mark} mark @param {number} corner 0 top left, 1 top right, 2 bottom right, 3 bottom left
 * @param {{x: number, y: number}} to @returns {Partial<Mark>}
 */
export function cornerDragged(mark, corner, to) {
  const fixed = {
    x: corner === 0 || corner === 3 ? mark.x + mark.width : mark.x,
    y: corner < 2 ? mark.y + mark.height : mark.y,
  };
  let width = Math.abs(to.x - fixed.x);
  let height = Math.abs(to.y - fixed.y);
  if (mark.finding === "calcification") width = height = Math.max(width, height);
  const x = to.x < fixed.x ? fixed.x - width : fixed.x;
  const y = to.y < fixed.y ? fixed.y - height : fixed.y;
  return { x, y, width, height };
}
