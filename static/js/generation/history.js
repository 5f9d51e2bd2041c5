/** Keeps the open picture's thumbnail in the history true while the page stays open. */

/**
 * @param {HTMLElement|null} link the history's entry
 * @param {import("./request_state.js").RequestState} state
 * @param {string} address a thumbnail's address with TOKEN in place of the picture's token
 */
export function showInHistory(link, state, address) {
  const blank = link?.querySelector(".generate-thumb-blank");
  if (!blank) return;
  if (state.image) {
    blank.replaceWith(Object.assign(new Image(96, 96), { src: address.replace("TOKEN", state.image), alt: "" }));
    return;
  }
  blank.textContent = state.stateName;
}
