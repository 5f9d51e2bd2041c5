// The quiet controls around the picture. Each part is optional: what the page's markup has is filled and bound.

import { windowText, zoomText } from "./readout.js";
import { scaleBar } from "./scale_bar.js";

/**
 * @param {HTMLElement} root the stage; parts are found by `data-viewer-*`
 * @param {any} viewer the viewer's own functions
 */
export function createChrome(root, viewer) {
  const part = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-viewer-${name}]`));
  const names = ["scale", "bar", "zoom", "window", "presets", "failed"];
  const [scale, bar, zoom, windowPart, presets, failed] = names.map(part);
  const stop = new AbortController();

  root.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target)?.closest?.("[data-viewer-action]");
    const action = button?.getAttribute("data-viewer-action");
    if (action) viewer.actions[action]?.();
  }, { signal: stop.signal });
  presets?.addEventListener("change", () => {
    const chosen = viewer.manifest?.presets?.[presets.selectedIndex];
    if (chosen) viewer.setWindow(chosen);
  }, { signal: stop.signal });

  const button = (/** @type {string} */ name) => {
    return /** @type {any} */ (root.querySelector(`[data-viewer-action="${name}"]`));
  };
  const showScale = () => {
    if (!scale || !bar) return;
    const manifest = viewer.manifest;
    const length = manifest && scaleBar(manifest.spacingMm, viewer.cssScale(), { kind: manifest.spacingKind });
    scale.hidden = !length;
    if (!length) return;
    bar.style.width = `${length.px}px`;
    scale.querySelector("[data-viewer-length]").textContent = length.text;
  };

  return {
    /** Show the buttons of what the viewer can do here; the others stay away. */
    offer() {
      for (const one of root.querySelectorAll("[data-viewer-action]")) {
        /** @type {any} */ (one).hidden = !viewer.actions[one.getAttribute("data-viewer-action")];
      }
    },
    /** A new picture: its presets, and whether its true size is known. */
    opened() {
      const size = button("trueSize");
      if (size) size.disabled = viewer.trueScale() === null;
      if (!presets) return;
      const list = viewer.manifest.presets ?? [];
      presets.replaceChildren(...list.map((/** @type {any} */ preset) => new Option(preset.name)));
      presets.closest("label").hidden = list.length < 2;
    },
    /** @param {import("./viewer_state.js").State} state */
    show(state) {
      showScale();
      if (zoom) zoom.textContent = zoomText(state.zoom);
      if (windowPart) windowPart.textContent = windowText(state.window, state.inverted, state);
      const pressed = { invert: state.inverted, lens: state.lens, ruler: state.ruler, localContrast: state.contrast > 0 };
      for (const [name, on] of Object.entries(pressed)) button(name)?.setAttribute("aria-pressed", String(on));
      if (!failed) return;
      failed.hidden = state.missing === 0;
      const parts = state.missing === 1 ? "1 part" : `${state.missing} parts`;
      failed.querySelector("[data-viewer-failed-text]").textContent = `${parts} of the picture did not load.`;
    },
    destroy: () => stop.abort(),
  };
}
