// The one door to OpenSeadragon, which is a classic script loaded before any module (`defer` keeps the order).

/** @type {any} */
const library = /** @type {any} */ (globalThis).OpenSeadragon;

if (!library) throw new Error("OpenSeadragon is not loaded: put its script before the page's module.");

/**
 * Keep OpenSeadragon from adding its inline style sheet, which a strict policy refuses with a console error.
 * It adds none where this element exists; a type other than text/css is never applied, so nothing is refused.
 */
function reserveInlineStyle() {
  const style = document.createElement("style");
  style.type = "text/plain";
  style.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(style);
}

reserveInlineStyle();

export default library;
