/**
 * Keeps the best picture of a request in the viewer. A growing one is opened once; then its changed tiles come.
 * What was told while nothing was open yet is not lost: the manifest tells all tiles, and is asked for again.
 */

import { bestPicture, bestVersion } from "./request_state.js";

/**
 * @param {{open: (manifest: any) => Promise<boolean>, renew: (revisions: Record<string, string>) => void}} viewer
 * @param {(name: string) => Promise<any>} manifestOf asks the server for a picture by its name
 */
export function createBestView(viewer, manifestOf) {
  /** @type {string|null} the version that was asked for */
  let asked = null;
  /** @type {string|null} the version that can be seen */
  let seen = null;
  let behind = false;

  async function show(/** @type {import("./request_state.js").RequestState} */ state) {
    const version = bestVersion(state);
    if (!version || version === asked) return;
    asked = version;
    try {
      const manifest = await manifestOf(bestPicture(state));
      if (asked !== version || !(await viewer.open(manifest)) || asked !== version) return;
      seen = version;
    } catch {
      if (asked === version) asked = null; // the next event tries again
    }
    if (behind) await catchUp(state);
  }

  /** Bring what changed in the growing picture, whatever was told of it. */
  async function catchUp(/** @type {import("./request_state.js").RequestState} */ state) {
    const version = bestVersion(state);
    behind = version !== seen;
    if (behind || bestPicture(state) !== "growing") return;
    try {
      const manifest = await manifestOf("growing");
      if (seen === version && asked === version) viewer.renew(manifest.revisions);
    } catch {
      behind = true; // it is whole by now, or the server is away
    }
  }

  return {
    show,
    catchUp,
    /** @param {{version: number, tiles: Record<string, string>}} change tiles of a growing picture, by name */
    grown({ version, tiles }) {
      if (seen === `growing ${version}` && asked === seen) viewer.renew(tiles);
      else behind = true;
    },
  };
}
