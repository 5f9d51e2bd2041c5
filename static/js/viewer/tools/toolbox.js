// The viewer's tools beyond moving and windowing, joined to the picture.

import { createStore } from "../../lib/store.js";
import { createOverview, tissueWindow } from "../overview.js";
import { createContrast } from "./contrast.js";
import { createLens } from "./lens.js";
import { createRuler } from "./ruler.js";
import { listenForTouch } from "./touch.js";
import { createWalk } from "./walk.js";

/**
 * @param {any} osd
 * @param {object} parts
 * @param {SVGSVGElement} parts.overlay
 * @param {any} parts.navigation
 * @param {any} parts.control the window
 * @param {any} parts.marks null where none are made
 * @param {() => import("../tile_geometry.js").Manifest|null} parts.manifestNow
 * @param {() => void} parts.onChange
 */
export function createToolbox(osd, { overlay, navigation, control, marks, manifestNow, onChange }) {
  const overviewOf = createOverview();
  const lens = createLens(osd, { overlay, navigation, onChange });
  const walk = createWalk(osd, { navigation, manifestNow, overviewOf });
  const apply = (/** @type {any} */ made) => osd.drawer.setContrast(made);
  const contrast = createContrast({ apply, windowNow: control.get, manifestNow, overviewOf, onChange });
  const ruler = createRuler({ overlay, navigation, manifestNow, home: osd.canvas, onStart: () => marks?.stop(), onChange });
  const stopTouch = listenForTouch(osd, { navigation, control });
  const stopMarks = marks?.onTool((/** @type {string|null} */ tool) => tool && ruler.stop());
  const display = createStore("display");
  let preset = -1;

  /** Device px per picture px at which a millimeter is one on the glass; null where a size is unknown. */
  const trueScale = () => {
    const pitch = display.read({}).pitchMm;
    const spacing = manifestNow()?.spacingMm?.[1];
    return pitch > 0 && spacing > 0 ? spacing / pitch : null;
  };

  return {
    lens,
    ruler,
    contrast,
    trueScale,
    /** What the viewer offers of it. */
    functions: {
      toggleLens: lens.toggle,
      nextPart: walk.next,
      previousPart: walk.previous,
      toggleRuler: ruler.toggle,
      nextContrast: contrast.next,
      /** One millimeter of the picture on one millimeter of the glass. */
      trueSize() {
        const scale = trueScale();
        if (scale) navigation.zoomTo(scale);
      },
      /** The next of the file's own windows. */
      nextPreset() {
        const presets = manifestNow()?.presets ?? [];
        if (!presets.length) return;
        preset = (preset + 1) % presets.length;
        control.set(presets[preset]);
      },
      /** The window that the tissue asks for. */
      async autoWindow() {
        const manifest = manifestNow();
        const overview = manifest && (await overviewOf(manifest).catch(() => null));
        const window = overview && manifestNow() === manifest && tissueWindow(overview);
        if (window) control.set(window);
      },
    },
    /** The view moved. */
    render() {
      if (lens.on) lens.render();
      walk.render();
      if (manifestNow()) ruler.render();
    },
    /** Another picture. */
    clear() {
      preset = -1;
      walk.clear();
      ruler.clear();
      contrast.clear();
    },
    /** Another drawer. */
    refresh() {
      contrast.refresh();
      if (lens.on) lens.render();
    },
    destroy() {
      stopTouch();
      stopMarks?.();
      lens.destroy();
      walk.destroy();
      ruler.destroy();
    },
  };
}
