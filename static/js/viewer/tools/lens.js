// The magnifier: a square under the pointer that shows every picture pixel. Without a pointer, arrow keys move it.

import OpenSeadragon from "../../lib/openseadragon.js";
import { zoomText } from "../readout.js";
import { lensBox, lensFrame, lensScale, lensSide, lensTiles } from "./lens_geometry.js";
import { createLensTiles } from "./lens_tiles.js";

/** A finger hides what it points at: the magnifier stands above it, CSS px. */
const ABOVE_FINGER = 110;

/**
 * @param {any} osd
 * @param {{overlay: SVGSVGElement, navigation: any, onChange: () => void}} parts `overlay`: cut out under the glass
 */
export function createLens(osd, { overlay, navigation, onChange }) {
  const glass = document.createElement("div");
  glass.className = "viewer-lens";
  glass.hidden = true;
  const power = document.createElement("span");
  glass.append(power);
  osd.canvas.append(glass);
  const tiles = createLensTiles({ onCome: () => osd.forceRedraw() });
  const listening = new AbortController();
  let on = false;
  /** @type {{x: number, y: number}|null} where it is held, CSS px; null: in the middle */
  let place = null;

  const held = () => {
    const size = osd.viewport.getContainerSize();
    const { x, y } = place ?? { x: size.x / 2, y: size.y / 2 };
    return { x: Math.min(Math.max(x, 0), size.x), y: Math.min(Math.max(y, 0), size.y), frame: { width: size.x, height: size.y } };
  };

  const render = () => {
    glass.hidden = !on;
    osd.canvas.classList.toggle("has-lens", on);
    if (!on) {
      overlay.style.clipPath = "";
      if (osd.drawer) osd.drawer.lens = null;
      return;
    }
    const density = OpenSeadragon.pixelDensityRatio;
    const { x, y, frame } = held();
    const side = lensSide(frame);
    const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
    glass.style.width = glass.style.height = `${side}px`;
    glass.style.transform = `translate(${left}px, ${top}px)`;
    power.textContent = zoomText(lensScale(navigation.scale()));
    overlay.style.clipPath = `path(evenodd, "M0 0H${frame.width}V${frame.height}H0ZM${left} ${top}h${side}v${side}h${-side}Z")`;
    const plane = osd.viewport.getFlip() ? frame.width - x : x; // the drawer mirrors by itself
    const point = { x: plane * density, y: y * density };
    const box = lensBox(point, Math.round(side * density));
    osd.drawer.lens = {
      box,
      near: (/** @type {any} */ view) => lensFrame(view, point, lensScale(view.scale)),
      tiles: (/** @type {any} */ manifest, /** @type {any} */ near, /** @type {number} */ scale) =>
        tiles.take(osd.drawer, manifest, lensTiles(manifest, near, box, scale)),
    };
    osd.forceRedraw();
  };

  const follow = (/** @type {PointerEvent} */ event) => {
    const area = osd.canvas.getBoundingClientRect();
    const above = event.pointerType === "touch" ? ABOVE_FINGER : 0;
    place = { x: event.clientX - area.left, y: event.clientY - area.top - above };
    if (on) render();
  };
  for (const name of ["pointermove", "pointerdown"]) {
    osd.canvas.addEventListener(name, follow, { signal: listening.signal });
  }
  osd.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!on || event.key !== "Escape") return;
    event.stopPropagation();
    set(false);
  }, { signal: listening.signal });

  const set = (/** @type {boolean} */ next) => {
    on = next;
    if (!on) tiles.clear();
    render();
    osd.forceRedraw();
    onChange();
  };

  return {
    get on() {
      return on;
    },
    toggle: () => set(!on),
    /** Move it by shares of the frame. @param {number} x @param {number} y */
    moveBy(x, y) {
      const now = held();
      place = { x: now.x + x * now.frame.width, y: now.y + y * now.frame.height };
      render();
    },
    render,
    destroy() {
      listening.abort();
      tiles.clear();
      glass.remove();
    },
  };
}
