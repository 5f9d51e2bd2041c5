// Where tiles lie, in pixels of their level and on the screen. Points are (x, y); sizes in px.

/**
 * @typedef {object} Manifest what the server says of a picture
 * @property {string} tiles base address; a tile is `${tiles}/${level}/${x}_${y}`
 * @property {number} width @property {number} height
 * @property {number} tileSize @property {number} overlap
 * @property {number} minLevel @property {number} maxLevel
 * @property {number} [bits]
 * @property {import("./lut.js").Window} window
 * @property {(import("./lut.js").Window & {name: string})[]} [presets]
 * @property {[number, number]|null} [spacingMm] [row, column]
 * @property {string} [spacingKind]
 * @property {Record<string, string>} [revisions] of a growing picture: which bytes a tile has now, by its name
 */

/** A level whose pixels would be smaller on the screen than this is not drawn. */
export const MIN_PIXEL_RATIO = 0.5;

/** How far out one can zoom: this share of the fitted view, or 1:1 of a picture smaller than the frame. */
export const FARTHEST = 0.7;

/** @param {Manifest} manifest @param {number} level @returns {{width: number, height: number}} */
export function levelSize(manifest, level) {
  const scale = 2 ** (manifest.maxLevel - level);
  return { width: Math.ceil(manifest.width / scale), height: Math.ceil(manifest.height / scale) };
}

/** @param {Manifest} manifest @param {number} level @returns {{across: number, down: number}} */
export function levelTiles(manifest, level) {
  const { width, height } = levelSize(manifest, level);
  return { across: Math.ceil(width / manifest.tileSize), down: Math.ceil(height / manifest.tileSize) };
}

/** @param {{level: number, x: number, y: number}} tile */
export const tileName = ({ level, x, y }) => `${level}/${x}_${y}`;

/** @param {Manifest} manifest @param {number} level @param {number} x @param {number} y */
export function tileUrl(manifest, level, x, y) {
  const name = tileName({ level, x, y });
  const revision = manifest.revisions?.[name];
  return `${manifest.tiles}/${name}${revision ? `?r=${revision}` : ""}`;
}

/**
 * The pixels of its level that a tile carries, overlap included.
 * @param {Manifest} manifest @param {number} level @param {number} x @param {number} y
 * @returns {{left: number, top: number, width: number, height: number}}
 */
export function tileFootprint(manifest, level, x, y) {
  const { tileSize, overlap } = manifest;
  const size = levelSize(manifest, level);
  const left = Math.max(x * tileSize - overlap, 0);
  const top = Math.max(y * tileSize - overlap, 0);
  const right = Math.min((x + 1) * tileSize + overlap, size.width);
  const bottom = Math.min((y + 1) * tileSize + overlap, size.height);
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * The part of the whole picture that a tile alone is drawn for, in picture px.
 * @param {Manifest} manifest @param {number} level @param {number} x @param {number} y
 */
export function tileArea(manifest, level, x, y) {
  const step = 2 ** (manifest.maxLevel - level);
  const size = manifest.tileSize * step;
  const left = x * size;
  const top = y * size;
  return { left, top, right: Math.min(left + size, manifest.width), bottom: Math.min(top + size, manifest.height) };
}

/**
 * Where the picture lies on the screen. At 1:1 it is moved to whole device pixels, since only then is every
 * screen pixel one picture pixel and nothing else.
 * @param {{x: number, y: number, scale: number}} frame the picture's corner, and device px per picture px
 */
export function snappedFrame({ x, y, scale }) {
  if (Math.abs(scale - 1) > 1e-6) return { x, y, scale, exact: false };
  return { x: Math.round(x), y: Math.round(y), scale: 1, exact: true };
}

/**
 * Where a tile is painted, and how a device pixel finds its place in the tile.
 *
 * Edges are rounded to device pixels, and neighbors round the same number, so no gap and no seam. A device pixel
 * centered on (px, py) shows the tile's point ((px - originX) / step, (py - originY) / step).
 * @param {Manifest} manifest @param {{level: number, x: number, y: number}} tile
 * @param {{x: number, y: number, scale: number}} frame
 */
export function tilePlacement(manifest, { level, x, y }, frame) {
  const area = tileArea(manifest, level, x, y);
  const footprint = tileFootprint(manifest, level, x, y);
  const size = levelSize(manifest, level);
  const step = frame.scale * 2 ** (manifest.maxLevel - level);
  return {
    left: Math.round(frame.x + area.left * frame.scale),
    top: Math.round(frame.y + area.top * frame.scale),
    right: Math.round(frame.x + area.right * frame.scale),
    bottom: Math.round(frame.y + area.bottom * frame.scale),
    originX: frame.x + footprint.left * step,
    originY: frame.y + footprint.top * step,
    step,
    // For what depends on the place in the picture: the tile's corner and one tile px, as shares of the picture.
    span: { x: footprint.left / size.width, y: footprint.top / size.height, stepX: 1 / size.width, stepY: 1 / size.height },
  };
}

/**
 * The level that is drawn at a scale.
 * @param {Manifest} manifest @param {number} scale device px per picture px
 */
export function levelForScale(manifest, scale) {
  for (let level = manifest.maxLevel; level > manifest.minLevel; level--) {
    if (scale * 2 ** (manifest.maxLevel - level) >= MIN_PIXEL_RATIO) return level;
  }
  return manifest.minLevel;
}

/**
 * The coarsest level that a view of this size ever draws: that of the view farthest out. The levels below it would
 * be loaded for nothing.
 * @param {Manifest} manifest @param {{width: number, height: number}} frame device px
 * @param {number} [farthest] how far out one can zoom, as a share of the fitted view
 */
export function lowestLevel(manifest, frame, farthest = FARTHEST) {
  return levelForScale(manifest, Math.min(farthest * fitScale(manifest, frame), 1));
}

/**
 * Every tile that the whole picture needs at a scale: coarse levels first.
 * @param {Manifest} manifest @param {number} scale @param {number} [lowest] the coarsest level that is loaded
 */
export function tilesForScale(manifest, scale, lowest = manifest.minLevel) {
  const tiles = [];
  for (let level = lowest; level <= levelForScale(manifest, scale); level++) {
    const { across, down } = levelTiles(manifest, level);
    for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) tiles.push({ level, x, y });
  }
  return tiles;
}

/**
 * The scale at which the whole picture fits.
 * @param {{width: number, height: number}} picture @param {{width: number, height: number}} frame
 */
export function fitScale(picture, frame) {
  return Math.min(frame.width / picture.width, frame.height / picture.height);
}

/**
 * The part of the plane that a fitted view shows, in picture px: the picture's left edge (in canonical form the
 * chest wall) on the frame's, or the picture in the middle.
 * @param {{width: number, height: number}} picture @param {{width: number, height: number}} frame
 * @param {"left"|"center"} [align]
 */
export function fitView(picture, frame, align = "left") {
  const scale = fitScale(picture, frame);
  const width = frame.width / scale;
  const height = frame.height / scale;
  const x = align === "left" ? 0 : (picture.width - width) / 2;
  return { x, y: (picture.height - height) / 2, width, height };
}
