import assert from "node:assert/strict";
import { test } from "node:test";
import { createMarks } from "../../../static/js/viewer/marks.js";

const ellipse = (facts = {}) => ({ finding: "mass", shape: "ellipse", x: 10, y: 20, width: 30, height: 40, ...facts });

function sample() {
  let count = 0;
  const marks = createMarks({ newId: () => `m${++count}` });
  marks.setBounds({ width: 100, height: 200 });
  return marks;
}

test("marks_are_added_changed_removed_and_told", () => {
  const marks = sample();
  const told = [];
  const stop = marks.onChange((list) => told.push(list.length));
  const id = marks.add(ellipse());
  marks.update(id, { x: 15.4 });
  assert.equal(marks.list()[0].x, 15);
  marks.remove(id);
  marks.remove("unknown");
  stop();
  marks.add(ellipse());
  assert.deepEqual(told, [1, 1, 0]);
});

test("list_gives_copies", () => {
  const marks = sample();
  marks.add(ellipse());
  marks.list()[0].x = 99;
  assert.equal(marks.list()[0].x, 10);
});

test("undo_takes_changes_back_and_set_forgets_them", () => {
  const marks = sample();
  marks.add(ellipse());
  marks.remove("m1");
  assert.equal(marks.undo(), true);
  assert.equal(marks.list().length, 1);
  marks.set([]);
  assert.equal(marks.undo(), false);
});

test("set_says_nothing_when_there_was_nothing", () => {
  const marks = sample();
  let told = 0;
  marks.onChange(() => told++);
  marks.set([]);
  assert.equal(told, 0);
});

test("start_chooses_a_tool_and_refuses_an_unknown_finding", () => {
  const marks = sample();
  const tools = [];
  marks.onTool((tool) => tools.push(tool));
  marks.start("mass");
  assert.equal(marks.tool, "mass");
  marks.stop();
  assert.deepEqual(tools, ["mass", null]);
  assert.throws(() => marks.start("cyst"), /Expected one of mass/);
});
