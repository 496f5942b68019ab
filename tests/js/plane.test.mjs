// Pure functions of the playground.

import assert from "node:assert/strict";
import test from "node:test";

import * as plane from "../../ui/playground/assets/plane.js";

const size = { width: 600, height: 400 };

test("places and pixels are each other's inverse, with the center in the middle and up being up", () => {
  assert.deepEqual(plane.toPixels([0, 0], size), [300, 200]);
  assert.ok(plane.toPixels([0, 1], size)[1] < 200);
  const [x, y] = plane.toPlane(plane.toPixels([1.25, -0.5], size), size);
  assert.ok(Math.abs(x - 1.25) < 1e-9 && Math.abs(y + 0.5) < 1e-9);
});

test("the nearest point is taken only within reach", () => {
  const points = [[0, 0], [1, 0]];
  assert.equal(plane.nearest(points, [0.8, 0], 0.5), 1);
  assert.equal(plane.nearest(points, [0.5, 2], 0.5), null);
});

test("arrows grow with the root of the force, up to the longest, and vanish with it", () => {
  const [none, small, strong, stronger] = plane.arrowLengths([[0, 0], [0.5, 0], [plane.STRONG, 0], [99, 0]]);
  assert.equal(none, 0);
  assert.ok(Math.abs(small - plane.LONGEST_ARROW / 2) < 1e-9);
  assert.equal(strong, plane.LONGEST_ARROW);
  assert.equal(stronger, plane.LONGEST_ARROW);
});

test("shades go by rank, and what is no number has none", () => {
  assert.deepEqual(plane.shades([[5, 1], [100, null]]), [[0.5, 0], [1, null]]);
});

test("between two frames points move evenly; frames of different size are not mixed", () => {
  assert.deepEqual(plane.between([[0, 0]], [[2, 4]], 0.5), [[1, 2]]);
  assert.deepEqual(plane.between([[0, 0], [1, 1]], [[2, 4]], 0.5), [[2, 4]]);
});

test("points in a link are those that Python reads and writes", () => {
  // ui.playground.scene.own_scene([[0.5, -1.25], [3, 9]], [0, 2]).link
  assert.equal(plane.pointsLink([[0.5, -1.25], [3, 9]], [0, 2]), "_48AWAD_3___Ag==");
});

test("painting adds a point, erasing takes those within reach, and two points always stay", () => {
  const points = [[0, 0], [1, 0], [2, 0]];
  assert.deepEqual(plane.painted(points, [0, 0, 1], [3, 3], 2, 0.5, 10)[1], [0, 0, 1, 2]);
  assert.deepEqual(plane.painted(points, [0, 0, 1], [1.1, 0], -1, 0.5, 10), [[[0, 0], [2, 0]], [0, 1]]);
  assert.deepEqual(plane.painted([[0, 0], [1, 0]], [0, 1], [0, 0], -1, 0.5, 10)[0].length, 2);
  assert.equal(plane.painted(points, [0, 0, 1], [3, 3], 2, 0.5, 3)[0].length, 3);
});
