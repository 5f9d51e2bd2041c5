// Asking for a batch: rows of labels and counts, and their sum.

const rows = document.getElementById("rows");
const blank = /** @type {HTMLTemplateElement} */ (document.getElementById("row-blank"));
const total = document.getElementById("rows-total");

function sum() {
  const counts = [...rows.querySelectorAll("[name=row-count]")].map((field) => Number(/** @type {any} */ (field).value));
  total.textContent = String(counts.reduce((all, count) => all + (count || 0), 0));
}

if (rows) {
  document.getElementById("row-add").addEventListener("click", () => {
    rows.append(blank.content.cloneNode(true));
    /** @type {HTMLElement} */ (rows.lastElementChild.querySelector("select, input")).focus();
  });
  rows.addEventListener("input", sum);
  sum();
}
