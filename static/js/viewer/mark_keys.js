// What keys do to a mark that has the focus.

import { circle, cornerRemoved, handleMoved, handlesOf, moved, resized } from "./mark_geometry.js";

/** @typedef {import("./mark_geometry.js").Mark} Mark */

const FAR = 8; // with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {{key: string, shiftKey: boolean}} event @param {number} step @returns {[number, number]|null} null for another key */
export function arrowOf({ key, shiftKey }, step) {
  const arrow = ARROWS[key];
  const far = shiftKey ? step * FAR : step;
  return arrow ? [arrow[0] * far, arrow[1] * far] : null;
}

/**
 * The change that a key makes: arrows move the mark, or the corner in the hand; + and − resize about the middle.
 * @param {Mark} mark
 * @param {{key: string, shiftKey: boolean}} event
 * @param {number} step picture px
 * @param {number} [handle] the corner in the hand; -1 for none
 * @returns {Partial<Mark>|null} null for every other key
 */
export function markKeyChange(mark, event, step, handle = -1) {
  const corner = handlesOf(mark)[handle];
  const arrow = arrowOf(event, step);
  if (arrow && corner) return handleMoved(mark, handle, { x: corner.x + arrow[0], y: corner.y + arrow[1] });
  if (arrow) return moved(mark, ...arrow);
  if (corner && (event.key === "Delete" || event.key === "Backspace") && mark.shape === "polygon") {
    return cornerRemoved(mark, handle);
  }
  const grow = { "+": step, "=": step, "-": -step }[event.key];
  if (!grow) return null;
  if (mark.shape === "point") return grow > 0 ? circle(mark, 4 * step) : {};
  return resized(mark, grow, 4 * step);
}

/**
 * The corner that Page Down and Page Up take next; behind the last one the whole mark comes again.
 * @param {Mark} mark @param {{key: string}} event @param {number} handle the present one; -1 for the whole
 * @returns {number|null} null for every other key
 */
export function handleKey(mark, { key }, handle) {
  const step = { PageDown: 1, PageUp: -1 }[key];
  if (!step) return null;
  const places = handlesOf(mark).length + 1;
  return ((handle + 1 + step + places) % places) - 1;
}
