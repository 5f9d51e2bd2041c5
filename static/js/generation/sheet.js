// The contact sheet: cards that arrow keys walk through, decisions by one key, and what was decided.

import { isTyping, keyName } from "../lib/keys.js";
import { postJson } from "../lib/http.js";
import { createCard, showCard } from "./sheet_card.js";
import { countOf, fits, moved } from "./sheet_state.js";

const VERDICT_KEYS = { a: "accepted", x: "rejected", u: "open" };

/**
 * @param {HTMLElement} list
 * @param {{items: import("./sheet_state.js").Item[], large: Function, onChange: (accepted: number) => void}} options
 */
export function startSheet(list, { items, large, onChange }) {
  let filter = "all";
  let at = 0; // the index of the item that has, or had last, the focus
  const cards = items.map(createCard);
  list.append(...cards);
  const picture = large((verdict) => decide(verdict));
  const visible = () => items.map((_, index) => index).filter((index) => !cards[index].hidden);

  function refresh() {
    items.forEach((item, index) => (cards[index].hidden = !fits(item, filter)));
    document.querySelectorAll("[data-count]").forEach((place) => {
      place.textContent = String(countOf(items, /** @type {HTMLElement} */ (place).dataset.count));
    });
    document.getElementById("sheet-none").hidden = visible().length > 0;
    if (cards[at]?.hidden) at = visible()[0] ?? 0;
    cards.forEach((card, index) => (card.tabIndex = index === at ? 0 : -1));
    onChange(countOf(items, "accepted"));
  }

  function go(index) {
    at = index;
    cards.forEach((card, other) => (card.tabIndex = other === at ? 0 : -1));
    if (picture.open) picture.show(items[at]);
    else cards[at].focus();
  }

  function move(key) {
    const shown = visible();
    const top = cards[shown[0]]?.offsetTop;
    const columns = Math.max(1, shown.filter((index) => cards[index].offsetTop === top).length);
    const place = moved(Math.max(0, shown.indexOf(at)), key, shown.length, picture.open ? 1 : columns);
    if (shown.length) go(shown[place]);
  }

  async function decide(verdict) {
    const index = at;
    const item = items[index];
    if (!item?.screened || item.verdict === verdict) return;
    const form = new FormData();
    form.set("verdict", verdict);
    const following = visible().find((other) => other > index);
    try {
      items[index] = await postJson(item.decideUrl, form);
    } catch (error) {
      const place = document.getElementById("batch-message");
      place.textContent = `Picture ${item.number} was not decided: ${error.message}`;
      place.hidden = false;
      return;
    }
    showCard(cards[index], items[index]);
    if (at === index && verdict !== "open" && following !== undefined) go(following);
    else if (picture.open) picture.show(items[at]);
    const focused = at;
    refresh();
    if (!picture.open && !cards[focused].hidden) cards[focused].focus();
  }

  function onKey(event) {
    if (isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const inSheet = list.contains(event.target) || event.target === document.body || picture.open;
    if (!inSheet) return;
    const key = keyName(event);
    if (key.startsWith("Arrow") || key === "Home" || key === "End") move(key);
    else if (VERDICT_KEYS[key]) decide(VERDICT_KEYS[key]);
    else if (key === "Enter" && list.contains(event.target)) picture.show(items[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("keydown", onKey, { capture: true });
  list.addEventListener("click", (event) => {
    const card = /** @type {Element} */ (event.target).closest(".sheet-card");
    if (card) go(cards.indexOf(/** @type {HTMLLIElement} */ (card)));
  });
  list.addEventListener("dblclick", () => picture.show(items[at]));
  document.querySelectorAll("[name=show]").forEach((choice) => {
    choice.addEventListener("change", () => {
      filter = /** @type {HTMLInputElement} */ (choice).value;
      refresh();
    });
  });
  document.getElementById("large").addEventListener("close", () => cards[at]?.focus());

  return {
    /** Take what the server says of each item. @param {import("./sheet_state.js").Item[]} fresh */
    update(fresh) {
      fresh.forEach((item, index) => {
        items[index] = item;
        showCard(cards[index], item);
      });
      refresh();
    },
  };
}
