// Marks without a screen: what is marked, where, and what tool is active. Geometry is in whole picture pixels.

/**
 * @typedef {object} Mark
 * @property {string} id
 * @property {string} finding "mass" or "calcification" (later also "distortion", "asymmetry")
 * @property {"ellipse"|"point"} shape an ellipse by its box; a point has width and height 0
 * @property {number} x @property {number} y of the box's corner, or of the point
 * @property {number} width @property {number} height
 */

export const FINDINGS = { mass: "Mass", calcification: "Calcification", distortion: "Distortion", asymmetry: "Asymmetry" };

/** A drag shorter than this on both sides marks a point. Picture px are too different, so CSS px. */
export const POINT_BELOW_PX = 6;

const MOST_STEPS_BACK = 50;

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** Round a mark to whole pixels inside the picture. @param {Mark} mark @param {{width: number, height: number}} bounds @returns {Mark} */
export function insideBounds(mark, bounds) {
  const width = mark.shape === "point" ? 0 : between(Math.round(mark.width), 1, bounds.width);
  const height = mark.shape === "point" ? 0 : between(Math.round(mark.height), 1, bounds.height);
  const x = between(Math.round(mark.x), 0, bounds.width - width);
  const y = between(Math.round(mark.y), 0, bounds.height - height);
  return { ...mark, x, y, width, height };
}

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
      if (!(finding in FINDINGS)) throw new RangeError(`Expected one of ${Object.keys(FINDINGS).join(", ")}, got ${finding}.`);
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
    /** Put these in place of all, for example those of a draft; there is no way back behind it. @param {Mark[]} next */
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

/**
 * The mark that a gesture means. A calcification group is a circle around where the gesture began; everything else
 * is the ellipse in the box of the gesture; a tap is a point.
 * @param {string} finding @param {{x: number, y: number}} from @param {{x: number, y: number}} to picture px
 * @param {number} cssScale CSS px per picture px
 * @returns {Omit<Mark, "id">}
 */
export function markOfGesture(finding, from, to, cssScale) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  if (Math.max(Math.abs(dx), Math.abs(dy)) * cssScale < POINT_BELOW_PX) {
    return { finding, shape: "point", x: from.x, y: from.y, width: 0, height: 0 };
  }
  if (finding === "calcification") {
    const radius = Math.hypot(dx, dy);
    return { finding, shape: "ellipse", x: from.x - radius, y: from.y - radius, width: 2 * radius, height: 2 * radius };
  }
  return { finding, shape: "ellipse", x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(dx), height: Math.abs(dy) };
}

/**
 * The change that a key makes to a focused mark: arrows move, + and − resize about the middle.
 * @param {Mark} mark @param {{key: string, shiftKey: boolean}} event @param {number} step picture px
 * @returns {Partial<Mark>|null} null for every other key
 */
export function markKeyChange(mark, { key, shiftKey }, step) {
  const far = shiftKey ? step * 8 : step;
  if (key === "ArrowLeft") return { x: mark.x - far };
  if (key === "ArrowRight") return { x: mark.x + far };
  if (key === "ArrowUp") return { y: mark.y - far };
  if (key === "ArrowDown") return { y: mark.y + far };
  const grow = { "+": step, "=": step, "-": -step }[key];
  if (!grow) return null;
  if (mark.shape === "point") return grow > 0 ? pointToEllipse(mark, 4 * step) : {};
  if (grow < 0 && Math.min(mark.width, mark.height) <= 4 * step) return {};
  return { x: mark.x - grow, y: mark.y - grow, width: mark.width + 2 * grow, height: mark.height + 2 * grow };
}

/** @param {Mark} mark @param {number} radius @returns {Partial<Mark>} */
function pointToEllipse(mark, radius) {
  return { shape: "ellipse", x: mark.x - radius, y: mark.y - radius, width: 2 * radius, height: 2 * radius };
}

/**
 * The box after one corner was dragged; the opposite corner stays. A calcification stays a circle.
 * @param {Mark} mark @param {number} corner 0 top left, 1 top right, 2 bottom right, 3 bottom left
 * @param {{x: number, y: number}} to @returns {Partial<Mark>}
 */
export function cornerDragged(mark, corner, to) {
  const fixed = { x: corner === 0 || corner === 3 ? mark.x + mark.width : mark.x, y: corner < 2 ? mark.y + mark.height : mark.y };
  let width = Math.abs(to.x - fixed.x);
  let height = Math.abs(to.y - fixed.y);
  if (mark.finding === "calcification") width = height = Math.max(width, height);
  return { x: to.x < fixed.x ? fixed.x - width : fixed.x, y: to.y < fixed.y ? fixed.y - height : fixed.y, width, height };
}
