// One picture on the contact sheet.

import { VERDICT_NAMES } from "./sheet_state.js";

/** @param {string} tag @param {string} className @param {string} [text] */
function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** @param {import("./sheet_state.js").Item} item @returns {HTMLLIElement} */
export function createCard(item) {
  const card = /** @type {HTMLLIElement} */ (element("li", "card sheet-card"));
  card.tabIndex = -1;
  card.setAttribute("role", "option");
  card.dataset.number = String(item.number);
  const picture = element("div", "sheet-picture");
  const words = element("div", "card-words");
  words.append(element("p", "card-title"), element("p", ""), element("p", "sheet-scores"), element("p", "sheet-flags"));
  const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: "image", disabled: true });
  card.append(picture, element("span", "sheet-verdict tag"), words, chosen);
  showCard(card, item);
  return card;
}

/** @param {HTMLElement} card @param {import("./sheet_state.js").Item} item */
export function showCard(card, item) {
  const find = (selector) => /** @type {any} */ (card.querySelector(selector));
  const name = `${item.number}. Seed ${item.seed}`;
  const verdict = VERDICT_NAMES[item.verdict];
  card.dataset.verdict = item.verdict;
  card.setAttribute("aria-selected", String(item.verdict === "accepted"));
  find(".card-title").textContent = name;
  find(".card-title + p").textContent = item.labels;
  find(".sheet-scores").textContent = item.error || item.scores;
  find(".sheet-flags").textContent = item.flags.join(", ");
  const tag = find(".sheet-verdict");
  tag.textContent = verdict;
  tag.hidden = !verdict;
  tag.classList.toggle("tag-good", item.verdict === "accepted");
  tag.classList.toggle("tag-wrong", item.verdict === "rejected");
  const chosen = find("input");
  chosen.disabled = item.verdict !== "accepted" || !item.image;
  chosen.value = item.image ?? "";
  showPicture(find(".sheet-picture"), item);
}

/** @param {HTMLElement} place @param {import("./sheet_state.js").Item} item */
function showPicture(place, item) {
  if (!item.thumb) {
    place.textContent = item.stateName;
  } else if (!place.querySelector("img")) {
    const image = Object.assign(document.createElement("img"), { src: item.thumb, alt: "", loading: "lazy" });
    place.replaceChildren(image);
  }
}
