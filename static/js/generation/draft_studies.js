/** Fills the choice of draft studies beside a finished picture; the form stays hidden without one. */

/** @param {HTMLFormElement} form holding `data-drafts`, an address that answers {studies: [{slug, title}]} */
export async function offerDraftStudies(form) {
  const response = await fetch(form.dataset.drafts, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { studies } = await response.json();
  const select = form.querySelector("select");
  select.replaceChildren(...studies.map((study) => new Option(study.title, study.slug)));
  form.hidden = studies.length === 0;
}
