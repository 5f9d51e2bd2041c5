// Fingers: one moves the picture, two change the window or zoom, a double tap goes to 1:1 and back.

import OpenSeadragon from "../../lib/openseadragon.js";
import { draggedWindow } from "../lut.js";
import { gestureOf } from "./touch_gesture.js";

/**
 * @param {any} osd
 * @param {{navigation: any, control: any}} parts
 * @returns {() => void} stop
 */
export function listenForTouch(osd, { navigation, control }) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  /** @type {any} */
  let gesture = null;
  let frame = 0;

  const both = () => {
    const [a, b] = [...fingers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  // Once a frame: the browser tells of one finger after the other, and between the two they seem to part.
  const apply = () => {
    frame = 0;
    if (!gesture || fingers.size !== 2) return;
    const now = both();
    gesture.kind ??= gestureOf(gesture.start, now);
    if (gesture.kind === "window") {
      control.set(draggedWindow(gesture.window, now.x - gesture.start.x, now.y - gesture.start.y));
    } else if (gesture.kind === "zoom") {
      const point = ({ x, y }) => new OpenSeadragon.Point(x, y);
      navigation.pinch(point(gesture.last), point(now), now.distance / gesture.last.distance);
    }
    gesture.last = now;
  };

  const place = (/** @type {PointerEvent} */ event) => {
    const box = osd.canvas.getBoundingClientRect();
    fingers.set(event.pointerId, { x: event.clientX - box.left, y: event.clientY - box.top });
  };
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType !== "touch") return;
    place(event);
    const start = fingers.size === 2 ? both() : null;
    gesture = start && { start, last: start, window: control.get(), kind: null };
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (!fingers.has(event.pointerId)) return;
    place(event);
    frame ||= requestAnimationFrame(apply);
  };
  const up = (/** @type {PointerEvent} */ event) => {
    fingers.delete(event.pointerId);
    gesture = null;
  };
  const stop = new AbortController();
  const handlers = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
  for (const [name, handler] of Object.entries(handlers)) {
    osd.canvas.addEventListener(name, /** @type {any} */ (handler), { signal: stop.signal, capture: true });
  }
  osd.addHandler("canvas-pinch", (/** @type {any} */ event) => {
    event.preventDefaultPanAction = event.preventDefaultZoomAction = true; // done here, by both fingers at once
  });
  osd.addHandler("canvas-double-click", (/** @type {any} */ event) => {
    if (event.originalEvent?.pointerType === "touch") navigation.toggleOneToOne(event.position);
  });
  return () => {
    cancelAnimationFrame(frame);
    stop.abort();
  };
}
