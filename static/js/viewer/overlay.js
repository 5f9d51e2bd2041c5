// One SVG over the picture, for marks and missing tiles; its coordinates are CSS pixels of the picture's element.

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag @param {Record<string, string|number>} [attributes] @param {...Node} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * @param {HTMLElement} host OpenSeadragon's canvas element, so that wheel and drag reach it through the overlay
 * @returns {SVGSVGElement}
 */
export function createOverlay(host) {
  const lines = svg("path", { d: "M0 12 L12 0", class: "hatch-line" });
  const hatch = svg("pattern", { id: "viewer-hatch", width: 12, height: 12, patternUnits: "userSpaceOnUse" }, lines);
  const overlay = svg("svg", { class: "viewer-overlay" }, svg("defs", {}, hatch));
  host.append(overlay);
  return overlay;
}
