// The colored map over the picture; it follows zoom and pan.

import { colored, rgbOf } from "./map_colors.js";

/**
 * @param {HTMLCanvasElement} canvas over the viewer
 * @param {{toScreen: (x: number, y: number) => {x: number, y: number}, manifest: any}} viewer
 */
export function createMapLayer(canvas, viewer) {
  /** @type {ImageData|null} */
  let gray = null;
  const color = rgbOf(getComputedStyle(canvas).getPropertyValue("--difference-denser"));

  return {
    /** @param {string} url of the map in 8 bits */
    async load(url) {
      const image = new Image();
      image.src = url;
      await image.decode();
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      gray = context.getImageData(0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
    },
    /** @param {number} threshold 0..1 @param {number} opacity 0..1 */
    show(threshold, opacity) {
      if (!gray) return;
      const pixels = new ImageData(gray.width, gray.height);
      pixels.data.set(colored(gray.data, color, threshold));
      canvas.getContext("2d").putImageData(pixels, 0, 0);
      canvas.style.opacity = String(opacity);
    },
    /** Lie over the picture where it is now. */
    follow() {
      const manifest = viewer.manifest;
      if (!gray || !manifest) return;
      const start = viewer.toScreen(0, 0);
      const end = viewer.toScreen(manifest.width, manifest.height);
      canvas.style.transform = `translate(${start.x}px, ${start.y}px)`;
      canvas.style.width = `${end.x - start.x}px`;
      canvas.style.height = `${end.y - start.y}px`;
    },
  };
}
