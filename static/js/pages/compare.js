// Pictures beside each other.

import { createCompare } from "../viewer/hanging/compare.js";

const hanging = JSON.parse(document.getElementById("hanging").textContent);
void createCompare(/** @type {HTMLElement} */ (document.querySelector("[data-compare]")), hanging);
