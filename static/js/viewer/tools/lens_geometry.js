// What the magnifier shows: a square of the screen around a point, nearer. Screen points and sizes are device px.

import { levelForScale, snappedFrame } from "../tile_geometry.js";

/** @typedef {{x: number, y: number, scale: number, exact?: boolean}} Frame a picture's corner, device px per picture px */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * How near the magnifier shows: every picture pixel at least, and at least twice the view.
 * @param {number} scale of the view @returns {number}
 */
export const lensScale = (scale) => Math.max(1, 2 * scale);

/** The magnifier's side: a third of the view, within reason. @param {{width: number, height: number}} frame CSS px */
export const lensSide = ({ width, height }) => Math.round(Math.min(420, Math.max(200, 0.38 * Math.min(width, height))));

/** @param {{x: number, y: number}} point @param {number} side @returns {Box} whole device px */
export function lensBox({ x, y }, side) {
  const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
  return { left, top, right: left + side, bottom: top + side };
}

/**
 * The picture's place under the magnifier: the point that it is held over stays where it is.
 * @param {Frame} frame @param {{x: number, y: number}} point @param {number} scale
 */
export function lensFrame(frame, { x, y }, scale) {
  const power = scale / frame.scale;
  return snappedFrame({ x: x - (x - frame.x) * power, y: y - (y - frame.y) * power, scale });
}

/**
 * The tiles that fill the magnifier; none where the view itself has them.
 * @param {import("../tile_geometry.js").Manifest} manifest @param {Frame} near @param {Box} box
 * @param {number} viewScale
 * @returns {{level: number, x: number, y: number}[]}
 */
export function lensTiles(manifest, near, box, viewScale) {
  const level = levelForScale(manifest, near.scale);
  if (levelForScale(manifest, viewScale) === level) return [];
  const step = manifest.tileSize * 2 ** (manifest.maxLevel - level) * near.scale; // device px across a tile
  const at = (/** @type {number} */ place, /** @type {number} */ origin) => Math.floor((place - origin) / step);
  const last = {
    x: Math.ceil((manifest.width * near.scale) / step) - 1,
    y: Math.ceil((manifest.height * near.scale) / step) - 1,
  };
  const tiles = [];
  for (let y = Math.max(0, at(box.top, near.y)); y <= Math.min(last.y, at(box.bottom - 1, near.y)); y++) {
    for (let x = Math.max(0, at(box.left, near.x)); x <= Math.min(last.x, at(box.right - 1, near.x)); x++) {
      tiles.push({ level, x, y });
    }
  }
  return tiles;
}
