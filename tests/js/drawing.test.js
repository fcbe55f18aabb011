import assert from "node:assert/strict";
import test from "node:test";
import { Drawing } from "../../static/js/map/drawing.js";

const corners = [[138.32, 34.87], [138.33, 34.87], [138.33, 34.88], [138.32, 34.88]];

/** @param {string} kind @param {number} count */
function drawn(kind, count) {
  const drawing = new Drawing({ kind });
  for (const corner of corners.slice(0, count)) drawing.add(corner);
  return drawing;
}

test("undo and redo walk along everything that was done", () => {
  const drawing = drawn("area", 3);
  drawing.undo();
  drawing.undo();
  assert.equal(drawing.vertices.length, 1);
  drawing.redo();
  assert.deepEqual(drawing.vertices, corners.slice(0, 2));
  drawing.move(1, corners[3]);
  assert.equal(drawing.canRedo, false);
  drawing.undo();
  assert.deepEqual(drawing.vertices[1], corners[1]);
});

test("ending at the crosshair adds it as the last corner, once", () => {
  const drawing = drawn("area", 3);
  assert.equal(drawing.endedAt(corners[3]).length, 4);
  assert.equal(drawing.endedAt(corners[2]).length, 3);
  assert.equal(drawing.endedAt(null).length, 3);
});

test("a second tap at one place adds nothing", () => {
  const drawing = drawn("line", 2);
  assert.equal(drawing.add(corners[1]), false);
  assert.equal(drawing.vertices.length, 2);
});

test("two corners are no area, a bow tie isn't either", () => {
  assert.equal(drawn("area", 2).problem(corners.slice(0, 2)), "few");
  assert.equal(drawn("area", 4).problem([corners[0], corners[2], corners[1], corners[3]]), "crossing");
  assert.equal(drawn("area", 4).problem(corners), "");
});

test("an area becomes a closed ring", () => {
  const { type, coordinates } = drawn("area", 4).geometry();
  assert.equal(type, "Polygon");
  assert.deepEqual(coordinates[0][0], coordinates[0][4]);
});

test("a knob halfway becomes a corner in between", () => {
  const drawing = drawn("line", 2);
  drawing.insert(0, [138.325, 34.871]);
  assert.deepEqual(drawing.vertices[1], [138.325, 34.871]);
  assert.equal(drawing.vertices.length, 3);
});

test("a drawing read back from a draft can still be undone", () => {
  const again = new Drawing(JSON.parse(JSON.stringify(drawn("area", 3))));
  again.undo();
  assert.equal(again.vertices.length, 2);
});
