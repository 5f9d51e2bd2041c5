// Picks pictures in the grid and offers to add them to a study.

import { fillStudies } from "./study_choice.js";

/** @param {number} count @returns {string} */
export const countWords = (count) => `${count} picture${count === 1 ? "" : "s"} selected`;

/** More pictures than this do not hang beside each other. */
const MOST_COMPARED = 4;

/**
 * The address that shows the chosen pictures beside each other, or "" where they are too few or too many.
 * @param {string} url @param {string[]} tokens
 */
export function compareUrl(url, tokens) {
  if (tokens.length < 2 || tokens.length > MOST_COMPARED) return "";
  return `${url}?${new URLSearchParams(tokens.map((token) => ["image", token]))}`;
}

/** @param {HTMLFormElement} form */
export function startSelection(form) {
  const bar = /** @type {HTMLElement} */ (form.querySelector("#selection-bar"));
  if (!bar) return;
  const find = (id) => /** @type {any} */ (bar.querySelector(`#${id}`));
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=image]")]);
  let last = null;
  let asked = false;

  async function offer() {
    if (asked) return;
    asked = true;
    const count = await fillStudies(find("study"), bar.dataset.drafts);
    find("study").hidden = find("selection-add").hidden = count === 0;
    find("selection-hint").textContent = count ? "" : "Make a study first: only drafts take new pictures.";
  }

  function update() {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    const count = chosen.length;
    const compare = find("selection-compare");
    if (compare) {
      compare.href = compareUrl(compare.dataset.url, chosen);
      compare.hidden = !compareUrl(compare.dataset.url, chosen);
    }
    bar.hidden = count === 0;
    find("selection-count").textContent = countWords(count);
    if (count) offer();
  }

  function setAll(checked) {
    for (const box of boxes) box.checked = checked;
    update();
  }

  form.addEventListener("click", (event) => {
    const box = /** @type {any} */ (event.target);
    if (!boxes.includes(box)) return;
    if (event.shiftKey && last) { // a range, as in any list of files
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
    }
    last = box;
    update();
  });
  find("selection-all").addEventListener("click", () => setAll(true));
  find("selection-none").addEventListener("click", () => setAll(false));
  update();
}
