// What both drawers share: our geometry, one table of grays, and holding a picture until the next one is ready.

import OpenSeadragon from "../lib/openseadragon.js";
import { TILE_FORMAT } from "./tile_fetch.js";
import { snappedFrame, tilePlacement } from "./tile_geometry.js";

export class TileDrawer extends OpenSeadragon.DrawerBase {
  // No class fields here: they would be set after the base has called `_createDrawingElement`.

  /** @param {any} options */
  constructor(options) {
    super(options);
    this.held = false;
    /** @type {{box: any, near: (frame: any) => any, tiles: (manifest: any, near: any, scale: number) => any[]}|null} */
    this.lens = null;
    this.sizeCanvas = () => {
      const size = this._calculateCanvasSize();
      this.held = false;
      this.resizeCanvas(size.x, size.y);
    };
    this.viewer.addHandler("resize", this.sizeCanvas);
  }

  get defaultOptions() {
    return { usePrivateCache: true, preloadCache: false };
  }

  getSupportedDataFormats() {
    return [TILE_FORMAT];
  }

  canRotate() {
    return false;
  }

  setImageSmoothingEnabled() {
    // Smoothing follows the scale: none at 1:1, bilinear in values otherwise.
  }

  /** Keep what is on the screen until `release`, whatever happens to the pictures meanwhile. */
  hold() {
    this.held = true;
  }

  release() {
    this.held = false;
    this.viewer.forceRedraw();
  }

  /** The picture's place on the screen, in device px. @param {any} item */
  frameOf(item) {
    const view = this.viewport.getBoundsNoRotateWithMargins(true);
    const bounds = item.getBoundsNoRotate(true);
    const density = (this.viewport.getContainerSize().x * OpenSeadragon.pixelDensityRatio) / view.width;
    const scale = (bounds.width / item.source.manifest.width) * density;
    return snappedFrame({ x: (bounds.x - view.x) * density, y: (bounds.y - view.y) * density, scale });
  }

  /** @param {any[]} items */
  draw(items) {
    // Asking for the tiles moves OpenSeadragon's own state on, and for the data uploads it: also while holding.
    const tilesOf = (/** @type {any} */ item) => item.getTilesToDraw().map((/** @type {any} */ entry) => entry.tile);
    const ready = items.map((item) => ({ item, tiles: tilesOf(item) }));
    const parts = ready.map(({ tiles }) => {
      return tiles.map((/** @type {any} */ tile) => ({ tile, data: this.getDataToDraw(tile) }));
    });
    if (this.held) return;
    this.mirrored = Boolean(this.viewport.getFlip());
    this.paintStart();
    ready.forEach(({ item, tiles }, i) => {
      this.paintParts(item, parts[i], this.frameOf(item));
      this._raiseTiledImageDrawnEvent(item, tiles);
    });
    if (this.lens) this.paintLens(ready, parts);
    this.paintEnd();
  }

  /** Everything is painted. */
  paintEnd() {}

  /** @param {any} item @param {{tile: any, data: any}[]} parts @param {any} frame */
  paintParts(item, parts, frame) {
    for (const { tile, data } of parts) {
      if (data) this.paintTile(data, tilePlacement(item.source.manifest, tile, frame), frame.exact);
    }
  }

  /** The same once more, nearer, inside the magnifier: what the view has first, then finer tiles over it. */
  paintLens(/** @type {any[]} */ ready, /** @type {any[]} */ parts) {
    this.clip(this.lens.box);
    this.paintStart();
    ready.forEach(({ item }, i) => {
      const frame = this.frameOf(item);
      const near = this.lens.near(frame);
      this.paintParts(item, parts[i], near);
      this.paintParts(item, this.lens.tiles(item.source.manifest, near, frame.scale), near);
    });
    this.clip(null);
  }

  destroy() {
    this.viewer.removeHandler("resize", this.sizeCanvas);
    this.destroyInternalCache();
    super.destroy();
    this.canvas.remove();
  }
}
