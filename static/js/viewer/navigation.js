// Moving about: fit, 1:1 at device pixels, zoom and pan by steps. The view is told in picture pixels.

import OpenSeadragon from "../lib/openseadragon.js";
import { FARTHEST, fitScale, fitView } from "./tile_geometry.js";

/**
 * @param {any} osd
 * @param {() => import("./tile_geometry.js").Manifest|null} manifestNow
 * @param {{align?: "center"|"left", farthest?: number}} [options] `align`: where a fitted picture lies in a wider frame
 */
export function createNavigation(osd, manifestNow, { align = "left", farthest = FARTHEST } = {}) {
  let fitted = true;
  /** @type {any} */
  let pointer = null; // on the picture's element, CSS px; null outside

  const frame = () => {
    const size = osd.viewport.getContainerSize();
    return { width: size.x, height: size.y };
  };

  /** A point on the element and the same on OpenSeadragon's plane, whose left is a mirrored view's right. @param {any} point */
  const turned = (point) => {
    return osd.viewport.getFlip() ? new OpenSeadragon.Point(frame().width - point.x, point.y) : point;
  };

  /** Device px per picture px. */
  const scale = (current = true) => {
    const manifest = manifestNow();
    if (!manifest) return 1;
    const across = osd.viewport.getBounds(current).width * manifest.width;
    return (frame().width * OpenSeadragon.pixelDensityRatio) / across;
  };

  /** @param {import("./tile_geometry.js").Manifest} manifest */
  const setLimit = (manifest) => {
    const density = OpenSeadragon.pixelDensityRatio;
    const fitted = fitScale(manifest, frame()) * density;
    osd.viewport.minZoomLevel = (Math.min(farthest * fitted, 1) * manifest.width) / (frame().width * density);
  };

  const fit = () => {
    const manifest = manifestNow();
    if (!manifest) return;
    setLimit(manifest);
    const view = fitView(manifest, frame(), align);
    const unit = manifest.width; // OpenSeadragon's plane has the picture 1 wide
    const bounds = new OpenSeadragon.Rect(view.x / unit, view.y / unit, view.width / unit, view.height / unit);
    osd.viewport.fitBounds(bounds, true);
    fitted = true;
  };

  /**
   * @param {number} target device px per picture px
   * @param {any} [around] CSS px on the element; default the middle
   */
  const zoomTo = (target, around) => {
    if (!manifestNow()) return;
    const point = around ? osd.viewport.pointFromPixel(turned(around), true) : null;
    osd.viewport.zoomTo(osd.viewport.getZoom(true) * (target / scale()), point, true);
    osd.viewport.applyConstraints(true);
    fitted = false;
  };

  osd.addHandler("canvas-scroll", () => (fitted = false));
  osd.addHandler("canvas-drag", () => (fitted = false));
  osd.addHandler("canvas-pinch", () => (fitted = false));
  osd.addHandler("resize", () => {
    const manifest = manifestNow();
    if (manifest) setLimit(manifest);
    if (fitted) queueMicrotask(fit);
  });
  osd.canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const box = osd.canvas.getBoundingClientRect();
    pointer = new OpenSeadragon.Point(event.clientX - box.left, event.clientY - box.top);
  });
  osd.canvas.addEventListener("pointerleave", () => (pointer = null));

  return {
    fit,
    scale,
    /** The size of the view, device px. */
    deviceFrame() {
      const { width, height } = frame();
      const density = OpenSeadragon.pixelDensityRatio;
      return { width: width * density, height: height * density };
    },
    /** One picture pixel on one device pixel, at the pointer when it is over the picture. */
    oneToOne: () => zoomTo(1, pointer),
    /** 1:1, and back to the whole picture. @param {any} [around] CSS px on the element; default the pointer */
    toggleOneToOne(around = pointer) {
      if (Math.abs(scale() - 1) < 1e-6) fit();
      else zoomTo(1, around);
    },
    /** Device px per picture px, about the middle of the view. @param {number} target */
    zoomTo: (target) => zoomTo(target),
    /**
     * Two fingers: what was under their middle stays under it.
     * @param {any} from @param {any} to their middle before and now, CSS px @param {number} factor
     */
    pinch(from, to, factor) {
      const before = osd.viewport.pointFromPixel(turned(from), true);
      osd.viewport.panBy(before.minus(osd.viewport.pointFromPixel(turned(to), true)), true);
      zoomTo(scale() * factor, to);
    },
    /**
     * Put a point of the picture into the middle.
     * @param {{x: number, y: number, zoom?: number}} view picture px; device px per picture px
     */
    show({ x, y, zoom = scale() }) {
      const unit = manifestNow()?.width;
      if (!unit) return;
      zoomTo(zoom);
      osd.viewport.panTo(new OpenSeadragon.Point(x / unit, y / unit), true);
      osd.viewport.applyConstraints(true);
    },
    /** @param {number} factor */
    zoomBy: (factor) => zoomTo(scale() * factor, pointer),
    /** @param {number} x @param {number} y shares of the frame */
    panBy(x, y) {
      const bounds = osd.viewport.getBounds(true);
      const across = osd.viewport.getFlip() ? -x : x;
      osd.viewport.panBy(new OpenSeadragon.Point(across * bounds.width, y * bounds.height), true);
      osd.viewport.applyConstraints(true);
      fitted = false;
    },
    /** The middle of the view in picture px. @returns {[number, number]} */
    center() {
      const manifest = manifestNow();
      const middle = osd.viewport.getCenter(true);
      return manifest ? [middle.x * manifest.width, middle.y * manifest.width] : [0, 0];
    },
    /**
     * Picture px to CSS px on the element.
     * @param {number} x @param {number} y
     * @returns {{x: number, y: number}}
     */
    toScreen(x, y) {
      const unit = manifestNow()?.width ?? 1;
      return turned(osd.viewport.pixelFromPoint(new OpenSeadragon.Point(x / unit, y / unit), true));
    },
    /**
     * CSS px on the element to picture px.
     * @param {number} x @param {number} y
     * @returns {{x: number, y: number}}
     */
    toPicture(x, y) {
      const unit = manifestNow()?.width ?? 1;
      const point = osd.viewport.pointFromPixel(turned(new OpenSeadragon.Point(x, y)), true);
      return { x: point.x * unit, y: point.y * unit };
    },
    /** CSS px per picture px. */
    cssScale: () => scale() / OpenSeadragon.pixelDensityRatio,
  };
}
