// The viewer: a 16-bit picture in deep zoom, its window, its marks, its keys.

import { createChrome } from "./chrome.js";
import { bindKeys } from "./key_binding.js";
import { draggedWindow } from "./lut.js";
import { createMarks } from "./marks.js";
import { createMarksLayer } from "./marks_layer.js";
import { createMissingTiles } from "./missing_tiles.js";
import { createNavigation } from "./navigation.js";
import { createOverlay } from "./overlay.js";
import { createPicture } from "./picture.js";
import { createPrefetch } from "./prefetch.js";
import { createStage, useFallback } from "./stage.js";
import { createWindowControl, listenForWindowDrag } from "./window_control.js";

export { MARK_KEYS, VIEWER_KEYS, viewerActions } from "./key_map.js";

/**
 * @typedef {{zoom: number, center: [number, number], window: any, inverted: boolean, missing: number}} State
 *   `zoom`: device px per picture px; `center`: picture px; `missing`: parts of the view that did not load
 *
 * @typedef {object} Options
 * @property {boolean|Record<string, string[]>} [keys] true: the viewer's own keys while it has the focus; an object:
 *   these keys by action; false (default): none, the page binds `viewerActions` itself
 * @property {boolean} [marks] whether findings can be marked
 * @property {"center"|"left"} [align] where a fitted picture lies in a wider frame
 * @property {boolean} [airBlack] air stays black when inverted
 * @property {"webgl"|"canvas"} [drawer] force one, for tests
 * @property {(state: State) => void} [onChange] called at most once a frame
 */

/**
 * @param {HTMLElement} root the markup of `viewer/stage.html`, or an empty box with a size
 * @param {Options} [options]
 */
export function createViewer(root, options = {}) {
  const { keys = false, marks: withMarks = false, align, airBlack, drawer, onChange } = options;
  const host = /** @type {HTMLElement} */ (root.querySelector("[data-viewer-picture]") ?? root);
  const osd = createStage(host, { label: root.dataset.viewerLabel, drawer });
  const control = createWindowControl({ apply: (table) => osd.drawer.setTable(table), airBlack });
  const navigation = createNavigation(osd, () => picture.manifest, { align });
  const overlay = createOverlay(osd.canvas);
  const marks = withMarks ? createMarks() : null;
  const layer = marks && createMarksLayer({ overlay, marks, navigation, home: osd.canvas });
  const picture = createPicture(osd, {
    onPlaced(manifest) {
      marks?.setBounds(manifest);
      marks?.set([]);
      missing.clear();
      navigation.fit();
      control.start(manifest.window);
      chrome.opened();
    },
  });
  const missing = createMissingTiles(osd, { overlay, picture, navigation, onChange: () => changed() });
  const prefetch = createPrefetch(() => {
    const size = osd.viewport.getContainerSize();
    return { width: size.x * devicePixelRatio, height: size.y * devicePixelRatio };
  });

  let frame = 0;
  const changed = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      chrome.show(viewer.state());
      onChange?.(viewer.state());
    });
  };

  const viewer = {
    /**
     * Show a picture; see `createPicture`.
     * @param {import("./tile_geometry.js").Manifest} manifest
     * @returns {Promise<boolean>}
     */
    open(manifest) {
      prefetch.stop();
      return picture.open(manifest);
    },
    /**
     * Warm the browser's cache for the next picture.
     * @param {import("./tile_geometry.js").Manifest} manifest
     */
    prefetch: (manifest) => prefetch.start(manifest),
    get manifest() {
      return picture.manifest;
    },
    getWindow: control.get,
    setWindow: control.set,
    /** Change the window as a right-drag would. @param {number} dx @param {number} dy CSS px */
    dragWindow: (dx, dy) => control.set(draggedWindow(control.get(), dx, dy)),
    invert: control.invert,
    /** Back to the first window and the whole picture. */
    reset() {
      control.reset();
      navigation.fit();
    },
    fit: () => navigation.fit(),
    oneToOne: navigation.oneToOne,
    toggleOneToOne: navigation.toggleOneToOne,
    zoomBy: navigation.zoomBy,
    panBy: navigation.panBy,
    show: navigation.show,
    cssScale: navigation.cssScale,
    toScreen: navigation.toScreen,
    toPicture: navigation.toPicture,
    /** Ask again for the parts that did not load. */
    retry: () => missing.retry(),
    /** Whether everything of the present view is on the screen. */
    idle: () => Boolean(picture.item?.getFullyLoaded()) && !osd.drawer.held,
    /**
     * Show values by a table of one's own until the window changes: the display's self-check.
     * @param {Uint8Array} table
     */
    setTable: (table) => osd.drawer.setTable(table),
    marks,
    focus: () => osd.canvas.focus(),
    /** @returns {State} */
    state: () => ({
      zoom: navigation.scale(),
      center: navigation.center(),
      window: control.get(),
      inverted: control.inverted,
      missing: missing.count,
    }),
    /** What the toolbar's buttons do, by name. @type {Record<string, () => void>} */
    actions: {},
    destroy() {
      cancelAnimationFrame(frame);
      picture.stop();
      prefetch.stop();
      closing.forEach((close) => close());
      osd.destroy();
      overlay.remove();
    },
  };

  const chrome = createChrome(root, viewer);
  /** @type {(() => void)[]} */
  const closing = [listenForWindowDrag(osd.canvas, control), control.onChange(changed), chrome.destroy];
  if (layer) closing.push(layer.destroy);
  closing.push(bindKeys(root, viewer, keys));
  osd.addHandler("update-viewport", () => {
    layer?.render();
    missing.render();
    changed();
  });
  osd.addHandler("drawer-lost", () => {
    useFallback(osd);
    control.refresh();
  });
  control.refresh();
  return viewer;
}
