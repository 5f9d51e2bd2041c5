// Tells OpenSeadragon where tiles are and brings their values, with a few quiet retries.

import OpenSeadragon from "../lib/openseadragon.js";
import { decodePlanes } from "./codec.js";
import { tileFootprint, tileUrl } from "./tile_geometry.js";

/** The name of our tile data inside OpenSeadragon: `{values, width, height}`. */
export const TILE_FORMAT = "u16tile";

const RETRY_AFTER_MS = [400, 1600];

// OpenSeadragon wants a way from our format to itself before it takes tiles in it.
const unchanged = (/** @type {any} */ _tile, /** @type {any} */ data) => data;
OpenSeadragon.converter.learn(TILE_FORMAT, TILE_FORMAT, unchanged, 0, 1);

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

export class TileSource extends OpenSeadragon.TileSource {
  /** @param {import("./tile_geometry.js").Manifest} manifest */
  constructor(manifest) {
    const { width, height, tileSize, overlap, minLevel, maxLevel } = manifest;
    super({ width, height, tileSize, tileOverlap: overlap, minLevel, maxLevel });
    this.manifest = manifest;
  }

  /** @param {number} level @param {number} x @param {number} y */
  getTileUrl(level, x, y) {
    return tileUrl(this.manifest, level, x, y);
  }

  hasTransparency() {
    return false;
  }

  /** @param {any} job */
  downloadTileStart(job) {
    const stop = new AbortController();
    job.userData.stop = stop;
    const { level, x, y } = job.tile;
    const { width, height } = tileFootprint(this.manifest, level, x, y);
    tileBytes(job.src, stop.signal)
      .then((bytes) => job.finish({ values: decodePlanes(bytes, width, height), width, height }, null, TILE_FORMAT))
      // An aborted job must not call back: OpenSeadragon has forgotten it already.
      .catch((error) => stop.signal.aborted || job.fail(String(error), null));
  }

  /** @param {any} job */
  downloadTileAbort(job) {
    job.userData.stop?.abort();
  }
}
