// Walks through a picture at 1:1, part by part, and shows on a small map what was seen.

import { svg } from "../overlay.js";
import { walkGrid } from "./walk_grid.js";

const MAP_PX = 72; // the longer side

/**
 * @param {any} osd
 * @param {object} parts
 * @param {any} parts.navigation
 * @param {() => import("../tile_geometry.js").Manifest|null} parts.manifestNow
 * @param {(manifest: any) => Promise<import("../overview.js").Values>} parts.overviewOf
 */
export function createWalk(osd, { navigation, manifestNow, overviewOf }) {
  const map = document.createElement("div");
  map.className = "viewer-map";
  map.hidden = true;
  osd.canvas.append(map);
  /** @type {any} */
  let grid = null;
  let at = -1;
  /** @type {Set<any>} */
  const seen = new Set();
  /** @type {any} the view that the walk has set; another one ends it */
  let view = null;

  const draw = () => {
    const { width, height } = grid.picture;
    const px = MAP_PX / Math.max(width, height);
    const cell = (/** @type {any} */ part, /** @type {number} */ i) =>
      svg("rect", {
        x: part.left * px,
        y: part.top * px,
        width: (part.right - part.left) * px,
        height: (part.bottom - part.top) * px,
        class: i === at ? "is-here" : seen.has(part) ? "is-seen" : "",
      });
    const order = grid.parts.map(cell);
    const here = order[at];
    const flip = osd.viewport.getFlip() ? `matrix(-1 0 0 1 ${width * px} 0)` : "";
    const group = svg("g", { transform: flip }, ...order.filter((/** @type {any} */ one) => one !== here), here);
    const chart = svg("svg", { width: width * px + 2, height: height * px + 2, viewBox: `-1 -1 ${width * px + 2} ${height * px + 2}` }, group);
    const words = document.createElement("span");
    words.textContent = `${at + 1} of ${grid.parts.length}`;
    words.setAttribute("role", "status");
    map.replaceChildren(chart, words);
    map.hidden = false;
  };

  const begin = async (/** @type {any} */ manifest, /** @type {any} */ size) => {
    const overview = await overviewOf(manifest).catch(() => null);
    const made = walkGrid(manifest, size, overview);
    seen.clear();
    return { ...made, manifest, frame: size, picture: { width: manifest.width, height: manifest.height } };
  };

  const go = async (/** @type {1|-1} */ by) => {
    const manifest = manifestNow();
    if (!manifest) return;
    const { width, height } = navigation.deviceFrame();
    const size = { width: Math.floor(width), height: Math.floor(height) };
    const old = grid;
    if (grid?.manifest !== manifest || grid.frame.width !== size.width || grid.frame.height !== size.height) {
      const made = await begin(manifest, size);
      if (manifestNow() !== manifest || !made.parts.length || grid !== old) return;
      grid = made;
      at = by > 0 ? -1 : 0;
    }
    at = (at + by + grid.parts.length) % grid.parts.length;
    const part = grid.parts[at];
    seen.add(part);
    view = null;
    navigation.show({ x: part.left + size.width / 2, y: part.top + size.height / 2, zoom: 1 });
    view = navigation.center().join();
    draw();
  };

  return {
    next: () => void go(1),
    previous: () => void go(-1),
    /** Hide the map once the view is another one. */
    render() {
      if (!map.hidden && view !== null && view !== navigation.center().join()) map.hidden = true;
    },
    /** Another picture. */
    clear() {
      grid = null;
      at = -1;
      map.hidden = true;
    },
    destroy: () => map.remove(),
  };
}
