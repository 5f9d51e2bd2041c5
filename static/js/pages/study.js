// A study's page follows its readers, and shows itself anew when pictures are made or the state moves.

import { getJson } from "../lib/http.js";
import { showProgress } from "../studies/coordinator/progress_rows.js";

const SOON_MS = 2_000;
const CALM_MS = 10_000;
const LIVE = ["open", "paused"];
const page = /** @type {HTMLElement} */ (document.querySelector("[data-progress]"));
const { progress: url, state } = page.dataset;
const waiting = Number(page.dataset.waiting);

async function look() {
  const answer = await getJson(url).catch(() => null);
  const moved = answer && (answer.state !== state || (waiting > 0 && answer.pictures.waiting !== waiting));
  const typing = document.activeElement instanceof HTMLInputElement || document.querySelector("details[open]");
  if (moved && !typing) return location.reload();
  if (answer) showProgress(document, answer);
  again();
}

function again() {
  if (waiting > 0 || LIVE.includes(state)) setTimeout(look, waiting > 0 ? SOON_MS : CALM_MS);
}

again();
