// The smallest level of a picture, in values: what tools look at that need the whole picture at once.

import { fetchTile } from "./tile_fetch.js";

/** @typedef {import("./tile_fetch.js").Values} Values */

/** A value above this share of the bright end counts as tissue: canonical pictures have air near 0. */
const TISSUE_SHARE = 1 / 24;

/** @param {{fetcher?: typeof fetchTile}} [options] */
export function createOverview({ fetcher = fetchTile } = {}) {
  /** @type {WeakMap<object, Promise<Values>>} */
  const known = new WeakMap();
  const never = new AbortController().signal;

  /**
   * Bring the smallest level; once for each picture, and again after a failure.
   * @param {import("./tile_geometry.js").Manifest} manifest @returns {Promise<Values>}
   */
  return function overviewOf(manifest) {
    const asked = known.get(manifest) ?? fetcher(manifest, { level: manifest.minLevel, x: 0, y: 0 }, never);
    known.set(manifest, asked);
    asked.catch(() => known.delete(manifest));
    return asked;
  };
}

/**
 * The value below which a share of the given values lies.
 * @param {Uint16Array} sorted ascending @param {number} share 0 to 1
 */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** Values at or below this are taken for air. @param {Values} overview @returns {number} */
export function airLimit({ values }) {
  return quantile(Uint16Array.from(values).sort(), 0.99) * TISSUE_SHARE;
}

/**
 * The window from the 1st to the 99th percentile inside the breast: the rule of pictures without a window of their own.
 * @param {Values} overview @returns {{center: number, width: number, function: string}|null} null without tissue
 */
export function tissueWindow(overview) {
  const limit = airLimit(overview);
  const tissue = overview.values.filter((value) => value > limit).sort();
  if (!tissue.length) return null;
  const [low, high] = [quantile(tissue, 0.01), quantile(tissue, 0.99)];
  return { center: Math.round((low + high) / 2), width: Math.max(1, high - low), function: "LINEAR" };
}

/**
 * Where the breast begins from the left: canonical pictures have the chest wall there, some behind a margin of air.
 * @param {Values} overview @returns {number} share of the width, 0 where nothing is seen
 */
export function wallShare({ values, width, height }) {
  const limit = airLimit({ values, width, height });
  for (let x = 0; x < width; x++) {
    let tissue = 0;
    for (let y = 0; y < height; y++) tissue += Number(values[y * width + x] > limit);
    if (tissue > height / 50) return x / width;
  }
  return 0;
}

/**
 * Tell whether a part of the picture shows tissue in at least a two-hundredth of it.
 * @param {Values} overview @param {number} limit of air
 * @param {{left: number, top: number, right: number, bottom: number}} part shares of the picture, 0 to 1
 */
export function hasTissue({ values, width, height }, limit, { left, top, right, bottom }) {
  const [x0, x1] = [Math.floor(left * width), Math.ceil(right * width)];
  const [y0, y1] = [Math.floor(top * height), Math.ceil(bottom * height)];
  let tissue = 0;
  let all = 0;
  for (let y = Math.max(y0, 0); y < Math.min(y1, height); y++) {
    for (let x = Math.max(x0, 0); x < Math.min(x1, width); x++, all++) tissue += Number(values[y * width + x] > limit);
  }
  return tissue > all / 200;
}
