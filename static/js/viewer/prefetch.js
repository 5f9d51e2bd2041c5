// Bring the next picture's first view, decoded, while nothing else is to do.

import { decodePlanes } from "./codec.js";
import { fitScale, lowestLevel, tileFootprint, tilesForScale, tileUrl } from "./tile_geometry.js";

const AT_ONCE = 3;

/**
 * @param {() => {width: number, height: number}} frameNow size of the view, device px
 * @param {{fetcher?: typeof globalThis.fetch, farthest?: number}} [options] `farthest`: how far out one can zoom
 */
export function createPrefetch(frameNow, { fetcher = (url, init) => fetch(url, init), farthest } = {}) {
  let stop = new AbortController();
  /** @type {Map<string, import("./tile_fetch.js").Values>} by address, until they are taken */
  const ready = new Map();

  return {
    /**
     * @param {import("./tile_geometry.js").Manifest} manifest
     * @returns {Promise<number>} how many tiles came; less than all when it was stopped or some failed
     */
    async start(manifest) {
      stop.abort();
      stop = new AbortController();
      const { signal } = stop;
      ready.clear();
      const frame = frameNow();
      const waiting = tilesForScale(manifest, fitScale(manifest, frame), lowestLevel(manifest, frame, farthest));
      let come = 0;
      const worker = async () => {
        for (let tile = waiting.shift(); tile && !signal.aborted; tile = waiting.shift()) {
          const init = /** @type {RequestInit} */ ({ signal, priority: "low" });
          const url = tileUrl(manifest, tile.level, tile.x, tile.y);
          const response = await fetcher(url, init).catch(() => null);
          const body = response?.ok && (await response.arrayBuffer().catch(() => null));
          const { width, height } = tileFootprint(manifest, tile.level, tile.x, tile.y);
          if (body?.byteLength !== 2 * width * height || signal.aborted) continue; // asked for again when it is drawn
          ready.set(url, { values: decodePlanes(new Uint8Array(body), width, height), width, height });
          come++;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return come;
    },
    /** A tile that has come already. @param {string} url */
    take(url) {
      const values = ready.get(url);
      ready.delete(url);
      return values;
    },
    stop: () => stop.abort(),
  };
}
