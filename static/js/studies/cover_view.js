/** What stands in place of the picture while there is none to read: why, and the one thing to do. */
import { element } from "./element.js";

/**
 * @typedef {{label: string, key?: string, href?: string, newTab?: boolean, run?: () => void, plain?: boolean}} CoverAction
 */

/**
 * Return the cover of a room.
 * @param {HTMLElement} host hidden at first
 */
export function createCover(host) {
  let shown = "";

  /** @param {CoverAction} action */
  const control = ({ label, key, href, newTab, run, plain }) => {
    const cap = key ? [element("kbd", { class: "key" }, key)] : [];
    const target = newTab ? { target: "_blank", rel: "noopener" } : {};
    const look = plain ? "button button-plain" : "button";
    const attributes = href ? { href, class: look, ...target } : { type: "button", class: look };
    const node = element(href ? "a" : "button", attributes, label, ...cap);
    if (run) node.addEventListener("click", run);
    return node;
  };

  return {
    /**
     * @param {string} title @param {string} text
     * @param {CoverAction[]} [actions] the first is the one to take
     */
    show(title, text, actions = []) {
      const now = `${title}\n${text}`;
      if (now === shown && !host.hidden) return;
      shown = now;
      const row = actions.length ? [element("div", { class: "row" }, ...actions.map(control))] : [];
      const words = text ? [element("p", {}, text)] : [];
      host.replaceChildren(element("div", { class: "cover-card" }, element("h1", {}, title), ...words, ...row));
      host.hidden = false;
      /** @type {HTMLElement|null} */ (host.querySelector("a, button"))?.focus();
    },
    hide() {
      host.hidden = true;
      shown = "";
    },
    get shown() {
      return !host.hidden;
    },
  };
}
