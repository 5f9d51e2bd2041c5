// Who may import whom in the browser: pages over features over lib; features are strangers; nothing goes in a circle.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../static/js", import.meta.url));
const FILES = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"));
const text = (file) => readFileSync(join(ROOT, file), "utf8");

/** Imports of a module; types named in comments count, since the hashed file names follow them too. */
function importsOf(file, source = text(file)) {
  const found = [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.[^"']+)["']/g)];
  return found.map((match) => relative(ROOT, normalize(join(ROOT, dirname(file), match[1]))));
}

const folder = (file) => file.split("/")[0];

function circleFrom(file, graph, path = []) {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  for (const next of graph.get(file) ?? []) {
    const circle = circleFrom(next, graph, [...path, file]);
    if (circle) return circle;
  }
  return null;
}

test("no_module_imports_itself_by_a_circle", () => {
  const graph = new Map(FILES.map((file) => [file, importsOf(file)]));
  const circles = FILES.map((file) => circleFrom(file, graph)).filter(Boolean);
  assert.deepEqual(circles, []);
});

test("circleFrom_finds_a_circle_through_a_type_in_a_comment", () => {
  const graph = new Map([
    ["a/x.js", importsOf("a/x.js", 'import { y } from "./y.js";')],
    ["a/y.js", importsOf("a/y.js", '/** @typedef {import("./x.js").X} X */')],
  ]);
  assert.deepEqual(circleFrom("a/x.js", graph), ["a/x.js", "a/y.js", "a/x.js"]);
});

test("features_are_strangers_and_lib_knows_none", () => {
  const wrong = FILES.flatMap((file) => importsOf(file).map((target) => [file, target])).filter(
    ([file, target]) => folder(file) !== "pages" && folder(target) !== folder(file) && folder(target) !== "lib",
  );
  assert.deepEqual(wrong, []);
});

test("one_module_touches_openseadragon", () => {
  const wrong = FILES.filter((file) => /\b(?:window|globalThis)\S*\.OpenSeadragon\b/.test(text(file)));
  assert.deepEqual(wrong.filter((file) => file !== "lib/openseadragon.js"), []);
});

test("no_module_writes_inline_styles_or_markup", () => {
  const wrong = FILES.filter((file) => /innerHTML|setAttribute\(["']style|insertAdjacentHTML|\beval\(|new Function\(/.test(text(file)));
  assert.deepEqual(wrong, []);
});
