// Keeps panes together: the one in the hand leads, the others follow in millimeters. Mirrored panes follow mirrored.

import { allSized, carriedWindow, sharedFit, sharedOf, viewOf } from "./link.js";

/**
 * @param {() => any[]} shownNow the viewers that are shown, which have a picture
 * @param {(manifest: any) => number} wallOf where a picture's chest wall is, picture px from its left
 */
export function createLinked(shownNow, wallOf) {
  let on = true;
  let fitted = true;
  const placed = (/** @type {any} */ { manifest }) => ({ ...manifest, wall: wallOf(manifest) });
  const manifests = (/** @type {any[]} */ viewers) => viewers.map(placed);

  const place = (/** @type {any} */ viewer, /** @type {any} */ shared, /** @type {boolean} */ sized) => {
    const view = viewOf(placed(viewer), shared, sized);
    const now = viewer.state();
    const off = Math.hypot(now.center[0] - view.x, now.center[1] - view.y) * view.zoom;
    if (off > 0.01 || Math.abs(now.zoom / view.zoom - 1) > 1e-9) viewer.show(view);
  };

  return {
    get on() {
      return on;
    },
    toggle() {
      on = !on;
    },
    /** All pictures whole, at one scale. */
    fit() {
      const viewers = shownNow();
      if (!viewers.length) return;
      const sized = allSized(manifests(viewers));
      const shared = sharedFit(manifests(viewers), viewers[0].frame(), sized);
      for (const viewer of viewers) place(viewer, shared, sized);
      fitted = true;
    },
    /** The panes changed their size. */
    resized() {
      if (fitted) this.fit();
    },
    /** The leader moved or was windowed. @param {any} leader */
    follow(leader) {
      const viewers = shownNow();
      if (!viewers.includes(leader)) return;
      const sized = allSized(manifests(viewers));
      const state = leader.state();
      const shared = sharedOf(placed(leader), state, sized);
      const whole = sharedFit(manifests(viewers), leader.frame(), sized);
      fitted = Math.abs(shared.scale / whole.scale - 1) < 1e-6 && Math.abs(shared.x / whole.x - 1) < 1e-6;
      if (!on) return;
      for (const viewer of viewers) {
        if (viewer === leader) continue;
        place(viewer, shared, sized);
        const window = carriedWindow(state.window, leader.firstWindow(), viewer.firstWindow());
        const now = viewer.state();
        if (window.center !== now.window.center || window.width !== now.window.width) viewer.setWindow(window);
        if (now.gamma !== state.gamma) viewer.setGamma(state.gamma);
        if (now.inverted !== state.inverted) viewer.invert();
      }
    },
  };
}
