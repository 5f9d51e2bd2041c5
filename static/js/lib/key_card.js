// The card of keys: what each key does, and a way to change it. Opened by `?`, closed by Escape.

import { keyName } from "./keys.js";

const SHOWN = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Delete: "Del", Escape: "Esc" };

/** How a key is printed on the card. @param {string} name */
export function keyLabel(name) {
  const parts = name === "+" ? ["+"] : name.split("+").map((part) => part || "+");
  return parts.map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node|string)} children */
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * @param {HTMLElement} host where the card is put; the card takes its mood (office or reading room)
 * @param {ReturnType<typeof import("./keys.js").createKeys>[]} maps the key maps that it shows, in order
 */
export function createKeyCard(host, maps) {
  /** @type {HTMLElement|null} */
  let card = null;
  /** @type {{map: any, id: string, button: HTMLElement}|null} */
  let waiting = null;
  /** @type {HTMLElement|null} */
  let before = null;

  const row = (/** @type {any} */ map, /** @type {any} */ action) => {
    const shown = action.keys.length ? action.keys.map(keyLabel).join(" or ") : "none";
    const button = element("button", { type: "button", class: "key key-change" }, shown);
    button.setAttribute("aria-label", `${action.label}: ${shown}. Change`);
    if (action.fixed) button.setAttribute("disabled", "");
    button.addEventListener("click", () => waitFor(map, action.id, button));
    return [element("dt", {}, action.label), element("dd", {}, button)];
  };

  const waitFor = (/** @type {any} */ map, /** @type {string} */ id, /** @type {HTMLElement} */ button) => {
    waiting = { map, id, button };
    button.textContent = "press a key";
  };

  const fill = (message = "Choose a key to change it.") => {
    const rows = maps.flatMap((map) => map.list().flatMap((action) => row(map, action)));
    const restore = element("button", { type: "button", class: "button" }, "Reset keys");
    restore.addEventListener("click", () => {
      maps.forEach((map) => map.restore());
      fill();
    });
    const done = element("button", { type: "button", class: "button" }, "Close");
    done.addEventListener("click", close);
    const hint = element("p", { class: "quiet small", role: "status" }, message);
    const foot = element("div", { class: "spread" }, hint, element("div", { class: "row" }, restore, done));
    card?.replaceChildren(element("h2", {}, "Keys"), element("dl", { class: "key-card-list" }, ...rows), foot);
  };

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Tab") return;
    event.stopPropagation();
    if (!waiting) {
      if (event.key === "Escape" || event.key === "?") {
        event.preventDefault();
        close();
      }
      return;
    }
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    take(waiting, event);
  };

  const take = (/** @type {{map: any, id: string}} */ { map, id }, /** @type {KeyboardEvent} */ event) => {
    waiting = null;
    let message;
    try {
      const loser = event.key === "Escape" ? undefined : map.change(id, keyName(event));
      if (loser) message = `That key was taken from another action.`;
    } catch (error) {
      message = /** @type {Error} */ (error).message;
    }
    fill(message);
    card?.focus();
  };

  function close() {
    card?.remove();
    card = waiting = null;
    before?.focus();
  }

  return {
    open() {
      if (card) return;
      before = /** @type {HTMLElement|null} */ (document.activeElement);
      card = element("section", { class: "key-card", role: "dialog", "aria-label": "Keys", tabindex: "-1" });
      card.addEventListener("keydown", onKey);
      host.append(card);
      fill();
      card.focus();
    },
    close,
    toggle() {
      if (card) close();
      else this.open();
    },
    get shown() {
      return card !== null;
    },
  };
}
