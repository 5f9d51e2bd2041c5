// Which picture is shown. The next one is complete before the last one goes, so nothing flashes between them.

import { lowestLevel } from "./tile_geometry.js";
import { TileSource } from "./tile_source.js";

/** @param {any} osd @param {TileSource} source @returns {Promise<any>} the item in OpenSeadragon's world */
function added(osd, source) {
  return new Promise((resolve, reject) => {
    osd.addTiledImage({
      tileSource: source,
      success: (/** @type {any} */ event) => resolve(event.item),
      error: (/** @type {any} */ event) => reject(new Error(event.message)),
    });
  });
}

/**
 * @param {any} item
 * @returns {Promise<void>} when every tile of the present view is there, or has failed for good
 */
function complete(item) {
  return new Promise((resolve) => {
    const look = () => {
      if (!item.getFullyLoaded()) return;
      item.removeHandler("fully-loaded-change", look);
      resolve();
    };
    item.addHandler("fully-loaded-change", look);
    look();
  });
}

/** @param {any} osd @returns {Promise<void>} after the next frame is drawn */
function drawn(osd) {
  return new Promise((resolve) => {
    osd.addOnceHandler("tiled-image-drawn", () => requestAnimationFrame(() => resolve()));
    osd.forceRedraw();
  });
}

/**
 * @param {any} osd
 * @param {object} options
 * @param {() => {width: number, height: number}} options.frameNow size of the view, device px
 * @param {number} [options.farthest] how far out one can zoom, as a share of the fitted view
 * @param {(url: string) => import("./tile_fetch.js").Values|undefined} [options.take] a tile that is there already
 * @param {(manifest: import("./tile_geometry.js").Manifest) => void} options.onPlaced
 *   called when the picture is in the world and before it is shown: set window and view here
 */
export function createPicture(osd, { frameNow, farthest, take, onPlaced }) {
  let ticket = 0;
  /** @type {import("./tile_geometry.js").Manifest|null} */
  let manifest = null;
  /** @type {any} */
  let item = null;

  return {
    get manifest() {
      return manifest;
    },
    get item() {
      return item;
    },
    /**
     * Show a picture.
     * @param {import("./tile_geometry.js").Manifest} next
     * @returns {Promise<boolean>} true when its first full view is on the screen; false when another picture was
     *   opened meanwhile
     */
    async open(next) {
      const mine = ++ticket;
      if (item) osd.drawer.hold();
      osd.world.removeAll();
      item = null;
      const made = await added(osd, new TileSource(next, { minLevel: lowestLevel(next, frameNow(), farthest), take }));
      if (mine !== ticket) {
        if (osd.world?.getIndexOfItem(made) >= 0) osd.world.removeItem(made);
        return false;
      }
      [item, manifest] = [made, next];
      onPlaced(next);
      await complete(made);
      if (mine !== ticket) return false;
      osd.drawer.release();
      await drawn(osd);
      return mine === ticket;
    },
    /** Forget what is under way. */
    stop() {
      ticket++;
    },
  };
}
