// OpenSeadragon set up as an instrument: no buttons of its own, no inertia, no blending, our drawers.

import OpenSeadragon from "../lib/openseadragon.js";
import { WebGLTileDrawer } from "./drawer.js";
import { CanvasTileDrawer } from "./fallback.js";
import { MIN_PIXEL_RATIO } from "./tile_geometry.js";

const GESTURES = {
  clickToZoom: false,
  dblClickToZoom: false,
  dblClickDragToZoom: false,
  flickEnabled: false,
  pinchRotate: false,
};

/**
 * Seconds of motion: the page's `--motion`, which is 0 in the reading room and where people ask for none.
 * @param {HTMLElement} element
 */
function motionSeconds(element) {
  return (parseFloat(getComputedStyle(element).getPropertyValue("--motion")) || 0) / 1000;
}

/**
 * @param {HTMLElement} element an empty box with a size
 * @param {{label?: string, drawer?: "webgl"|"canvas"}} [options] `drawer`: force one, for tests
 */
export function createStage(element, { label = "Picture", drawer } = {}) {
  const useCanvas = drawer === "canvas" || !WebGLTileDrawer.isSupported();
  const osd = OpenSeadragon({
    element,
    drawer: [useCanvas ? CanvasTileDrawer : WebGLTileDrawer],
    showNavigationControl: false,
    keyboardNavEnabled: false,
    animationTime: motionSeconds(element),
    blendTime: 0,
    immediateRender: false,
    minPixelRatio: MIN_PIXEL_RATIO,
    maxZoomPixelRatio: 12,
    visibilityRatio: 0.25,
    zoomPerScroll: 1.25,
    imageLoaderLimit: 8,
    maxTilesPerFrame: 8,
    maxImageCacheCount: 160,
    timeout: 120000,
    gestureSettingsMouse: GESTURES,
    gestureSettingsPen: GESTURES,
    gestureSettingsTouch: { ...GESTURES, pinchToZoom: true },
  });
  osd.canvas.setAttribute("role", "application");
  osd.canvas.setAttribute("aria-label", label);
  // Dragging moves the picture with the hand, without the glide that zooming has.
  osd.addHandler("canvas-drag", (/** @type {any} */ event) => {
    event.preventDefaultAction = true;
    if (event.pointerType === "touch" && osd.canvas.classList.contains("has-lens")) return; // the finger holds the lens
    const delta = event.delta.negate();
    if (osd.viewport.getFlip()) delta.x = -delta.x;
    osd.viewport.panBy(osd.viewport.deltaPointsFromPixels(delta, true), true);
  });
  return osd;
}

/**
 * Go on with the drawer that needs no WebGL, after the browser took the context away.
 * @param {any} osd
 */
export function useFallback(osd) {
  osd.requestDrawer(CanvasTileDrawer, { mainDrawer: true, redrawImmediately: true });
}
