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
import { createRenewal } from "./renewal.js";
import { createStage, useFallback } from "./stage.js";
import { createToolbox } from "./tools/toolbox.js";
import { createWindowControl, listenForWindowDrag } from "./window_control.js";

export { MARK_KEYS, OFFICE_KEYS, VIEWER_KEYS, viewerActions } from "./key_map.js";

/**
 * @typedef {import("./viewer_state.js").State} State
 *
 * @typedef {object} Options
 * @property {boolean|Record<string, string[]>} [keys] true: the viewer's own keys while it has the focus; an object:
 *   these keys by action; false (default): none, the page binds `viewerActions` itself, and the toolbar has no
 *   tools that belong to the office
 * @property {boolean} [marks] whether findings can be marked
 * @property {"center"|"left"} [align] where a fitted picture lies in a wider frame
 * @property {boolean} [airBlack] air stays black when inverted
 * @property {boolean} [mirrored] left and right change places on the screen: a right breast beside a left one
 * @property {number} [farthest] how far out one can zoom, as a share of the fitted view
 * @property {HTMLElement} [whole] what full screen shows; default the viewer
 * @property {boolean} [keepView] the next picture is the same breast: what a person looks at, and how, stays
 * @property {"webgl"|"canvas"} [drawer] force one, for tests
 * @property {(state: State) => void} [onChange] called at most once a frame
 */

/**
 * @param {HTMLElement} root the markup of `viewer/stage.html`, or an empty box with a size
 * @param {Options} [options]
 */
export function createViewer(root, options = {}) {
  const { keys = false, marks: withMarks = false, align, airBlack, drawer, onChange } = options;
  const { mirrored = false, farthest, whole = root, keepView = false } = options;
  const host = /** @type {HTMLElement} */ (root.querySelector("[data-viewer-picture]") ?? root);
  const osd = createStage(host, { label: root.dataset.viewerLabel, drawer });
  const control = createWindowControl({ apply: (table) => osd.drawer.setTable(table), airBlack });
  const navigation = createNavigation(osd, () => picture.manifest, { align, farthest });
  const overlay = createOverlay(osd.canvas);
  const manifestNow = () => picture.manifest;
  const marks = withMarks ? createMarks() : null;
  const layer = marks && createMarksLayer({ overlay, marks, navigation, manifestNow, home: osd.canvas });
  let placed = false;
  const picture = createPicture(osd, {
    frameNow: navigation.deviceFrame,
    farthest,
    take: (url) => prefetch.take(url),
    onPlaced(manifest) {
      marks?.setBounds(manifest);
      marks?.set([]);
      missing.clear();
      toolbox.clear();
      if (!keepView || !placed) navigation.fit();
      if (!keepView || !placed || control.untouched) control.start(manifest.window);
      placed = true;
      osd.preserveViewport = keepView; // or a first picture in an empty world is fitted
      chrome.opened();
    },
  });
  const renewal = createRenewal(osd, { picture });
  const missing = createMissingTiles(osd, { overlay, picture, navigation, onChange: () => changed() });
  const toolbox = createToolbox(osd, { overlay, navigation, control, marks, manifestNow, onChange: () => changed() });
  const prefetch = createPrefetch(navigation.deviceFrame, { farthest });

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
    /** Of a growing picture: the revisions of tiles that changed, by name. @param {Record<string, string>} revisions */
    renew: (revisions) => renewal.take(revisions),
    get manifest() {
      return picture.manifest;
    },
    getWindow: control.get,
    setWindow: control.set,
    setGamma: control.setGamma,
    /** The window that a reset goes back to. */
    firstWindow: () => control.first,
    /** Change the window as a right-drag would. @param {number} dx @param {number} dy CSS px */
    dragWindow: (dx, dy) => control.set(draggedWindow(control.get(), dx, dy)),
    invert: control.invert,
    ...toolbox.functions,
    trueScale: toolbox.trueScale,
    toggleFullscreen: () => void (document.fullscreenElement ? document.exitFullscreen() : whole.requestFullscreen()),
    /** Back to the first window and the whole picture. */
    reset() {
      control.reset();
      toolbox.contrast.clear();
      navigation.fit();
    },
    fit: () => navigation.fit(),
    oneToOne: navigation.oneToOne,
    toggleOneToOne: navigation.toggleOneToOne,
    zoomBy: navigation.zoomBy,
    /** Move by shares of the frame: the magnifier while it is in the hand, else the picture. @param {number} x @param {number} y */
    panBy: (x, y) => (toolbox.lens.on ? toolbox.lens.moveBy(x, y) : navigation.panBy(x, y)),
    show: navigation.show,
    zoomTo: navigation.zoomTo,
    /** The size of the view, device px. */
    frame: navigation.deviceFrame,
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
    /** Give the focus to a mark on the picture. @param {string} id */
    focusMark: (id) => layer?.focus(id),
    ruler: toolbox.ruler,
    focus: () => osd.canvas.focus(),
    /** @returns {State} */
    state: () => ({
      zoom: navigation.scale(),
      center: navigation.center(),
      window: control.get(),
      gamma: control.gamma,
      contrast: toolbox.contrast.strength,
      lens: toolbox.lens.on,
      ruler: toolbox.ruler.active,
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
  closing.push(toolbox.destroy);
  if (layer) closing.push(layer.destroy);
  closing.push(bindKeys(root, viewer, keys));
  chrome.offer();
  osd.viewport.setFlip(mirrored);
  osd.addHandler("update-viewport", () => {
    layer?.render();
    missing.render();
    toolbox.render();
    changed();
  });
  osd.addHandler("drawer-lost", () => {
    useFallback(osd);
    control.refresh();
    toolbox.refresh();
  });
  control.refresh();
  return viewer;
}
