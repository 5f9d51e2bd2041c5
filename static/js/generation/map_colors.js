// From a map in gray to one in color. Pure.

/**
 * Color what lies above a threshold; the rest is clear. The alpha rises with the value, so that the top stands out.
 * @param {Uint8ClampedArray} gray RGBA of a gray picture
 * @param {[number, number, number]} color
 * @param {number} threshold share of the highest value, 0..1
 * @returns {Uint8ClampedArray} RGBA
 */
export function colored(gray, color, threshold) {
  const out = new Uint8ClampedArray(gray.length);
  const least = threshold * 255;
  for (let i = 0; i < gray.length; i += 4) {
    const value = gray[i];
    if (value === 0 || value <= least) continue;
    [out[i], out[i + 1], out[i + 2]] = color;
    out[i + 3] = 96 + Math.round((159 * value) / 255);
  }
  return out;
}

/** Read "#rrggbb". @param {string} text @returns {[number, number, number]} */
export function rgbOf(text) {
  const number = Number.parseInt(text.trim().slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** What the page says of a request's state. @param {{state: string, stateName: string, message: string, cancelling: boolean}} state */
export function statusWords(state) {
  if (state.message) return state.message;
  if (state.cancelling) return "Cancelling";
  return { queued: "Waiting for a worker", running: "Searching", finished: "" }[state.state] ?? state.stateName;
}
