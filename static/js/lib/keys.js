// Keys as data: an action has a label, its keys and a handler; people may change the keys; text fields win.

/**
 * @typedef {object} Action
 * @property {string} label what it does, for the card of keys
 * @property {string[]} keys key names as `keyName` writes them: "i", "Shift+2", "Space", "ArrowLeft"
 * @property {(event: KeyboardEvent) => void} run
 * @property {boolean} [repeat] whether a held key repeats it (default: no)
 * @property {string} [group] heading on the card
 * @property {boolean} [fixed] can't be changed
 */

const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const NOT_TYPING = new Set(["button", "checkbox", "radio", "range", "submit", "reset"]);

/**
 * Name a key press. Letters are lower case, digits go by their key whatever the layout prints on it, and Shift
 * is named only where it does not already show in the character: for letters, digits and named keys.
 * @param {Partial<KeyboardEvent> & {key: string}} event
 */
export function keyName(event) {
  const digit = /^Digit(\d)$/.exec(event.code ?? "");
  let name = event.key === " " ? "Space" : event.key;
  if (name.length === 1) name = name.toLowerCase();
  if (digit) name = digit[1];
  const shifted = event.shiftKey && (name.length > 1 || /^[\p{L}\d]$/u.test(name));
  const modifiers = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta", shifted && "Shift"];
  return [...modifiers.filter(Boolean), name].join("+");
}

/** Tell whether the event's target is a place where people type. @param {any} target */
export function isTyping(target) {
  if (!target?.tagName) return false;
  if (target.isContentEditable) return true;
  if (!TYPING.has(target.tagName)) return false;
  return !(target.tagName === "INPUT" && NOT_TYPING.has(target.type));
}

/**
 * Tell whether Space or Enter belongs to the focused control itself.
 * @param {any} target @param {string} name
 */
function isControl(target, name) {
  if (name !== "Space" && name !== "Enter") return false;
  return ["BUTTON", "A", "SUMMARY"].includes(target?.tagName) || ["radio", "checkbox"].includes(target?.type);
}

/**
 * Bind actions to keys.
 * @param {Record<string, Action>} actions by identifier
 * @param {{store?: {read: Function, write: Function, clear: Function}}} [options] where changed keys are kept
 */
export function createKeys(actions, { store } = {}) {
  /** @type {Record<string, string[]>} */
  let changed = store?.read({}) ?? {};
  let enabled = true;
  const keysOf = (/** @type {string} */ id) => changed[id] ?? actions[id].keys;
  const find = (/** @type {string} */ name) => Object.keys(actions).find((id) => keysOf(id).includes(name));

  return {
    /** The actions with their present keys, for the card. */
    list: () => Object.entries(actions).map(([id, action]) => ({ ...action, id, keys: keysOf(id) })),
    /** The present keys of one action. @param {string} id */
    keysOf,
    /** Switch all of them off or on. @param {boolean} on */
    enable(on) {
      enabled = on;
    },
    /**
     * Give an action another key. A key that another action holds is taken from it.
     * @param {string} id @param {string} name @returns {string|undefined} the action that lost the key
     */
    change(id, name) {
      if (!actions[id] || actions[id].fixed) {
        throw new Error(`Expected an action whose key can be changed, got ${id}.`);
      }
      const loser = find(name);
      if (loser && actions[loser].fixed) throw new Error(`${name} can't be given to another action.`);
      if (loser && loser !== id) changed[loser] = keysOf(loser).filter((key) => key !== name);
      changed[id] = [name];
      store?.write(changed);
      return loser === id ? undefined : loser;
    },
    /** Give every action its first keys again. */
    restore() {
      changed = {};
      store?.clear();
    },
    /** Run the action of a key press, if there is one. @param {KeyboardEvent} event @returns {boolean} */
    handle(event) {
      if (!enabled || event.defaultPrevented || isTyping(event.target)) return false;
      const name = keyName(event);
      const id = find(name);
      if (!id || isControl(event.target, name)) return false;
      event.preventDefault();
      if (!event.repeat || actions[id].repeat) actions[id].run(event);
      return true;
    },
    /** Listen on an element or the window. @param {EventTarget} target @returns {() => void} stop listening */
    listen(target) {
      const listener = (/** @type {Event} */ event) => void this.handle(/** @type {KeyboardEvent} */ (event));
      target.addEventListener("keydown", listener);
      return () => target.removeEventListener("keydown", listener);
    },
  };
}
