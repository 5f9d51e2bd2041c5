import assert from "node:assert/strict";
import { test } from "node:test";
import { MARK_KEYS, OFFICE_KEYS, VIEWER_KEYS, viewerActions } from "../../../static/js/viewer/key_map.js";

test("viewerActions_gives_each_action_its_keys_without_a_clash", () => {
  const actions = viewerActions({ marks: {} }, { ...VIEWER_KEYS, ...OFFICE_KEYS, ...MARK_KEYS });
  const keys = Object.values(actions).flatMap((action) => action.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(Object.keys(actions).length, Object.keys({ ...VIEWER_KEYS, ...OFFICE_KEYS, ...MARK_KEYS }).length);
});

test("viewerActions_leaves_marks_out_where_there_are_none", () => {
  assert.equal(viewerActions({ marks: null }, { ...VIEWER_KEYS, ...MARK_KEYS }).mass, undefined);
});

test("viewerActions_takes_only_the_actions_that_have_keys", () => {
  const done = [];
  const viewer = { marks: { start: (finding) => done.push(finding) }, fit: () => done.push("fit") };
  const actions = viewerActions(viewer, { fit: ["g"], mass: ["t"] });
  assert.deepEqual(Object.keys(actions), ["fit", "mass"]);
  actions.fit.run();
  actions.mass.run();
  assert.deepEqual(done, ["fit", "mass"]);
});
