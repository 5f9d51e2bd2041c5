// Tiles that did not come: hatched where they belong, counted, and asked for again on request.

import { svg } from "./overlay.js";
import { levelForScale, tileArea } from "./tile_geometry.js";

/**
 * A tile counts while its level is the one that is drawn: a coarse tile under a complete fine level is not missed.
 * @param {any} osd
 * @param {{overlay: SVGSVGElement, picture: any, navigation: any, onChange: () => void}} parts
 */
export function createMissingTiles(osd, { overlay, picture, navigation, onChange }) {
  /** @type {Map<string, any>} */
  const failed = new Map();
  const group = svg("g", { class: "missing-tiles" });
  overlay.prepend(group);
  let count = 0;

  const hatch = (/** @type {any} */ tile) => {
    const area = tileArea(picture.manifest, tile.level, tile.x, tile.y);
    const a = navigation.toScreen(area.left, area.top);
    const b = navigation.toScreen(area.right, area.bottom);
    const [x, width] = [Math.min(a.x, b.x), Math.abs(b.x - a.x)]; // a mirrored view has left on the right
    return svg("rect", { x, y: a.y, width, height: b.y - a.y, fill: "url(#viewer-hatch)" });
  };
  const render = () => {
    if (!failed.size && !count) return;
    const level = picture.manifest ? levelForScale(picture.manifest, navigation.scale()) : -1;
    const shown = [...failed.values()].filter((tile) => tile.level === level);
    group.replaceChildren(...shown.map(hatch));
    if (shown.length === count) return;
    count = shown.length;
    onChange();
  };

  osd.addHandler("tile-load-failed", (/** @type {any} */ event) => {
    if (event.tiledImage !== picture.item) return;
    failed.set(event.tile.cacheKey, event.tile);
    render();
  });

  return {
    render,
    get count() {
      return count;
    },
    clear() {
      failed.clear();
      render();
    },
    /** Ask for all of them again. */
    retry() {
      for (const tile of failed.values()) tile.exists = true;
      this.clear();
      const item = picture.item;
      item?.setClip(item.getClip()); // the public call that makes OpenSeadragon look for tiles again
    },
  };
}
