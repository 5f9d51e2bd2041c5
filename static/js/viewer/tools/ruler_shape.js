// One measured line on the screen: the line with ticks at its ends, its length, and what the pointer finds.

import { svg } from "../overlay.js";
import { lengthWords } from "./ruler_geometry.js";

const TICK_PX = 7;
const HELP = "Arrow keys move it, Shift with an arrow key moves its second end, Delete removes it.";

/** @param {any} node @param {Record<string, number>} values */
const place = (node, values) => {
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, String(value));
};

export function createRulerShape() {
  const hit = svg("line", { class: "ruler-hit" });
  const ends = [1, 2].map(() => svg("circle", { class: "ruler-end", r: 12 }));
  const line = svg("path", { class: "ruler-line" });
  const text = svg("text", { class: "ruler-text" });
  const note = svg("text", { class: "ruler-text ruler-note" });
  const node = svg("g", { class: "ruler", tabindex: 0, role: "img" }, hit, line, text, note, ...ends);

  return {
    node,
    hit,
    ends,
    /**
     * @param {import("./ruler_geometry.js").Line} length @param {import("../tile_geometry.js").Manifest} manifest
     * @param {any} navigation
     */
    place(length, manifest, navigation) {
      const a = navigation.toScreen(length.x1, length.y1);
      const b = navigation.toScreen(length.x2, length.y2);
      const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
      const [nx, ny] = [(-(b.y - a.y) / long) * TICK_PX, ((b.x - a.x) / long) * TICK_PX];
      const tick = (/** @type {any} */ p) => `M${p.x - nx} ${p.y - ny}L${p.x + nx} ${p.y + ny}`;
      line.setAttribute("d", `M${a.x} ${a.y}L${b.x} ${b.y}${tick(a)}${tick(b)}`);
      place(hit, { x1: a.x, y1: a.y, x2: b.x, y2: b.y });
      place(ends[0], { cx: a.x, cy: a.y });
      place(ends[1], { cx: b.x, cy: b.y });
      const right = a.x > b.x ? a : b; // beside the end that is farther right
      place(text, { x: right.x + 12, y: right.y + 4 });
      place(note, { x: right.x + 12, y: right.y + 20 });
      const words = lengthWords(length, manifest.spacingMm, manifest.spacingKind);
      [text.textContent, note.textContent] = [words.text, words.note];
      node.setAttribute("aria-label", `Length ${words.text}, ${words.note}. ${HELP}`);
    },
  };
}
