// One table of 65,536 grays holds window, function and inversion, so that every pixel costs one look-up.

/**
 * @typedef {object} Window
 * @property {number} center in pixel values
 * @property {number} width in pixel values
 * @property {string} [function] "LINEAR" (default), "LINEAR_EXACT" or "SIGMOID"
 */

export const VALUES = 65536;

/**
 * The gray of one value, 0 to 1.
 * Source: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3; a LINEAR window of width 1 is a step, not a division by zero.
 * @type {Record<string, (value: number, center: number, width: number) => number>}
 */
const FUNCTIONS = {
  LINEAR: (value, center, width) =>
    width > 1 ? (value - (center - 0.5)) / (width - 1) + 0.5 : Number(value > center - 0.5),
  LINEAR_EXACT: (value, center, width) => (value - center) / width + 0.5,
  SIGMOID: (value, center, width) => 1 / (1 + Math.exp((-4 * (value - center)) / width)),
};

/**
 * Check a window and complete it.
 * @param {Window} window @returns {{center: number, width: number, function: string}}
 * @throws {RangeError} naming what is wrong
 */
export function checkedWindow(window) {
  const name = window.function || "LINEAR";
  const narrowest = name === "LINEAR" ? 1 : Number.MIN_VALUE;
  if (!FUNCTIONS[name]) throw new RangeError(`Expected LINEAR, LINEAR_EXACT or SIGMOID, got ${name}.`);
  if (!Number.isFinite(window.center)) {
    throw new RangeError(`Expected a number as window center, got ${window.center}.`);
  }
  if (!(window.width >= narrowest) || !Number.isFinite(window.width)) {
    const limit = name === "LINEAR" ? "of at least 1" : "above 0";
    throw new RangeError(`Expected a window width ${limit}, got ${window.width}.`);
  }
  return { center: window.center, width: window.width, function: name };
}

/**
 * Build the table.
 * @param {Window} window
 * @param {{inverted?: boolean, airBlack?: boolean, gamma?: number, out?: Uint8Array}} [options]
 *   `airBlack`: the value 0 (air) stays black when inverted, for a dark room. `gamma`: above 1 lifts the dark grays.
 * @returns {Uint8Array} 65,536 grays: round(255 t), halves up
 */
export function windowTable(window, options = {}) {
  const { inverted = false, airBlack = false, gamma = 1, out = new Uint8Array(VALUES) } = options;
  const { center, width, function: name } = checkedWindow(window);
  const gray = FUNCTIONS[name];
  for (let value = 0; value < VALUES; value++) {
    let t = Math.min(1, Math.max(0, gray(value, center, width)));
    if (gamma !== 1) t **= 1 / gamma;
    out[value] = Math.floor(255 * (inverted ? 1 - t : t) + 0.5);
  }
  if (inverted && airBlack) out[0] = 0;
  return out;
}

/**
 * The window after a drag: right widens, up brightens. Steps are in proportion to the width at the start, so that
 * one gesture feels the same at every bit depth.
 * @param {Window} start @param {number} dx CSS px to the right @param {number} dy CSS px down
 * @returns {{center: number, width: number, function: string}}
 */
export function draggedWindow(start, dx, dy) {
  const width = Math.min(VALUES, Math.max(1, start.width * Math.exp(dx / 250)));
  const center = Math.min(VALUES, Math.max(-VALUES, start.center + (dy * Math.max(start.width, 16)) / 500));
  return { center: Math.round(center * 2) / 2, width: Math.round(width), function: start.function || "LINEAR" };
}
