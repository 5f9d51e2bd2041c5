// What a viewer tells of itself, at most once a frame.

/**
 * @typedef {{zoom: number, center: [number, number], window: any, gamma: number, inverted: boolean,
 *   contrast: number, lens: boolean, ruler: boolean, missing: number}} State
 *   `zoom`: device px per picture px; `center`: picture px; `contrast`: strength of the local contrast, 0 to 1;
 *   `lens`, `ruler`: whether the tool is in the hand; `missing`: parts of the view that did not load
 */

export {};
