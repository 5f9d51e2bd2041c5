/**
 * Canonical JSON: keys sorted, no spaces, UTF-8. Browser and server hash the same text, so a
 * receipt proves that the server holds exactly what the reader sent.
 */

/**
 * Return the canonical text of a JSON value.
 * @param {unknown} value null, boolean, finite number, string, array or plain object
 * @returns {string}
 * @throws {TypeError} for anything JSON cannot carry exactly (undefined, NaN, functions)
 */
export function canonicalJson(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`expected a finite number, got ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`expected a JSON value, got ${typeof value}`);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(",")}}`;
}
