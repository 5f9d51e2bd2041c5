// Pictures beside each other: panes in arrangements, one of them in the hand, one row of tools for all.

import { createKeyCard } from "../../lib/key_card.js";
import { createKeys } from "../../lib/keys.js";
import { createStore } from "../../lib/store.js";
import { createChrome } from "../chrome.js";
import { createOverview, wallShare } from "../overview.js";
import { OFFICE_KEYS, VIEWER_KEYS, createViewer, viewerActions } from "../viewer.js";
import { createLinked } from "./linked_viewers.js";

const FARTHEST = 0.2; // a small picture beside a large one is far from filling its pane

/**
 * @param {HTMLElement} root the markup of `viewer/compare.html`
 * @param {{panes: {manifest: any, mirrored: boolean}[], steps: {name: string, panes: number[], columns: number}[]}} hanging
 */
export async function createCompare(root, { panes, steps }) {
  const grid = /** @type {HTMLElement} */ (root.querySelector("[data-panes]"));
  const places = /** @type {HTMLElement[]} */ ([...grid.querySelectorAll("[data-viewer]")]);
  const stepButtons = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-step]")]);
  const linkButton = root.querySelector("[data-link]");
  let active = 0;
  let step = 0;
  let single = false;
  let ready = false;

  const viewers = panes.map(({ mirrored }, number) => {
    return createViewer(places[number], {
      mirrored,
      farthest: FARTHEST,
      whole: root,
      onChange: (state) => {
        if (number !== active || !ready) return;
        linked.follow(viewers[number]);
        chrome.show(state);
      },
    });
  });
  const numbersShown = () => (single ? [active] : steps[step].panes);
  const shown = () => numbersShown().map((number) => viewers[number]).filter((viewer) => viewer.manifest);
  /** @type {Map<any, number>} */
  const walls = new Map();
  const linked = createLinked(shown, (manifest) => walls.get(manifest) ?? 0);

  /** Whatever is asked goes to the pane in the hand. */
  const inHand = new Proxy(/** @type {any} */ ({}), {
    get: (_, name) => handled[String(name)] ?? viewers[active][name],
  });
  /** @type {Record<string, any>} */
  const handled = {
    actions: {},
    fit: () => (linked.on ? linked.fit() : viewers[active].fit()),
    reset() {
      viewers[active].reset();
      if (linked.on) linked.fit();
    },
  };

  const arrange = () => {
    const numbers = numbersShown();
    places.forEach((place, number) => (place.hidden = !numbers.includes(number)));
    grid.className = `compare-panes columns-${single ? 1 : steps[step].columns}`;
    if (!numbers.includes(active)) take(numbers[0]);
    stepButtons.forEach((button, number) => button.setAttribute("aria-pressed", String(number === step && !single)));
    requestAnimationFrame(() => requestAnimationFrame(() => linked.fit())); // after the panes have their new size
  };
  const take = (/** @type {number} */ number) => {
    active = number;
    places.forEach((place, i) => place.classList.toggle("is-active", i === number && panes.length > 1));
    if (!viewers[number].manifest) return;
    chrome.opened();
    chrome.show(viewers[number].state());
  };
  const go = (/** @type {number} */ next) => {
    step = (next + steps.length) % steps.length;
    single = false;
    arrange();
  };
  const toggleSingle = () => {
    if (panes.length === 1) return;
    single = !single;
    arrange();
    viewers[active].focus();
  };
  const toggleLink = () => {
    linked.toggle();
    linkButton?.setAttribute("aria-pressed", String(linked.on));
    if (linked.on) linked.follow(viewers[active]);
  };

  const chrome = createChrome(/** @type {HTMLElement} */ (root.querySelector("[data-foot]")), inHand);
  /** @type {Record<string, import("../../lib/keys.js").Action>} */
  const actions = {
    ...viewerActions(inHand, { ...VIEWER_KEYS, ...OFFICE_KEYS }),
    single: { label: "One picture and back", keys: ["Enter"], run: toggleSingle },
    link: { label: "Link the pictures", keys: ["s"], run: toggleLink },
    nextStep: { label: "Next arrangement", keys: ["PageDown", "n"], run: () => go(step + 1) },
    previousStep: { label: "Arrangement before", keys: ["PageUp"], run: () => go(step - 1) },
    help: { label: "This card", keys: ["?"], fixed: true, run: () => card.toggle() },
  };
  for (const [id, { run }] of Object.entries(actions)) handled.actions[id] = run;
  const keys = createKeys(actions, { store: createStore("keys.compare") });
  const card = createKeyCard(root, [keys]);
  chrome.offer();

  places.forEach((place, number) => {
    place.addEventListener("pointerdown", () => take(number), true);
    place.addEventListener("focusin", () => take(number));
    place.addEventListener("dblclick", toggleSingle);
  });
  stepButtons.forEach((button, number) => button.addEventListener("click", () => go(number)));
  linkButton?.addEventListener("click", toggleLink);
  keys.listen(window);
  new ResizeObserver(() => linked.resized()).observe(grid);

  arrange();
  const overviewOf = createOverview();
  await Promise.all(viewers.map(async (viewer, number) => {
    const { manifest } = panes[number];
    const overview = overviewOf(manifest).then(wallShare, () => 0);
    await viewer.open(manifest);
    walls.set(manifest, (await overview) * manifest.width);
  }));
  ready = true;
  take(active);
  linked.fit();
  viewers[active].focus();
  return { viewers, linked, go, toggleSingle, take };
}
