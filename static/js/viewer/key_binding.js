// The viewer's keys on its own stage, the card that shows them, and the same actions for the toolbar's buttons.

import { createKeyCard } from "../lib/key_card.js";
import { createKeys } from "../lib/keys.js";
import { createStore } from "../lib/store.js";
import { MARK_KEYS, OFFICE_KEYS, VIEWER_KEYS, viewerActions } from "./key_map.js";

/**
 * @param {HTMLElement} root the stage: keys act while the focus is inside
 * @param {any} viewer gets its `actions` filled
 * @param {boolean|Record<string, string[]>} keys false: fill the actions and bind no key
 * @returns {() => void} stop
 */
export function bindKeys(root, viewer, keys) {
  const own = { ...VIEWER_KEYS, ...(keys && OFFICE_KEYS), ...MARK_KEYS };
  const actions = viewerActions(viewer, typeof keys === "object" ? keys : own);
  for (const [id, { run }] of Object.entries(actions)) viewer.actions[id] = run;
  viewer.actions.retry = viewer.retry;
  if (!keys) return () => {};
  const help = { label: "This card", keys: ["?"], fixed: true, run: () => card.toggle() };
  const map = createKeys({ ...actions, help }, { store: createStore("keys.viewer") });
  const card = createKeyCard(root, [map]);
  viewer.actions.help = help.run;
  const stop = map.listen(root);
  return () => {
    stop();
    card.close();
  };
}
