/** The way from a finished picture into a draft study; hidden while there is no draft. */

import { getJson, postJson } from "../lib/http.js";

/**
 * @param {HTMLFormElement} form holding `data-drafts`, an address that answers {studies: [{slug, title}]}
 * @param {string} image the picture's token
 */
export async function offerDraftStudies(form, image) {
  const { studies } = await getJson(form.dataset.drafts);
  const select = form.querySelector("select");
  select.replaceChildren(...studies.map((study) => new Option(study.title, study.slug)));
  /** @type {HTMLInputElement} */ (form.querySelector("[name=image]")).value = image;
  form.hidden = studies.length === 0;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(form);
  });
}

/** @param {HTMLFormElement} form */
async function add(form) {
  const note = form.querySelector("[role=status]");
  try {
    const { added, study } = await postJson(form.action, new FormData(form));
    const link = Object.assign(document.createElement("a"), { href: study.url, textContent: study.title });
    note.replaceChildren(added ? "Added to " : "Already in ", link, ".");
  } catch (error) {
    note.textContent = error.message;
  }
}
