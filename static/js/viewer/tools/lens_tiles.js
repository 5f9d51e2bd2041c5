// The magnifier's own tiles: finer than the view's, brought as they are wanted, the last few kept.

import { fetchTile } from "../tile_fetch.js";
import { tileUrl } from "../tile_geometry.js";

const KEPT = 24;

/** @param {{onCome: () => void, fetcher?: typeof fetchTile}} options `onCome`: there is something new to draw */
export function createLensTiles({ onCome, fetcher = fetchTile }) {
  /** @type {Map<string, {tile: any, data: any, values: any, failed?: boolean}>} by address, the last used at the end */
  const tiles = new Map();
  let stop = new AbortController();
  /** @type {any} */
  let drawer = null;
  /** @type {any} */
  let manifest = null;

  const ask = (/** @type {string} */ key, /** @type {any} */ tile) => {
    const entry = { tile, data: null, values: null };
    tiles.set(key, entry);
    fetcher(manifest, tile, stop.signal).then(
      (values) => {
        entry.values = values;
        if (tiles.get(key) === entry) onCome();
      },
      () => tiles.get(key) === entry && setTimeout(() => tiles.get(key) === entry && tiles.delete(key), 2000),
    );
    return entry;
  };

  const forget = (/** @type {string} */ key) => {
    drawer?.internalCacheFree(tiles.get(key)?.data);
    tiles.delete(key);
  };

  return {
    /**
     * What is there of the wanted tiles; the rest is asked for.
     * @param {any} nextDrawer makes and frees the drawn form of a tile
     * @param {any} nextManifest @param {{level: number, x: number, y: number}[]} wanted
     * @returns {{tile: any, data: any}[]}
     */
    take(nextDrawer, nextManifest, wanted) {
      if (nextManifest !== manifest) this.clear();
      if (nextDrawer !== drawer) for (const entry of tiles.values()) entry.data = null; // lost with their drawer
      [drawer, manifest] = [nextDrawer, nextManifest];
      const there = [];
      for (const tile of wanted) {
        const key = tileUrl(manifest, tile.level, tile.x, tile.y);
        const entry = tiles.get(key) ?? ask(key, tile);
        tiles.delete(key);
        tiles.set(key, entry);
        if (!entry.values) continue;
        entry.data ??= drawer.internalCacheCreate({ data: entry.values });
        there.push(entry);
      }
      for (const key of [...tiles.keys()].slice(0, Math.max(0, tiles.size - KEPT))) forget(key);
      return there;
    },
    /** Stop what is under way and free what is kept. */
    clear() {
      stop.abort();
      stop = new AbortController();
      for (const key of [...tiles.keys()]) forget(key);
    },
  };
}
