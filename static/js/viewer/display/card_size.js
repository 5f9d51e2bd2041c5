// How large a pixel of the screen is, by a card that everybody has. Source: ISO/IEC 7810, ID-1: 85.60 × 53.98 mm.

export const CARD_MM = { width: 85.6, height: 53.98 };

/**
 * The side of a device pixel.
 * @param {number} cssWidth of the frame that is as wide as the card, CSS px @param {number} ratio device px per CSS px
 * @returns {number} mm, to a tenth of a micrometer
 */
export const pixelPitch = (cssWidth, ratio) => Math.round((CARD_MM.width / (cssWidth * ratio)) * 1e4) / 1e4;

/** The frame that shows the card at a pitch. @param {number} pitchMm @param {number} ratio @returns {number} CSS px */
export const cardWidth = (pitchMm, ratio) => CARD_MM.width / pitchMm / ratio;
