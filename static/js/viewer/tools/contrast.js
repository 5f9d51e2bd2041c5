// Local contrast on and off: no, half, full. It helps to look and is never the picture as it was taken.

import { localContrast } from "./local_contrast.js";

const STRENGTHS = [0, 0.5, 1];

/**
 * @param {object} parts
 * @param {(contrast: any) => void} parts.apply takes it to the drawer; null is off
 * @param {() => import("../lut.js").Window} parts.windowNow
 * @param {() => import("../tile_geometry.js").Manifest|null} parts.manifestNow
 * @param {(manifest: any) => Promise<import("../overview.js").Values>} parts.overviewOf
 * @param {() => void} parts.onChange
 */
export function createContrast({ apply, windowNow, manifestNow, overviewOf, onChange }) {
  let strength = 0;
  /** @type {any} */
  let made = null;

  const refresh = () => apply(strength && made ? { ...made, strength } : null);

  return {
    /** 0 to 1. */
    get strength() {
      return strength;
    },
    /** The next strength; after the last one, off. @returns {Promise<void>} */
    async next() {
      const manifest = manifestNow();
      if (!manifest) return;
      if (!strength) {
        const overview = await overviewOf(manifest).catch(() => null);
        if (manifestNow() !== manifest || !overview) return;
        made = localContrast(overview, windowNow());
      }
      strength = made ? STRENGTHS[(STRENGTHS.indexOf(strength) + 1) % STRENGTHS.length] : 0;
      refresh();
      onChange();
    },
    /** Give it to a new drawer. */
    refresh,
    /** Off: another picture, or a reset. */
    clear() {
      if (!strength) return;
      strength = 0;
      refresh();
      onChange();
    },
  };
}
