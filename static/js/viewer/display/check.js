// The display's self-check: size by a card, a pattern, letters. What it finds is told, kept and never called more.

import { HttpError, postJson } from "../../lib/http.js";
import { createStore } from "../../lib/store.js";
import { paintLetters, paintPattern, screenFacts } from "./canvas.js";
import { CARD_MM, cardWidth, pixelPitch } from "./card_size.js";
import { letterRows, rowResult } from "./letters.js";
import { testPattern } from "./pattern.js";
import { resultWords } from "./result_words.js";

const ORDER = ["size", "grays", "letters", "result"];
const SCREEN_PITCH_MM = 0.265; // a common desktop screen, only where the frame begins

/** @param {number} below */
const draw = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;

/** @param {HTMLElement} root the markup of `viewer/display.html` @param {{save: string}} urls */
export function createDisplayCheck(root, urls) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(`[data-${name}]`));
  const store = createStore("display");
  const rows = letterRows(draw);
  const width = find("card-width");
  let at = 0;
  let measured = false;

  const showCard = () => {
    find("card").style.width = `${width.value}px`;
    find("card").style.height = `${(width.value * CARD_MM.height) / CARD_MM.width}px`;
    find("pitch").textContent = `${pixelPitch(Number(width.value), devicePixelRatio).toFixed(4)} mm a pixel`;
  };
  const paint = () => {
    if (ORDER[at] === "grays") paintPattern(find("pattern"), testPattern);
    if (ORDER[at] === "letters") paintLetters(find("letter-chart"), rows);
  };
  const go = (/** @type {number} */ to) => {
    at = to;
    for (const part of root.querySelectorAll("[data-part]")) {
      /** @type {any} */ (part).hidden = part.getAttribute("data-part") !== ORDER[at];
    }
    find("count").textContent = at < ORDER.length - 1 ? `${at + 1} of ${ORDER.length - 1}` : "";
    paint();
    /** @type {any} */ (root.querySelector(`[data-part="${ORDER[at]}"] [data-first]`))?.focus();
  };

  const answer = (/** @type {string} */ name) => {
    return /** @type {any} */ (root.querySelector(`input[name="${name}"]:checked`))?.value ?? null;
  };
  const found = () => ({
    pitch_mm: measured ? pixelPitch(Number(width.value), devicePixelRatio) : null,
    black: answer("black") === "seen",
    white: answer("white") === "seen",
    lines: answer("lines") === "seen",
    letters: rows.map((row, i) => {
      const { background, smallest } = rowResult(row, find(`typed-${i}`).value);
      return { background, smallest };
    }),
    screen: screenFacts(),
  });
  const finish = async () => {
    const result = found();
    if (result.pitch_mm) store.write({ ...store.read({}), pitchMm: result.pitch_mm });
    go(ORDER.indexOf("result"));
    find("words").replaceChildren(...resultWords(result).map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    try {
      await postJson(urls.save, result);
      find("saved").textContent = "Kept with your account.";
    } catch (error) {
      find("saved").textContent = `Not kept: ${error instanceof HttpError ? error.message : "it could not be sent."}`;
    }
  };

  /** Name what is missing where it is. */
  const complete = () => {
    if (ORDER[at] !== "grays") return true;
    const open = ["black", "white", "lines"].find((name) => answer(name) === null);
    find("need").hidden = !open;
    if (open) /** @type {any} */ (root.querySelector(`input[name="${open}"]`)).focus();
    return !open;
  };
  const next = () => {
    if (!complete()) return;
    if (ORDER[at] === "size") measured = true;
    if (ORDER[at] === "letters") void finish();
    else go(at + 1);
  };

  width.value = String(Math.round(cardWidth(store.read({}).pitchMm || SCREEN_PITCH_MM / devicePixelRatio, devicePixelRatio)));
  width.addEventListener("input", showCard);
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    next();
  });
  find("skip").addEventListener("click", () => {
    measured = false;
    go(1);
  });
  find("again").addEventListener("click", () => location.reload());
  window.addEventListener("resize", paint);
  showCard();
  go(0);
}
