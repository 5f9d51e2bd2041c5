// How large a mark is, in millimeters where the picture's pixels have a known size.

import { isApproximate, lengthOf } from "./tools/ruler_geometry.js";

/**
 * @param {{shape: string, x: number, y: number, width: number, height: number}} mark
 * @param {[number, number]|null|undefined} spacingMm [row, column]; they may differ
 * @returns {{width: number, height: number, unit: "mm"|"px"}} of its box
 */
export function markSize({ x, y, width, height }, spacingMm) {
  const across = lengthOf({ x1: x, y1: y, x2: x + width, y2: y }, spacingMm);
  const down = lengthOf({ x1: x, y1: y, x2: x, y2: y + height }, spacingMm);
  return { width: across.value, height: down.value, unit: across.unit };
}

/**
 * The size as it stands under a mark; nothing for a point, and nothing where only pixels are known.
 * @param {{shape: string, x: number, y: number, width: number, height: number}} mark
 * @param {[number, number]|null|undefined} spacingMm @param {string} [kind] the spacing's
 */
export function markSizeWords(mark, spacingMm, kind = "") {
  const { width, height, unit } = markSize(mark, spacingMm);
  if (unit === "px" || mark.shape === "point") return "";
  return `${isApproximate(kind) ? "approx. " : ""}${width.toFixed(1)} × ${height.toFixed(1)} mm`;
}
