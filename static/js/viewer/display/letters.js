// Letters hardly brighter or darker than what they stand on: what is read tells what the screen shows in this light.

/** Letters that are about equally easy to tell apart. Source: Sloan, Am. J. Ophthalmol. 48 (1959). */
const ALPHABET = [..."CDHKNORSVZ"];

/** Grays that the letters stand on, and by how many of 255 steps they differ, from easy to hard. */
export const BACKGROUNDS = [12, 128, 242];
export const DIFFERENCES = [8, 5, 3, 2, 1];

/**
 * @typedef {object} Row
 * @property {number} background 0 to 255
 * @property {{letter: string, gray: number, difference: number}[]} letters
 */

/**
 * Draw letters, no letter twice in a row.
 * @param {(below: number) => number} draw a random whole number
 * @returns {Row[]}
 */
export function letterRows(draw) {
  return BACKGROUNDS.map((background) => {
    const left = [...ALPHABET];
    const sign = background > 191 ? -1 : 1;
    const letters = DIFFERENCES.map((difference) => {
      const [letter] = left.splice(draw(left.length), 1);
      return { letter, difference, gray: background + sign * difference };
    });
    return { background, letters };
  });
}

/**
 * What was read of a row.
 * @param {Row} row @param {string} typed in order; a letter that was not seen is left out at the end or typed as "-"
 * @returns {{background: number, read: boolean[], smallest: number|null}} `smallest`: the smallest difference that
 *   was read, all larger ones too; null when not even the largest was
 */
export function rowResult({ background, letters }, typed) {
  const given = [...typed.toUpperCase().replace(/\s/g, "")];
  const read = letters.map(({ letter }, i) => given[i] === letter);
  const right = read.indexOf(false) === -1 ? read.length : read.indexOf(false);
  return { background, read, smallest: right ? letters[right - 1].difference : null };
}
