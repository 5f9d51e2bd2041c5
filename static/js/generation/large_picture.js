// A picture of the contact sheet, large and in deep zoom.

import { getJson } from "../lib/http.js";
import { VERDICT_NAMES } from "./sheet_state.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {(verdict: string) => void} decide
 * @param {(root: HTMLElement) => {open: (manifest: any) => Promise<any>}} makeViewer
 */
export function createLargePicture(dialog, decide, makeViewer) {
  const find = (selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  /** @type {ReturnType<typeof makeViewer>|null} */
  let viewer = null;
  let shown = "";

  dialog.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("button"));
    if (button?.dataset.verdict) decide(button.dataset.verdict);
    if (button && "close" in button.dataset) dialog.close();
  });
  dialog.addEventListener("close", () => (shown = ""));

  return {
    get open() {
      return dialog.open;
    },
    close: () => dialog.close(),
    /** @param {import("./sheet_state.js").Item} item */
    async show(item) {
      if (!item.picture) return;
      find("#large-title").textContent = `${item.number}. ${item.labels}, seed ${item.seed}.`;
      find("#large-scores").textContent = item.scores;
      find("#large-flags").textContent = item.flags.join(", ");
      find("#large-verdict").textContent = VERDICT_NAMES[item.verdict];
      if (!dialog.open) dialog.showModal();
      viewer ??= makeViewer(find("[data-viewer]"));
      if (shown === item.picture) return;
      shown = item.picture;
      const manifest = await getJson(item.picture);
      if (shown === item.picture) await viewer.open(manifest);
    },
  };
}
