// Picks pictures in the grid and offers to add them to a study.

import { fillStudies } from "./study_choice.js";

/** @param {number} count @returns {string} */
export const countWords = (count) => `${count} picture${count === 1 ? "" : "s"} selected`;

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
    const count = boxes.filter((box) => box.checked).length;
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
