// Brings a tile's values, with a few quiet retries.

import { decodePlanes } from "./codec.js";
import { tileFootprint, tileUrl } from "./tile_geometry.js";

/** @typedef {{values: Uint16Array, width: number, height: number}} Values a tile's or a picture's, row by row */

/** The name of our tile data inside OpenSeadragon. */
export const TILE_FORMAT = "u16tile";

const RETRY_AFTER_MS = [400, 1600];

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * Fetch a tile's bytes. Only an answer that can change by itself is asked for again.
 * @param {string} url @param {AbortSignal} signal @returns {Promise<Uint8Array>}
 */
async function tileBytes(url, signal) {
  for (let attempt = 0; ; attempt++) {
    let problem;
    try {
      const response = await fetch(url, { signal });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      problem = new Error(`The server answered ${response.status}.`);
      if (response.status < 500) throw Object.assign(problem, { final: true });
    } catch (error) {
      if (signal.aborted || /** @type {any} */ (error).final) throw error;
      problem = error;
    }
    if (attempt >= RETRY_AFTER_MS.length) throw problem;
    await pause(RETRY_AFTER_MS[attempt], signal);
  }
}

/**
 * Fetch and decode one tile.
 * @param {import("./tile_geometry.js").Manifest} manifest @param {{level: number, x: number, y: number}} tile
 * @param {AbortSignal} signal @returns {Promise<Values>}
 */
export async function fetchTile(manifest, { level, x, y }, signal) {
  const { width, height } = tileFootprint(manifest, level, x, y);
  const bytes = await tileBytes(tileUrl(manifest, level, x, y), signal);
  return { values: decodePlanes(bytes, width, height), width, height };
}
