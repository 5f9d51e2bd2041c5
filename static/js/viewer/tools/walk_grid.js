// The parts of a picture that are looked at one after the other at 1:1. Sizes in device px, which are picture px there.

import { airLimit, hasTissue } from "../overview.js";

const OVERLAP = 0.1; // of the frame, at least

/** @typedef {{column: number, row: number, left: number, top: number, right: number, bottom: number}} Part */

/**
 * Where frames of one size begin so that they cover a length, evenly, with overlap.
 * @param {number} length @param {number} frame @returns {number[]}
 */
export function frameStarts(length, frame) {
  if (frame >= length) return [0];
  const count = 1 + Math.ceil((length - frame) / (frame * (1 - OVERLAP)));
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - frame)) / (count - 1)));
}

/**
 * The parts in the order of the walk: rows from above, there and back, without those that show air only.
 * @param {{width: number, height: number}} picture @param {{width: number, height: number}} frame
 * @param {import("../overview.js").Values|null} overview null: all parts
 * @returns {{columns: number, rows: number, parts: Part[]}}
 */
export function walkGrid(picture, frame, overview) {
  const lefts = frameStarts(picture.width, frame.width);
  const tops = frameStarts(picture.height, frame.height);
  const limit = overview ? airLimit(overview) : 0;
  const shares = (/** @type {Part} */ part) => ({
    left: part.left / picture.width,
    right: part.right / picture.width,
    top: part.top / picture.height,
    bottom: part.bottom / picture.height,
  });
  const parts = tops.flatMap((top, row) => {
    const inRow = lefts.map((left, column) => {
      const right = Math.min(left + frame.width, picture.width);
      return { column, row, left, top, right, bottom: Math.min(top + frame.height, picture.height) };
    });
    const kept = inRow.filter((part) => !overview || hasTissue(overview, limit, shares(part)));
    return row % 2 ? kept.reverse() : kept;
  });
  return { columns: lefts.length, rows: tops.length, parts };
}
