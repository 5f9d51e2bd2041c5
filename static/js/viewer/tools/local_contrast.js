// Contrast-limited adaptive histogram equalization, as a shift of each value that depends on where it lies.
// Source: Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV (1994), VIII.5.

import { airLimit } from "../overview.js";

export const CELLS = 8; // across and down
export const BINS = 256;
const CLIP = 2.5; // a bin counts at most so many times its even share
const LEAST_TISSUE = 0.02; // of a cell; with less, nothing is shifted there

/**
 * @typedef {object} Contrast
 * @property {Float32Array} shifts by row of cells, column of cells, bin: shares of the range, −1 to 1
 * @property {number} low @property {number} high the range of the tissue's values; nothing is shifted out of it
 */

/** @param {Float32Array} counts @param {number} total @param {Float32Array} out the shift of each bin */
function cellShifts(counts, total, out) {
  const most = (CLIP * total) / BINS;
  let excess = 0;
  for (let bin = 0; bin < BINS; bin++) excess += Math.max(0, counts[bin] - most);
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const count = Math.min(counts[bin], most) + excess / BINS;
    out[bin] = (below + count / 2) / total - (bin + 0.5) / BINS;
    below += count;
  }
  out[0] = Math.min(out[0], 0); // the dark end is not lifted above what lies beside it
  out[BINS - 1] = 0;
}

/**
 * The shifts of a picture, from its smallest level. The range is what the window shows of the tissue, so that the
 * contrast is spent on what can be seen.
 * @param {import("../overview.js").Values} overview @param {import("../lut.js").Window} window
 * @returns {Contrast|null} null where no tissue is seen
 */
export function localContrast(overview, window) {
  const { values, width, height } = overview;
  const limit = airLimit(overview);
  const tissue = values.filter((value) => value > limit).sort();
  if (tissue.length < BINS) return null;
  const half = window.function === "SIGMOID" ? window.width : window.width / 2;
  const low = Math.max(tissue[Math.floor(0.01 * tissue.length)], window.center - half);
  const high = Math.min(tissue[Math.floor(0.995 * tissue.length)], window.center + half);
  if (high <= low) return null;
  const shifts = new Float32Array(CELLS * CELLS * BINS);
  const counts = new Float32Array(BINS);
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const [x0, x1] = [Math.floor((column * width) / CELLS), Math.floor(((column + 1) * width) / CELLS)];
      const [y0, y1] = [Math.floor((row * height) / CELLS), Math.floor(((row + 1) * height) / CELLS)];
      counts.fill(0);
      let total = 0;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const value = values[y * width + x];
          if (value <= limit) continue;
          const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
          counts[Math.min(BINS - 1, Math.floor(share * BINS))]++;
          total++;
        }
      }
      if (total <= LEAST_TISSUE * (x1 - x0) * (y1 - y0)) continue;
      const begin = (row * CELLS + column) * BINS;
      cellShifts(counts, total, shifts.subarray(begin, begin + BINS));
    }
  }
  return { shifts, low, high };
}

/** @param {number} at between centers @param {number} size @returns {[number, number, number]} two cells and the second's weight */
function between(at, size) {
  const place = Math.min(Math.max(at, 0), size - 1);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, size - 1), place - first];
}

/**
 * A value after the shift: what the shader does too.
 * @param {Contrast} contrast @param {number} strength 0 to 1
 * @param {number} value @param {number} across @param {number} down place, shares of the picture
 */
export function shiftedValue({ shifts, low, high }, strength, value, across, down) {
  const share = (value - low) / (high - low);
  const [b0, b1, fb] = between(share * BINS - 0.5, BINS);
  const [c0, c1, fc] = between(across * CELLS - 0.5, CELLS);
  const [r0, r1, fr] = between(down * CELLS - 0.5, CELLS);
  const cell = (/** @type {number} */ row, /** @type {number} */ column) => {
    const at = (row * CELLS + column) * BINS;
    return shifts[at + b0] * (1 - fb) + shifts[at + b1] * fb;
  };
  const above = cell(r0, c0) * (1 - fc) + cell(r0, c1) * fc;
  const below = cell(r1, c0) * (1 - fc) + cell(r1, c1) * fc;
  const edge = Math.min(Math.max(value / low, 0), 1); // air stays air, and the skin line keeps its slope
  return value + strength * (above * (1 - fr) + below * fr) * (high - low) * edge;
}
