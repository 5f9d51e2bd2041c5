// A bar of a round length in millimeters, and only where the millimeters are known.

const STEPS_MM = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1];

/** The kind of spacing that is measured at the detector and says little about the tissue above it. */
const UNCALIBRATED = "detector plane";

/** @param {number} mm */
function lengthText(mm) {
  return mm >= 10 ? `${mm / 10} cm` : `${mm} mm`;
}

/**
 * The longest round bar that fits.
 * @param {[number, number]|null|undefined} spacingMm [row, column] of the picture
 * @param {number} cssScale CSS px per picture px
 * @param {{maximumPx?: number, kind?: string}} [options] `kind`: the picture's spacing kind
 * @returns {{mm: number, px: number, text: string}|null} null where no length is known
 */
export function scaleBar(spacingMm, cssScale, { maximumPx = 140, kind = "" } = {}) {
  const column = spacingMm?.[1];
  if (!(column > 0) || !(cssScale > 0)) return null;
  const pxPerMm = cssScale / column;
  const mm = STEPS_MM.find((step) => step * pxPerMm <= maximumPx) ?? STEPS_MM.at(-1);
  const text = kind === UNCALIBRATED ? `approx. ${lengthText(mm)}` : lengthText(mm);
  return { mm, px: Math.round(mm * pxPerMm), text };
}
