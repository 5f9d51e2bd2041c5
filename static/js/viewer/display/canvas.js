// Painting at device pixels, and whether what is painted comes back.

/** @param {number} gray 0 to 255 */
const style = (gray) => `rgb(${gray} ${gray} ${gray})`;

/** Give a canvas one pixel for each of the screen's. @param {HTMLCanvasElement} canvas */
function sized(canvas) {
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.round(box.width * devicePixelRatio);
  canvas.height = Math.round(box.height * devicePixelRatio);
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
}

/** @param {HTMLCanvasElement} canvas @param {(width: number, height: number) => import("./pattern.js").Patch[]} pattern */
export function paintPattern(canvas, pattern) {
  const context = sized(canvas);
  for (const { x, y, width, height, gray } of pattern(canvas.width, canvas.height)) {
    context.fillStyle = style(gray);
    context.fillRect(x, y, width, height);
  }
}

/** @param {HTMLCanvasElement} canvas @param {import("./letters.js").Row[]} rows */
export function paintLetters(canvas, rows) {
  const context = sized(canvas);
  const band = canvas.height / rows.length;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `600 ${Math.round(Math.min(band * 0.4, canvas.width / 12))}px sans-serif`;
  rows.forEach(({ background, letters }, row) => {
    context.fillStyle = style(background);
    context.fillRect(0, Math.round(row * band), canvas.width, Math.ceil(band));
    letters.forEach(({ letter, gray }, column) => {
      context.fillStyle = style(gray);
      context.fillText(letter, ((column + 0.5) * canvas.width) / letters.length, (row + 0.5) * band);
    });
  });
}

/** Whether each of the 256 grays comes back as it was painted. It says nothing of the glass. @returns {boolean} */
export function comesBack() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [256, 1];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  for (let gray = 0; gray < 256; gray++) {
    context.fillStyle = style(gray);
    context.fillRect(gray, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, 256, 1);
  return data.every((value, i) => i % 4 === 3 || value === i >> 2);
}

/** What the browser tells of the screen. */
export function screenFacts() {
  const gamut = ["rec2020", "p3", "srgb"].find((name) => matchMedia(`(color-gamut: ${name})`).matches) ?? "";
  const gl = document.createElement("canvas").getContext("webgl2");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return {
    width: screen.width,
    height: screen.height,
    ratio: devicePixelRatio,
    depth: screen.colorDepth,
    gamut,
    drawer: gl ? "webgl" : "canvas",
    exact: comesBack(),
    browser: navigator.userAgent.slice(0, 200),
  };
}
