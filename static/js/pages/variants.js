/** The page of variants looks again while some of them are being drawn. */

const LOOK_AGAIN_MS = 2500;

if (document.querySelector("[data-drawing]")) setTimeout(() => location.reload(), LOOK_AGAIN_MS);
