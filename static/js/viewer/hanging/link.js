// What linked panes share: place and scale in millimeters from the chest wall, and the window relative to the first.

/** @typedef {import("../tile_geometry.js").Manifest & {wall?: number}} Manifest `wall`: of the chest wall, picture px from the left */
/** @typedef {{x: number, y: number, scale: number}} Shared mm from the chest wall; mm below the middle; mm a device px */
/** @typedef {{width: number, height: number}} Size device px */

/**
 * Whether all pictures say how large their pixels are; else they are compared as if equally tall.
 * @param {Manifest[]} manifests
 */
export const allSized = (manifests) => manifests.every(({ spacingMm }) => spacingMm?.[0] > 0 && spacingMm?.[1] > 0);

/** @param {Manifest} manifest @param {boolean} sized @returns {[number, number]} [row, column] */
function spacingOf(manifest, sized) {
  return sized ? manifest.spacingMm : [1000 / manifest.height, 1000 / manifest.height];
}

/**
 * @param {Manifest} manifest @param {{zoom: number, center: [number, number]}} view @param {boolean} sized
 * @returns {Shared}
 */
export function sharedOf(manifest, { zoom, center }, sized) {
  const [row, column] = spacingOf(manifest, sized);
  return { x: (center[0] - (manifest.wall ?? 0)) * column, y: (center[1] - manifest.height / 2) * row, scale: column / zoom };
}

/** @param {Manifest} manifest @param {Shared} shared @param {boolean} sized @returns {{x: number, y: number, zoom: number}} */
export function viewOf(manifest, { x, y, scale }, sized) {
  const [row, column] = spacingOf(manifest, sized);
  return { x: (manifest.wall ?? 0) + x / column, y: manifest.height / 2 + y / row, zoom: column / scale };
}

/**
 * The one view in which every picture is whole, at one scale, with its chest wall on the edge of its pane.
 * @param {Manifest[]} manifests @param {Size} frame of each pane @param {boolean} sized @returns {Shared}
 */
export function sharedFit(manifests, frame, sized) {
  const scales = manifests.map((manifest) => {
    const [row, column] = spacingOf(manifest, sized);
    const width = manifest.width - (manifest.wall ?? 0);
    return Math.max((width * column) / frame.width, (manifest.height * row) / frame.height);
  });
  const scale = Math.max(...scales);
  return { x: (frame.width * scale) / 2, y: 0, scale };
}

/**
 * A change of one picture's window, carried to another whose values may lie elsewhere.
 * @param {import("../lut.js").Window} window @param {import("../lut.js").Window} first of the picture that changed
 * @param {import("../lut.js").Window} other first window of the other picture
 * @returns {import("../lut.js").Window}
 */
export function carriedWindow(window, first, other) {
  const center = other.center + ((window.center - first.center) * other.width) / first.width;
  const width = Math.max(1, (other.width * window.width) / first.width);
  return { center: Math.round(center * 2) / 2, width: Math.round(width), function: other.function };
}
