// Marks without a screen: what is marked, where, and what tool is active. Geometry is in whole picture pixels.

import { insideBounds } from "./mark_geometry.js";

/** @typedef {import("./mark_geometry.js").Mark} Mark */

export const FINDINGS = {
  mass: "Mass",
  calcification: "Calcification",
  distortion: "Distortion",
  asymmetry: "Asymmetry",
};

const MOST_STEPS_BACK = 50;

/** @param {{newId?: () => string}} [options] */
export function createMarks({ newId = () => crypto.randomUUID() } = {}) {
  /** @type {Mark[]} */
  let marks = [];
  /** @type {Mark[][]} */
  const before = [];
  /** @type {string|null} */
  let tool = null;
  let bounds = { width: Infinity, height: Infinity };
  /** @type {Set<(marks: Mark[]) => void>} */
  const listeners = new Set();
  /** @type {Set<(tool: string|null) => void>} */
  const toolListeners = new Set();

  const list = () => marks.map((mark) => ({ ...mark }));
  const become = (/** @type {Mark[]} */ next, keep = true) => {
    if (keep) before.push(marks);
    if (before.length > MOST_STEPS_BACK) before.shift();
    marks = next;
    listeners.forEach((listener) => listener(list()));
  };
  const choose = (/** @type {string|null} */ next) => {
    tool = next;
    toolListeners.forEach((listener) => listener(tool));
  };

  return {
    list,
    get tool() {
      return tool;
    },
    /** The picture's size: no mark reaches outside. @param {{width: number, height: number}} size */
    setBounds({ width, height }) {
      bounds = { width, height };
    },
    /** Make the next gesture on the picture a mark. @param {string} finding */
    start(finding) {
      if (!(finding in FINDINGS)) {
        throw new RangeError(`Expected one of ${Object.keys(FINDINGS).join(", ")}, got ${finding}.`);
      }
      choose(finding);
    },
    stop: () => choose(null),
    /** @param {Omit<Mark, "id">} mark @returns {string} its identifier */
    add(mark) {
      const id = newId();
      become([...marks, insideBounds({ ...mark, id }, bounds)]);
      return id;
    },
    /** @param {string} id @param {Partial<Mark>} change */
    update(id, change) {
      become(marks.map((mark) => (mark.id === id ? insideBounds({ ...mark, ...change, id }, bounds) : mark)));
    },
    /** @param {string} id */
    remove(id) {
      if (marks.some((mark) => mark.id === id)) become(marks.filter((mark) => mark.id !== id));
    },
    /**
     * Put these in place of all, for example those of a draft; there is no way back behind it.
     * @param {Mark[]} next
     */
    set(next) {
      before.length = 0;
      if (tool) choose(null);
      if (marks.length || next.length) become(next.map((mark) => insideBounds(mark, bounds)), false);
    },
    /** Take the last change back. @returns {boolean} whether there was one */
    undo() {
      const last = before.pop();
      if (last) become(last, false);
      return last !== undefined;
    },
    /** @param {(marks: Mark[]) => void} listener @returns {() => void} unsubscribe */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** @param {(tool: string|null) => void} listener @returns {() => void} unsubscribe */
    onTool(listener) {
      toolListeners.add(listener);
      return () => toolListeners.delete(listener);
    },
  };
}
