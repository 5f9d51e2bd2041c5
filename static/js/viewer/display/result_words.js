// What the self-check found, in words that claim no more than was looked at.

/** @param {number} background */
const place = (background) => (background < 64 ? "dark" : background > 191 ? "bright" : "middle");

/**
 * @param {{pitch_mm: number|null, black: boolean, white: boolean, lines: boolean,
 *   letters: {background: number, smallest: number|null}[], screen: {exact: boolean, ratio: number}}} result
 * @returns {string[]} one sentence a finding
 */
export function resultWords({ pitch_mm: pitch, black, white, lines, letters, screen }) {
  const words = [
    black ? "Nearly black is told from black." : "Nearly black is lost in black: darken the room or raise the screen's black level.",
    white ? "Nearly white is told from white." : "Nearly white is lost in white: lower the screen's contrast.",
    lines ? "Lines of one pixel stand apart." : "Lines of one pixel run together: set the screen to its own resolution and the browser to 100 %.",
  ];
  for (const { background, smallest } of letters) {
    const read = smallest === null ? "no letter was read" : `letters were read down to ${smallest} of 255 steps`;
    words.push(`On the ${place(background)} field ${read}.`);
  }
  words.push(pitch ? `A pixel is ${pitch.toFixed(4)} mm wide, by the card.` : "The size of a pixel was not measured, so there is no true size.");
  if (!screen.exact) words.push("This browser changes gray values on their way to the screen. Switch off its color filters or use another one.");
  if (!Number.isInteger(screen.ratio)) words.push("The browser is zoomed or the screen is scaled: 1:1 is still one pixel on one pixel.");
  return words;
}
