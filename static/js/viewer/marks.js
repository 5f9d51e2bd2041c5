// Marks without a screen: what is marked, where, and what tool is active. Geometry is in picture pixels.

import { SHAPES, insideBounds } from "./mark_geometry.js";

/** @typedef {import("./mark_geometry.js").Mark} Mark */
/** @typedef {import("./mark_geometry.js").Shape} Shape */

export const FINDINGS = {
  mass: "Mass",
  calcification: "Calcification",
  distortion: "Architectural distortion",
  asymmetry: "Asymmetry",
};

const MOST_STEPS_BACK = 50;

/** Listeners of one kind. @template T */
function channel() {
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    tell: (/** @type {T} */ value) => listeners.forEach((listener) => listener(value)),
    /** @param {(value: T) => void} listener @returns {() => void} unsubscribe */
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @param {{newId?: () => string}} [options] */
export function createMarks({ newId = () => crypto.randomUUID() } = {}) {
  /** @type {Mark[]} */
  let marks = [];
  /** @type {Mark[][]} */
  const before = [];
  /** @type {Mark[][]} */
  let after = [];
  /** @type {string|null} */
  let tool = null;
  /** @type {Shape[]} */
  let shapes = SHAPES;
  /** @type {Shape} */
  let shape = SHAPES[0];
  /** @type {string|null} */
  let selected = null;
  let bounds = { width: Infinity, height: Infinity };
  /** @type {ReturnType<typeof channel<Mark[]>>} */
  const changes = channel();
  /** @type {ReturnType<typeof channel<string|null>>} */
  const tools = channel();
  /** @type {ReturnType<typeof channel<string|null>>} */
  const selections = channel();

  const list = () => structuredClone(marks);
  const select = (/** @type {string|null} */ id) => {
    if (selected === id) return;
    selected = id;
    selections.tell(id);
  };
  const become = (/** @type {Mark[]} */ next) => {
    marks = next;
    if (!marks.some((mark) => mark.id === selected)) select(null);
    changes.tell(list());
  };
  const change = (/** @type {Mark[]} */ next) => {
    before.push(marks);
    if (before.length > MOST_STEPS_BACK) before.shift();
    after = [];
    become(next);
  };
  const choose = (/** @type {string|null} */ next) => {
    tool = next;
    tools.tell(tool);
  };

  return {
    list,
    get tool() {
      return tool;
    },
    /** The shape in the hand. */
    get shape() {
      return shape;
    },
    /** The shapes that the tool may draw. */
    get shapes() {
      return shapes;
    },
    get selected() {
      return selected;
    },
    get bounds() {
      return bounds;
    },
    /** The picture's size: no mark reaches outside. @param {{width: number, height: number}} size */
    setBounds({ width, height }) {
      bounds = { width, height };
    },
    /**
     * Make the next gesture on the picture a mark. The shape last drawn stays in the hand where it is allowed.
     * @param {string} finding @param {Shape[]} [allowed]
     */
    start(finding, allowed = SHAPES) {
      if (!(finding in FINDINGS)) {
        throw new RangeError(`Expected one of ${Object.keys(FINDINGS).join(", ")}, got ${finding}.`);
      }
      shapes = allowed;
      if (!shapes.includes(shape)) shape = shapes[0];
      choose(finding);
    },
    stop: () => choose(null),
    /** @param {Shape} next */
    setShape(next) {
      if (!shapes.includes(next)) throw new RangeError(`Expected one of ${shapes.join(", ")}, got ${next}.`);
      shape = next;
      tools.tell(tool);
    },
    /** The next of the shapes that the tool may draw. */
    nextShape() {
      shape = shapes[(shapes.indexOf(shape) + 1) % shapes.length];
      tools.tell(tool);
    },
    /** @param {string|null} id */
    select,
    /** @param {Omit<Mark, "id">} mark @returns {string} its identifier */
    add(mark) {
      const id = newId();
      change([...marks, insideBounds({ ...mark, id }, bounds)]);
      return id;
    },
    /**
     * @param {string} id @param {Partial<Mark>} fields
     * @param {{again?: boolean}} [options] `again`: one more step of the same gesture, which is taken back as one
     */
    update(id, fields, { again = false } = {}) {
      const next = marks.map((mark) => (mark.id === id ? insideBounds({ ...mark, ...fields, id }, bounds) : mark));
      if (again) become(next);
      else change(next);
    },
    /** @param {string} id */
    remove(id) {
      if (marks.some((mark) => mark.id === id)) change(marks.filter((mark) => mark.id !== id));
    },
    /**
     * Put these in place of all, for example those of a draft; there is no way back behind it.
     * @param {Mark[]} next
     */
    set(next) {
      before.length = 0;
      after = [];
      if (tool) choose(null);
      if (marks.length || next.length) become(next.map((mark) => insideBounds(mark, bounds)));
    },
    /** Take the last change back. @returns {boolean} whether there was one */
    undo() {
      const last = before.pop();
      if (!last) return false;
      after.push(marks);
      become(last);
      return true;
    },
    /** Make the change again that was taken back last. @returns {boolean} whether there was one */
    redo() {
      const next = after.pop();
      if (!next) return false;
      before.push(marks);
      become(next);
      return true;
    },
    onChange: changes.on,
    onTool: tools.on,
    onSelect: selections.on,
  };
}
