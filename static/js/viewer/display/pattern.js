// The test pattern: ramp, steps, nearly black in black, nearly white in white, lines of one pixel. Sizes in device px.

/** @typedef {{x: number, y: number, width: number, height: number, gray: number}} Patch */

export const STEPS = 18;
export const NEARLY_BLACK = 13; // 5 % of 255
export const NEARLY_WHITE = 242; // 95 %
const LINES_PX = 64;

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} gray @returns {Patch} */
const patch = (x, y, width, height, gray) => ({ x, y, width, height, gray });

/** Every gray once, from left to right. @param {number} y @param {number} width @param {number} height */
function ramp(y, width, height) {
  const edge = (/** @type {number} */ gray) => Math.round((gray * width) / 256);
  return Array.from({ length: 256 }, (_, gray) => patch(edge(gray), y, edge(gray + 1) - edge(gray), height, gray));
}

/** @param {number} y @param {number} width @param {number} height */
function steps(y, width, height) {
  const edge = (/** @type {number} */ i) => Math.round((i * width) / STEPS);
  return Array.from({ length: STEPS }, (_, i) => {
    return patch(edge(i), y, edge(i + 1) - edge(i), height, Math.round((255 * i) / (STEPS - 1)));
  });
}

/** Upright lines on the left, level ones on the right: one pixel light, one dark. @param {number} x @param {number} y */
function lines(x, y) {
  const half = LINES_PX / 2;
  const all = [patch(x, y, LINES_PX, LINES_PX, 0)];
  for (let i = 0; i < half; i += 2) all.push(patch(x + i, y, 1, LINES_PX, 255));
  for (let i = 0; i < LINES_PX; i += 2) all.push(patch(x + half, y + i, half, 1, 255));
  return all;
}

/** A field with a square in it that is hardly different. @param {number} x @param {number} y @param {number} side @param {number} field @param {number} inner */
function field(x, y, side, field, inner) {
  const [inset, part] = [Math.round(side * 0.3), Math.round(side * 0.4)];
  return [patch(x, y, side, side, field), patch(x + inset, y + inset, part, part, inner)];
}

/**
 * The pattern, to be painted in order.
 * @param {number} width @param {number} height
 * @returns {Patch[]}
 */
export function testPattern(width, height) {
  const side = Math.round(Math.min(width / 4, height / 3));
  const middle = Math.round((height - side) / 2);
  const third = Math.round(width / 3);
  const corners = [0, width - LINES_PX].flatMap((x) => [0, height - LINES_PX].map((y) => [x, y]));
  return [
    patch(0, 0, width, height, 64),
    ...ramp(LINES_PX * 2, width, Math.round(height * 0.08)),
    ...steps(height - LINES_PX * 2 - Math.round(height * 0.1), width, Math.round(height * 0.1)),
    ...field(third - side, middle, side, 0, NEARLY_BLACK),
    ...field(width - third, middle, side, 255, NEARLY_WHITE),
    ...corners.flatMap(([x, y]) => lines(x, y)),
    ...lines(Math.round((width - LINES_PX) / 2), Math.round((height - LINES_PX) / 2)),
  ];
}
