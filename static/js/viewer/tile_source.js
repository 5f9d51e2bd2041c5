// Tells OpenSeadragon where tiles are and brings their values.

import OpenSeadragon from "../lib/openseadragon.js";
import { fetchTile, TILE_FORMAT } from "./tile_fetch.js";
import { tileName, tileUrl } from "./tile_geometry.js";

// OpenSeadragon wants a way from our format to itself before it takes tiles in it.
const unchanged = (/** @type {any} */ _tile, /** @type {any} */ data) => data;
OpenSeadragon.converter.learn(TILE_FORMAT, TILE_FORMAT, unchanged, 0, 1);

export class TileSource extends OpenSeadragon.TileSource {
  /**
   * @param {import("./tile_geometry.js").Manifest} manifest
   * @param {object} [options]
   * @param {number} [options.minLevel] the coarsest level that is loaded
   * @param {(url: string) => import("./tile_fetch.js").Values|undefined} [options.take] a tile that is there already
   */
  constructor(manifest, { minLevel = manifest.minLevel, take } = {}) {
    const { width, height, tileSize, overlap, maxLevel } = manifest;
    super({ width, height, tileSize, tileOverlap: overlap, minLevel, maxLevel });
    this.manifest = manifest;
    this.take = take;
    /** @type {Map<string, string|undefined>} of a growing picture: the revision that a tile was asked for in */
    this.asked = new Map();
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
    this.asked.set(tileName(job.tile), this.manifest.revisions?.[tileName(job.tile)]);
    const there = this.take?.(tileUrl(this.manifest, level, x, y));
    const coming = there ? Promise.resolve(there) : fetchTile(this.manifest, job.tile, stop.signal);
    coming
      .then((tile) => job.finish(tile, null, TILE_FORMAT))
      // An aborted job must not call back: OpenSeadragon has forgotten it already.
      .catch((error) => stop.signal.aborted || job.fail(String(error), null));
  }

  /** @param {any} job */
  downloadTileAbort(job) {
    job.userData.stop?.abort();
  }
}
