// Small preferences in the browser. A refused storage (private window, quota) is no error: they just don't last.

/**
 * @param {string} name what the preferences belong to, e.g. "keys.viewer"
 * @param {Storage} [storage]
 */
export function createStore(name, storage = globalThis.localStorage) {
  const key = `mambo.${name}`;
  return {
    /** @param {any} fallback @returns {any} what was kept last, or the fallback */
    read(fallback) {
      try {
        return JSON.parse(storage.getItem(key) ?? "null") ?? fallback;
      } catch {
        return fallback;
      }
    },
    /** @param {any} value @returns {boolean} whether it was kept */
    write(value) {
      try {
        storage.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    /** Forget it. */
    clear() {
      try {
        storage.removeItem(key);
      } catch {
        // Nothing was kept, so there is nothing to forget.
      }
    },
  };
}
