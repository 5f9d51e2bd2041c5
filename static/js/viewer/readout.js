// Numbers as they are printed under the picture.

/** @param {number} scale device px per picture px */
export function zoomText(scale) {
  if (Math.abs(scale - 1) < 1e-6) return "1:1";
  return scale < 0.1 ? `${(100 * scale).toFixed(1)} %` : `${Math.round(100 * scale)} %`;
}

/**
 * @param {import("./lut.js").Window} window @param {boolean} inverted
 * @param {{gamma?: number, contrast?: number}} [more] `contrast`: strength of the local contrast, 0 to 1
 */
export function windowText({ center, width }, inverted, { gamma = 1, contrast = 0 } = {}) {
  const whole = (/** @type {number} */ value) => String(Math.round(value));
  const parts = [`W ${whole(width)} L ${whole(center)}`];
  if (gamma !== 1) parts.push(`γ ${gamma.toFixed(1)}`);
  if (inverted) parts.push("inverted");
  if (contrast) parts.push(`local contrast ${Math.round(100 * contrast)} %`);
  return parts.join(" ");
}
