/** Another seed at a click. Pure but for the element it is given. */

/**
 * @param {HTMLInputElement} input @param {HTMLButtonElement} dice @param {number} limit seeds lie below it
 * @param {() => number} random uniform in [0, 1)
 */
export function rollsSeed(input, dice, limit, random = Math.random) {
  dice.addEventListener("click", () => {
    input.value = String(Math.floor(random() * limit));
  });
}
