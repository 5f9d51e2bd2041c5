// A crosshair for those who draw by keys: arrows move it, Enter sets a mark or a corner, Backspace takes a corner back.

import { arrowOf } from "./mark_keys.js";
import { svg } from "./overlay.js";

const STEP_PX = 4; // CSS px that an arrow key moves; with Shift eight times as far
const ARM_PX = 9;

/**
 * @param {object} parts
 * @param {SVGSVGElement} parts.overlay
 * @param {any} parts.marks
 * @param {any} parts.navigation
 * @param {(place: {x: number, y: number}) => void} parts.onMove picture px
 * @param {(place: {x: number, y: number}) => void} parts.onPlace picture px
 * @param {() => void} parts.onBack
 */
export function createMarkCursor({ overlay, marks, navigation, onMove, onPlace, onBack }) {
  const cross = svg("path", { class: "mark-cursor", visibility: "hidden" });
  overlay.append(cross);
  /** @type {{x: number, y: number}|null} picture px; null until an arrow key moved it */
  let place = null;
  const shut = new Set();

  const middle = () => {
    const [x, y] = navigation.center();
    return { x, y };
  };
  const render = () => {
    cross.setAttribute("visibility", place ? "visible" : "hidden");
    if (!place) return;
    const { x, y } = navigation.toScreen(place.x, place.y);
    cross.setAttribute("d", `M${x - ARM_PX} ${y}h${2 * ARM_PX}M${x} ${y - ARM_PX}v${2 * ARM_PX}`);
  };
  /** Inside the view and the picture. @param {number} x @param {number} y picture px */
  const go = (x, y) => {
    const low = navigation.toPicture(0, 0);
    const high = navigation.toPicture(overlay.clientWidth, overlay.clientHeight);
    const on = (/** @type {number} */ value, /** @type {number[]} */ ends, /** @type {number} */ most) =>
      Math.min(Math.max(value, 0, Math.min(...ends)), most, Math.max(...ends));
    place = { x: on(x, [low.x, high.x], marks.bounds.width), y: on(y, [low.y, high.y], marks.bounds.height) };
    render();
    onMove(place);
  };

  // Before the page's own keys: Enter would go to the next image there.
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {any} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = arrowOf(event, STEP_PX / navigation.cssScale());
    if ((arrow || event.key === "Backspace") && target.closest?.("input, select, textarea")) return;
    if (arrow) {
      const from = place ?? middle();
      go(from.x + arrow[0], from.y + arrow[1]);
    } else if (event.key === "Enter") onPlace(place ?? middle());
    else if (event.key === "Backspace") onBack();
    else if (event.key === "Escape") marks.stop();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  return {
    render,
    hide() {
      place = null;
      render();
    },
    /** @param {boolean} on */
    listen(on) {
      shut.forEach((close) => close());
      shut.clear();
      this.hide();
      if (!on) return;
      window.addEventListener("keydown", onKey, true);
      shut.add(() => window.removeEventListener("keydown", onKey, true));
    },
  };
}
