// Tiles of a growing picture whose bytes changed: fetched again and put in their places, while the rest stays.

import { fetchTile, TILE_FORMAT } from "./tile_fetch.js";
import { tileName } from "./tile_geometry.js";

/**
 * @param {any} osd
 * @param {{picture: {item: any, manifest: import("./tile_geometry.js").Manifest|null}, fetcher?: typeof fetchTile}} parts
 */
export function createRenewal(osd, { picture, fetcher = fetchTile }) {
  /** @type {Map<string, {tile: any, item: any, shown: string|undefined, busy: boolean}>} tiles in the cache, by name */
  const loaded = new Map();

  async function renew(/** @type {any} */ entry) {
    const { tile, item } = entry;
    const { manifest } = item.source;
    const wanted = () => manifest.revisions?.[tileName(tile)];
    if (entry.busy) return;
    entry.busy = true;
    try {
      while (entry.shown !== wanted() && loaded.get(tileName(tile)) === entry) {
        const revision = wanted();
        const values = await fetcher(manifest, tile, new AbortController().signal);
        if (loaded.get(tileName(tile)) !== entry) return; // it left the cache, or another picture is shown
        await tile.getCache()?.setDataAs(values, TILE_FORMAT);
        entry.shown = revision;
        osd.forceRedraw();
      }
    } catch {
      // The picture may be whole by now, and its pack gone; else the next change asks again.
    } finally {
      entry.busy = false;
    }
  }

  osd.addHandler("tile-loaded", (/** @type {any} */ { tile, tiledImage }) => {
    const { manifest, asked } = tiledImage.source;
    if (!manifest?.revisions) return;
    const entry = { tile, item: tiledImage, shown: asked.get(tileName(tile)), busy: false };
    loaded.set(tileName(tile), entry);
    renew(entry); // it may have changed while it was on its way
  });
  osd.addHandler("tile-unloaded", (/** @type {any} */ { tile }) => {
    if (loaded.get(tileName(tile))?.tile === tile) loaded.delete(tileName(tile));
  });

  return {
    /** Take note of revisions, by tile name, and bring those tiles that are there in older ones. @param {Record<string, string>} revisions */
    take(revisions) {
      if (!picture.manifest?.revisions) return;
      Object.assign(picture.manifest.revisions, revisions);
      for (const entry of loaded.values()) if (entry.item === picture.item) renew(entry);
    },
  };
}
