// Lengths on a picture, in millimeters where its pixels have a known size.

/** @typedef {{x1: number, y1: number, x2: number, y2: number}} Line ends in picture px */

/** What a kind of spacing means for a length. One at the detector is too long for what lies above it. */
const KINDS = {
  calibrated: { approximate: false, words: "calibrated" },
  "detector plane": { approximate: true, words: "at the detector" },
  declared: { approximate: false, words: "declared pixel size" },
};

/** Whether lengths by this kind of spacing are only near the truth. @param {string} kind */
export const isApproximate = (kind) => KINDS[kind]?.approximate ?? true;

/**
 * @param {Line} line @param {[number, number]|null|undefined} spacingMm [row, column]; they may differ
 * @returns {{value: number, unit: "mm"|"px"}}
 */
export function lengthOf({ x1, y1, x2, y2 }, spacingMm) {
  const known = spacingMm && spacingMm[0] > 0 && spacingMm[1] > 0;
  const [row, column] = known ? spacingMm : [1, 1];
  return { value: Math.hypot((x2 - x1) * column, (y2 - y1) * row), unit: known ? "mm" : "px" };
}

/**
 * A length as it stands beside its line, with what is known of it.
 * @param {Line} line @param {[number, number]|null|undefined} spacingMm @param {string} [kind] the spacing's
 * @returns {{text: string, note: string}}
 */
export function lengthWords(line, spacingMm, kind = "") {
  const { value, unit } = lengthOf(line, spacingMm);
  if (unit === "px") return { text: `${Math.round(value)} px`, note: "pixel size unknown" };
  const { approximate, words } = KINDS[kind] ?? { approximate: true, words: "pixel size of unknown kind" };
  return { text: `${approximate ? "approx. " : ""}${value.toFixed(1)} mm`, note: words };
}

/**
 * The change that a key makes to a focused line: arrows move it, Shift and arrows move its second end.
 * @param {Line} line @param {{key: string, shiftKey: boolean}} event @param {number} step picture px
 * @returns {Line|null} null for every other key
 */
export function lineKeyChange(line, { key, shiftKey }, step) {
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const move = moves[key];
  if (!move) return null;
  const [dx, dy] = move;
  const second = { x2: line.x2 + dx, y2: line.y2 + dy };
  return shiftKey ? { ...line, ...second } : { x1: line.x1 + dx, y1: line.y1 + dy, ...second };
}

/** @param {Line} line @param {{width: number, height: number}} bounds @returns {Line} with both ends in the picture */
export function lineInside({ x1, y1, x2, y2 }, { width, height }) {
  const across = (/** @type {number} */ x) => Math.min(Math.max(x, 0), width);
  const down = (/** @type {number} */ y) => Math.min(Math.max(y, 0), height);
  return { x1: across(x1), y1: down(y1), x2: across(x2), y2: down(y2) };
}
