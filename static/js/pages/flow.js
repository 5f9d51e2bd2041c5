// A step of the flow: questions that depend on an earlier answer come and go with it.
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-flow-form]"));

/** Show what is asked now; what is hidden is not sent. */
function update() {
  const data = new FormData(form);
  for (const field of /** @type {NodeListOf<HTMLFieldSetElement>} */ (form.querySelectorAll("[data-when]"))) {
    const asked = data.getAll(field.dataset.when).some((value) => field.dataset.is.split("|").includes(String(value)));
    field.hidden = !asked;
    field.disabled = !asked;
  }
}

form.addEventListener("change", update);
update();
