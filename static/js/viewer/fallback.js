// Draws the same tiles without WebGL2. Equal at 1:1; between pixels it blends grays, not values.

import { TileDrawer } from "./drawer_base.js";
import { shiftedValue } from "./tools/local_contrast.js";

/**
 * Turn a tile's values into pixels by the table.
 * @param {any} data @param {Uint32Array} colors @param {any} contrast local contrast, or null
 * @param {{x: number, y: number, stepX: number, stepY: number}} span the tile's place in the picture
 */
function colorize(data, colors, contrast, span) {
  const picture = data.context.createImageData(data.width, data.height);
  const pixels = new Uint32Array(picture.data.buffer);
  if (!contrast) for (let i = 0; i < pixels.length; i++) pixels[i] = colors[data.values[i]];
  else {
    for (let i = 0; i < pixels.length; i++) {
      const across = span.x + ((i % data.width) + 0.5) * span.stepX;
      const down = span.y + (Math.floor(i / data.width) + 0.5) * span.stepY;
      const value = data.values[i] && shiftedValue(contrast, contrast.strength, data.values[i], across, down);
      pixels[i] = colors[Math.min(Math.max(Math.round(value), 0), 65535)];
    }
  }
  data.context.putImageData(picture, 0, 0);
}

export class CanvasTileDrawer extends TileDrawer {
  /** @param {any} options */
  constructor(options) {
    super(options);
    this.colors = new Uint32Array(65536).fill(0xff000000);
    this.stamp = 0;
    /** @type {any} */
    this.contrast = null;
    this.sizeCanvas();
  }

  getType() {
    return "u16-canvas";
  }

  static isSupported() {
    return true;
  }

  _createDrawingElement() {
    const canvas = document.createElement("canvas");
    this.context = canvas.getContext("2d", { alpha: false });
    return canvas;
  }

  /** @param {number} width @param {number} height */
  resizeCanvas(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
  }

  /** @param {any} cache */
  internalCacheCreate(cache) {
    const { values, width, height } = cache.data;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return { values, width, height, canvas, context: canvas.getContext("2d", { alpha: false }), stamp: -1 };
  }

  /** @param {any} data */
  internalCacheFree(data) {
    if (data?.canvas) data.canvas.width = data.canvas.height = 0; // browsers free the pixels late otherwise
  }

  /** @param {Uint8Array} table 65,536 grays */
  setTable(table) {
    for (let value = 0; value < table.length; value++) this.colors[value] = 0xff000000 | (table[value] * 0x010101);
    this.stamp++;
    this.viewer.forceRedraw();
  }

  /** Local contrast on, or off with null. @param {any} contrast */
  setContrast(contrast) {
    this.contrast = contrast;
    this.stamp++;
    this.viewer.forceRedraw();
  }

  /** Paint inside this box only, or everywhere. @param {{left: number, top: number, right: number, bottom: number}|null} box */
  clip(box) {
    if (!box) return this.context.restore();
    this.context.save();
    this.context.beginPath();
    this.context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    this.context.clip();
  }

  paintStart() {
    this.context.setTransform(this.mirrored ? -1 : 1, 0, 0, 1, this.mirrored ? this.canvas.width : 0, 0);
    this.context.fillStyle = "black";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @param {any} data @param {any} to @param {boolean} exact */
  paintTile(data, to, exact) {
    const left = Math.max(to.left, 0);
    const top = Math.max(to.top, 0);
    const width = Math.min(to.right, this.canvas.width) - left;
    const height = Math.min(to.bottom, this.canvas.height) - top;
    if (width <= 0 || height <= 0) return;
    if (data.stamp !== this.stamp) {
      colorize(data, this.colors, this.contrast, to.span);
      data.stamp = this.stamp;
    }
    this.context.imageSmoothingEnabled = !exact;
    const x = Math.max((left - to.originX) / to.step, 0);
    const y = Math.max((top - to.originY) / to.step, 0);
    const across = Math.min(width / to.step, data.width - x);
    const down = Math.min(height / to.step, data.height - y);
    this.context.drawImage(data.canvas, x, y, across, down, left, top, width, height);
  }
}
