// What two fingers mean: they change the window while they move together, and zoom while they part or close.

const DECIDE_PX = 12; // before so much movement, nothing happens

/** @typedef {{x: number, y: number, distance: number}} Fingers their middle and how far they are apart, CSS px */

/** @param {Fingers} start @param {Fingers} now @returns {"window"|"zoom"|null} null: not yet to be told */
export function gestureOf(start, now) {
  const together = Math.hypot(now.x - start.x, now.y - start.y);
  const apart = Math.abs(now.distance - start.distance);
  if (Math.max(together, apart) < DECIDE_PX) return null;
  return together > apart ? "window" : "zoom";
}
