// Numbers as they are printed under the picture.

/** @param {number} scale device px per picture px */
export function zoomText(scale) {
  if (Math.abs(scale - 1) < 1e-6) return "1:1";
  return scale < 0.1 ? `${(100 * scale).toFixed(1)} %` : `${Math.round(100 * scale)} %`;
}

/** @param {import("./lut.js").Window} window @param {boolean} inverted */
export function windowText({ center, width }, inverted) {
  const whole = (/** @type {number} */ value) => String(Math.round(value));
  return `W ${whole(width)} L ${whole(center)}${inverted ? " inverted" : ""}`;
}
