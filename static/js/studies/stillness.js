/** The instrument steps back when the reader only looks: a class after some seconds without a sign of life. */

const STILL_MS = 3_000;

/**
 * Watch for signs of life.
 * @param {HTMLElement} root gets the class `is-still`
 * @param {() => void} onSign called at each sign
 */
export function watchStillness(root, onSign) {
  let timer = 0;
  const sign = () => {
    root.classList.remove("is-still");
    clearTimeout(timer);
    timer = window.setTimeout(() => root.classList.add("is-still"), STILL_MS);
    onSign();
  };
  for (const name of ["pointermove", "pointerdown", "wheel", "keydown", "focusin"]) {
    window.addEventListener(name, sign, { passive: true, capture: true });
  }
  sign();
}
