// The tile's bytes back to values. The browser has already undone the gzip (`Content-Encoding`).

/**
 * Undo two byte planes of zigzagged left-neighbor differences.
 * @param {Uint8Array} bytes all low bytes, then all high bytes
 * @param {number} width columns @param {number} height rows
 * @returns {Uint16Array} values, row by row
 */
export function decodePlanes(bytes, width, height) {
  const count = width * height;
  if (bytes.length !== 2 * count) {
    throw new Error(`Expected ${2 * count} bytes for ${width} × ${height} px, got ${bytes.length}.`);
  }
  const values = new Uint16Array(count);
  for (let row = 0, i = 0; row < height; row++) {
    let last = row ? values[i - width] : 0;
    for (let column = 0; column < width; column++, i++) {
      const zigzag = bytes[i] | (bytes[count + i] << 8);
      values[i] = last = (last + ((zigzag >>> 1) ^ -(zigzag & 1))) & 65535;
    }
  }
  return values;
}
