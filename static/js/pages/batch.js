// A batch: its progress, its contact sheet, and the accepted on their way into a study.

import { createLargePicture } from "../generation/large_picture.js";
import { startSheet } from "../generation/sheet.js";
import { progressWords, unfinished } from "../generation/sheet_state.js";
import { fillStudies } from "../imaging/study_choice.js";
import { getJson } from "../lib/http.js";
import { createViewer } from "../viewer/viewer.js";

const LOOK_AGAIN_MS = 2500;
const page = JSON.parse(document.getElementById("page").textContent);
const find = (id) => /** @type {any} */ (document.getElementById(id));

const sheet = startSheet(find("sheet"), {
  items: page.state.items,
  large: (decide) => createLargePicture(find("large"), decide, (root) => createViewer(root, { marks: false })),
  onChange: showChosen,
});

let offered = false;
async function showChosen(accepted) {
  find("sheet-bar").hidden = accepted === 0;
  find("sheet-count").textContent = `${accepted} accepted`;
  if (!accepted || offered) return;
  offered = true;
  const count = await fillStudies(find("study"), find("sheet-bar").dataset.drafts);
  find("study").hidden = find("sheet-send").hidden = count === 0;
  find("sheet-hint").textContent = count ? "" : "Make a study first: only drafts take new pictures.";
}

function show(state) {
  find("batch-live").hidden = !unfinished(state);
  find("batch-progress").value = state.drawn;
  find("batch-progress-words").textContent = progressWords(state);
  find("batch-message").textContent = state.message;
  find("batch-message").hidden = !state.message;
  find("batch-cancel").hidden = state.live === 0;
  find("batch-retry").hidden = state.failed === 0;
  const copies = find("batch-copies");
  if (copies) copies.textContent = state.copies;
  sheet.update(state.items);
  if (unfinished(state)) setTimeout(look, LOOK_AGAIN_MS);
}

async function look() {
  try {
    show(await getJson(page.stateUrl));
  } catch {
    setTimeout(look, LOOK_AGAIN_MS * 2);
  }
}

show(page.state);
