/** How the next finding is drawn: one small button per shape. */
import { element } from "./element.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const SHAPES = {
  ellipse: ["Ellipse", "M2 10a8 6 0 1 0 16 0a8 6 0 1 0-16 0z"],
  point: ["Point", "M10 3v4M10 13v4M3 10h4M13 10h4"],
  rectangle: ["Rectangle", "M3 5h14v10H3z"],
  polygon: ["Polygon", "M10 2l7 6-3 9H5L3 8z"],
  freehand: ["Freehand", "M4 12c-3-5 3-9 6-7s4-1 6 2 1 7-3 8-7 1-9-3z"],
};

/** @param {string} path */
function icon(path) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  for (const [name, value] of [["class", "icon"], ["aria-hidden", "true"], ["viewBox", "0 0 20 20"]]) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(NAMESPACE, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * Return the row.
 * @param {string[]} shapes that some finding may have
 * @param {(shape: string) => void} onShape
 */
export function createShapeRow(shapes, onShape) {
  const buttons = shapes.map((shape) => {
    const [name, path] = SHAPES[shape];
    const button = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", "aria-label": name, title: name, "aria-pressed": "false" })
    );
    button.append(icon(path));
    button.addEventListener("click", () => onShape(shape));
    return { shape, button };
  });
  const root = element("div", { class: "shapes", role: "group", "aria-label": "Drawn as" }, ...buttons.map((one) => one.button));
  root.hidden = shapes.length < 2;
  return {
    element: root,
    /** @param {string} present @param {string[]} allowed by the tool in the hand */
    update(present, allowed) {
      for (const { shape, button } of buttons) {
        button.setAttribute("aria-pressed", String(shape === present));
        button.disabled = !allowed.includes(shape);
      }
    },
  };
}
