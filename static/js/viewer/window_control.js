// The present window: values in, one table out, at most once a frame. Right-drag changes it without a round trip.

import { checkedWindow, draggedWindow, windowTable } from "./lut.js";

/**
 * @param {{apply: (table: Uint8Array) => void, airBlack?: boolean}} options `apply`: takes the table to the drawer
 */
export function createWindowControl({ apply, airBlack = false }) {
  const table = new Uint8Array(65536);
  let window = { center: 2048, width: 4096, function: "LINEAR" };
  let first = window;
  let inverted = false;
  let gamma = 1;
  let frame = 0;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  const now = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    apply(windowTable(window, { inverted, airBlack, gamma, out: table }));
  };
  const changed = () => {
    frame ||= requestAnimationFrame(now);
    listeners.forEach((listener) => listener());
  };

  return {
    get: () => ({ ...window }),
    get gamma() {
      return gamma;
    },
    /** Softer or harder, within 0.4 to 2.5; 1 is straight. @param {number} next */
    setGamma(next) {
      gamma = Math.round(Math.min(2.5, Math.max(0.4, next)) * 10) / 10;
      changed();
    },
    get inverted() {
      return inverted;
    },
    /** @param {import("./lut.js").Window} next */
    set(next) {
      window = checkedWindow({ function: window.function, ...next });
      changed();
    },
    /** The window that a reset goes back to. */
    get first() {
      return { ...first };
    },
    /** Whether nobody has changed it since it began. */
    get untouched() {
      return window === first && !inverted && gamma === 1;
    },
    /** Begin with this window, at once. @param {import("./lut.js").Window} next */
    start(next) {
      first = window = checkedWindow(next);
      inverted = false;
      gamma = 1;
      now();
      listeners.forEach((listener) => listener());
    },
    reset() {
      window = first;
      inverted = false;
      gamma = 1;
      changed();
    },
    invert() {
      inverted = !inverted;
      changed();
    },
    /** Give the table to a new drawer. */
    refresh: now,
    /** @param {() => void} listener @returns {() => void} unsubscribe */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Change the window by dragging with the right button.
 * @param {HTMLElement} element @param {ReturnType<typeof createWindowControl>} control @returns {() => void} stop
 */
export function listenForWindowDrag(element, control) {
  /** @type {{x: number, y: number, window: import("./lut.js").Window}|null} */
  let start = null;
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 2) return;
    start = { x: event.clientX, y: event.clientY, window: control.get() };
    element.setPointerCapture(event.pointerId);
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (start) control.set(draggedWindow(start.window, event.clientX - start.x, event.clientY - start.y));
  };
  const up = () => (start = null);
  const menu = (/** @type {Event} */ event) => event.preventDefault();
  const handlers = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, contextmenu: menu };
  const stop = new AbortController();
  for (const [name, handler] of Object.entries(handlers)) {
    element.addEventListener(name, /** @type {any} */ (handler), { signal: stop.signal });
  }
  return () => stop.abort();
}
