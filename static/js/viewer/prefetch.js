// Bring the next picture's first view into the browser's cache while nothing else is to do.

import { fitScale, lowestLevel, tilesForScale, tileUrl } from "./tile_geometry.js";

const AT_ONCE = 3;

/**
 * @param {() => {width: number, height: number}} frameNow size of the view, device px
 * @param {{fetcher?: typeof globalThis.fetch, farthest?: number}} [options] `farthest`: how far out one can zoom
 */
export function createPrefetch(frameNow, { fetcher = (url, init) => fetch(url, init), farthest } = {}) {
  let stop = new AbortController();

  return {
    /**
     * @param {import("./tile_geometry.js").Manifest} manifest
     * @returns {Promise<number>} how many tiles came; less than all when it was stopped or some failed
     */
    async start(manifest) {
      stop.abort();
      stop = new AbortController();
      const { signal } = stop;
      const frame = frameNow();
      const waiting = tilesForScale(manifest, fitScale(manifest, frame), lowestLevel(manifest, frame, farthest));
      let come = 0;
      const worker = async () => {
        for (let tile = waiting.shift(); tile && !signal.aborted; tile = waiting.shift()) {
          const init = /** @type {RequestInit} */ ({ signal, priority: "low" });
          const response = await fetcher(tileUrl(manifest, tile.level, tile.x, tile.y), init).catch(() => null);
          if (response?.ok && (await response.arrayBuffer().catch(() => null))) come++;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return come;
    },
    stop: () => stop.abort(),
  };
}
