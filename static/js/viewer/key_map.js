// What the viewer's keys do. A page may take the actions and give them keys of its own.

/** First keys by action. The reading room gives some of them others, since R and S are answers there. */
export const VIEWER_KEYS = {
  fit: ["f"],
  oneToOne: ["a", "Space"],
  zoomIn: ["+", "="],
  zoomOut: ["-"],
  panLeft: ["ArrowLeft"],
  panRight: ["ArrowRight"],
  panUp: ["ArrowUp"],
  panDown: ["ArrowDown"],
  invert: ["i"],
  brighter: ["Shift+ArrowUp"],
  darker: ["Shift+ArrowDown"],
  narrower: ["Shift+ArrowLeft"],
  wider: ["Shift+ArrowRight"],
  reset: ["r"],
  lens: ["m"],
  nextPart: ["q"],
  previousPart: ["Shift+q"],
  fullscreen: ["Shift+f"],
};

/**
 * Tools for looking at a picture outside a study. A study's protocol rules the window and knows no pixel size, so
 * the reading room has none of these.
 */
export const OFFICE_KEYS = {
  ruler: ["d"],
  localContrast: ["e"],
  autoWindow: ["o"],
  preset: ["p"],
  softer: ["g"],
  harder: ["Shift+g"],
  trueSize: ["l"],
};

/** Keys of the marks, added where a page allows marks. */
export const MARK_KEYS = {
  mass: ["t"],
  calcification: ["c"],
  distortion: ["b"],
  asymmetry: ["y"],
  shape: ["x"],
  undo: ["z"],
  redo: ["Shift+z"],
};

const PAN_STEP = 0.08; // of the frame
const ZOOM_STEP = 1.25;
const WINDOW_STEP_PX = 12; // as if dragged so far
const GAMMA_STEP = 0.1;

/**
 * Every action of a viewer, for `createKeys`.
 * @param {any} viewer @param {Record<string, string[]>} keys keys by action; an action without keys is left out
 * @returns {Record<string, import("../lib/keys.js").Action>}
 */
export function viewerActions(viewer, keys) {
  /** @type {Record<string, [string, () => void, boolean?]>} */
  const all = {
    fit: ["Whole picture", () => viewer.fit()],
    oneToOne: ["1:1 and back", () => viewer.toggleOneToOne()],
    zoomIn: ["Closer", () => viewer.zoomBy(ZOOM_STEP), true],
    zoomOut: ["Farther", () => viewer.zoomBy(1 / ZOOM_STEP), true],
    panLeft: ["Left", () => viewer.panBy(-PAN_STEP, 0), true],
    panRight: ["Right", () => viewer.panBy(PAN_STEP, 0), true],
    panUp: ["Up", () => viewer.panBy(0, -PAN_STEP), true],
    panDown: ["Down", () => viewer.panBy(0, PAN_STEP), true],
    invert: ["Invert", () => viewer.invert()],
    brighter: ["Brighter", () => viewer.dragWindow(0, -WINDOW_STEP_PX), true],
    darker: ["Darker", () => viewer.dragWindow(0, WINDOW_STEP_PX), true],
    narrower: ["More contrast", () => viewer.dragWindow(-WINDOW_STEP_PX, 0), true],
    wider: ["Less contrast", () => viewer.dragWindow(WINDOW_STEP_PX, 0), true],
    reset: ["Reset window and view", () => viewer.reset()],
    lens: ["Magnifier", () => viewer.toggleLens()],
    nextPart: ["Next part at 1:1", () => viewer.nextPart()],
    previousPart: ["Part before", () => viewer.previousPart()],
    fullscreen: ["Full screen and back", () => viewer.toggleFullscreen()],
    ruler: ["Measure a length", () => viewer.toggleRuler()],
    localContrast: ["Local contrast", () => viewer.nextContrast()],
    autoWindow: ["Window from the tissue", () => viewer.autoWindow()],
    preset: ["Next window of the file", () => viewer.nextPreset()],
    softer: ["Lift the dark grays", () => viewer.setGamma(viewer.state().gamma + GAMMA_STEP), true],
    harder: ["Deepen the dark grays", () => viewer.setGamma(viewer.state().gamma - GAMMA_STEP), true],
    trueSize: ["True size", () => viewer.trueSize()],
    mass: ["Mark a mass", () => viewer.marks.start("mass")],
    calcification: ["Mark calcifications", () => viewer.marks.start("calcification")],
    distortion: ["Mark an architectural distortion", () => viewer.marks.start("distortion")],
    asymmetry: ["Mark an asymmetry", () => viewer.marks.start("asymmetry")],
    shape: ["Next shape of a mark", () => viewer.marks.nextShape()],
    undo: ["Undo a mark", () => viewer.marks.undo()],
    redo: ["Redo a mark", () => viewer.marks.redo()],
  };
  const wanted = Object.entries(all).filter(([id]) => keys[id]?.length && (viewer.marks || !(id in MARK_KEYS)));
  return Object.fromEntries(wanted.map(([id, [label, run, repeat]]) => [id, { label, run, repeat, keys: keys[id] }]));
}
