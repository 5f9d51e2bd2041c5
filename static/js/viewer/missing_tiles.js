// Tiles that did not come: hatched where they belong, counted, and asked for again on request.

import { svg } from "./overlay.js";
import { levelForScale, tileArea } from "./tile_geometry.js";

/**
 * @param {any} osd
 * @param {{overlay: SVGSVGElement, picture: any, navigation: any, onChange: (count: number) => void}} parts
 */
export function createMissingTiles(osd, { overlay, picture, navigation, onChange }) {
  /** @type {Map<string, any>} */
  const missing = new Map();
  const group = svg("g", { class: "missing-tiles" });
  overlay.prepend(group);

  const render = () => {
    if (!missing.size && !group.childElementCount) return;
    const manifest = picture.manifest;
    const level = manifest ? levelForScale(manifest, navigation.scale()) : -1;
    const shown = [...missing.values()].filter((tile) => tile.level === level);
    group.replaceChildren(
      ...shown.map((tile) => {
        const area = tileArea(manifest, tile.level, tile.x, tile.y);
        const a = navigation.toScreen(area.left, area.top);
        const b = navigation.toScreen(area.right, area.bottom);
        return svg("rect", { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y, fill: "url(#viewer-hatch)" });
      }),
    );
  };

  osd.addHandler("tile-load-failed", (/** @type {any} */ event) => {
    if (event.tiledImage !== picture.item) return;
    missing.set(event.tile.cacheKey, event.tile);
    render();
    onChange(missing.size);
  });

  return {
    render,
    get count() {
      return missing.size;
    },
    clear() {
      missing.clear();
      render();
      onChange(0);
    },
    /** Ask for all of them again. */
    retry() {
      for (const tile of missing.values()) tile.exists = true;
      this.clear();
      const item = picture.item;
      item?.setClip(item.getClip()); // the public call that makes OpenSeadragon look for tiles again
    },
  };
}
