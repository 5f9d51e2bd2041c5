// Fingers: one moves the picture, two change the window or zoom, a double tap goes to 1:1 and back.

import { draggedWindow } from "../lut.js";
import { gestureOf } from "./touch_gesture.js";

/**
 * @param {any} osd
 * @param {{navigation: any, control: any}} parts
 * @returns {() => void} stop
 */
export function listenForTouch(osd, { navigation, control }) {
  /** @type {any} */
  let gesture = null;
  const stop = new AbortController();

  osd.addHandler("canvas-pinch", (/** @type {any} */ event) => {
    event.preventDefaultPanAction = event.preventDefaultZoomAction = true;
    const now = { x: event.center.x, y: event.center.y, distance: event.distance };
    gesture ??= {
      start: { x: event.lastCenter.x, y: event.lastCenter.y, distance: event.lastDistance },
      window: control.get(),
      kind: null,
    };
    gesture.kind ??= gestureOf(gesture.start, now);
    if (gesture.kind === "window") {
      control.set(draggedWindow(gesture.window, now.x - gesture.start.x, now.y - gesture.start.y));
    } else if (gesture.kind === "zoom") {
      navigation.pinch(event.lastCenter, event.center, event.distance / event.lastDistance);
    }
  });
  osd.addHandler("canvas-double-click", (/** @type {any} */ event) => {
    if (event.originalEvent?.pointerType !== "mouse") navigation.toggleOneToOne(event.position);
  });
  const over = () => (gesture = null);
  for (const name of ["pointerup", "pointercancel"]) osd.canvas.addEventListener(name, over, { signal: stop.signal });
  return () => stop.abort();
}
