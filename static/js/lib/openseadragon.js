// The one door to OpenSeadragon, which is a classic script loaded before any module (`defer` keeps the order).

/** @type {any} */
const library = /** @type {any} */ (globalThis).OpenSeadragon;

if (!library) throw new Error("OpenSeadragon is not loaded: put its script before the page's module.");

/**
 * Keep OpenSeadragon from adding its inline style sheet, which a strict policy refuses with a console error.
 * It adds none where an element matches `style[data-openseadragon-mobile-css]`; one without a namespace matches
 * and is no style sheet, so nothing is refused.
 */
function reserveInlineStyle() {
  const mark = document.createElementNS(null, "style");
  mark.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(mark);
}

reserveInlineStyle();

export default library;
