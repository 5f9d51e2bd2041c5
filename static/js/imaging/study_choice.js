// The draft studies that a picture can be added to.

import { getJson } from "../lib/http.js";

/**
 * Fill a select with the draft studies.
 * @param {HTMLSelectElement} select
 * @param {string} url answers {studies: [{slug, title}]}; "" when there are no studies here
 * @returns {Promise<number>} how many there are
 */
export async function fillStudies(select, url) {
  if (!url) return 0;
  const { studies } = await getJson(url).catch(() => ({ studies: [] }));
  select.replaceChildren(...studies.map((study) => new Option(study.title, study.slug)));
  return studies.length;
}
