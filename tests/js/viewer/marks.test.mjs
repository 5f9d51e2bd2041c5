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

test("redo_makes_again_what_undo_took_back_until_something_new_is_made", () => {
  const marks = sample();
  marks.add(ellipse());
  marks.update("m1", { x: 12 });
  marks.undo();
  assert.equal(marks.list()[0].x, 10);
  assert.equal(marks.redo(), true);
  assert.equal(marks.list()[0].x, 12);
  assert.equal(marks.redo(), false);
  marks.undo();
  marks.add(ellipse());
  assert.equal(marks.redo(), false);
});

test("one_gesture_is_taken_back_as_one", () => {
  const marks = sample();
  marks.add(ellipse());
  marks.update("m1", { x: 11 });
  for (const x of [12, 13, 14]) marks.update("m1", { x }, { again: true });
  marks.undo();
  assert.equal(marks.list()[0].x, 10);
});

test("a_tool_draws_the_shapes_it_may_and_keeps_the_last_one", () => {
  const marks = sample();
  marks.start("mass", ["ellipse", "polygon"]);
  assert.equal(marks.shape, "ellipse");
  marks.nextShape();
  assert.equal(marks.shape, "polygon");
  marks.start("calcification", ["point", "polygon"]);
  assert.equal(marks.shape, "polygon");
  marks.start("mass", ["point"]);
  assert.equal(marks.shape, "point");
  assert.throws(() => marks.setShape("rectangle"), /Expected one of point/);
});

test("a_mark_that_goes_is_not_selected_any_more", () => {
  const marks = sample();
  const told = [];
  marks.onSelect((id) => told.push(id));
  const id = marks.add(ellipse());
  marks.select(id);
  marks.remove(id);
  assert.deepEqual(told, [id, null]);
  assert.equal(marks.selected, null);
});
