import assert from "node:assert/strict";
import test from "node:test";

import { colorInputs, pointColors, sameInputs } from "../../ui/map/assets/coloring.js";

const samples = { ids: ["a", "b", "c"], labels: [0, 1, 2], classNames: ["x", "y", "z"], splits: [0, 0, 1], splitNames: ["test", "train"] };
const schemes = { byClass: new Map([[0, "#ff0000"], [1, "#00ff00"]]), splitNames: ["test", "train"], emphasized: null };
const shared = { color: "class", selection: null };
const pixels = (colors) => [0, 1, 2].map((i) => [...colors.slice(4 * i, 4 * i + 4)]);

test("points have the color of their class, gray and paler where it has none", () => {
  const found = pixels(pointColors(samples, null, shared, schemes));
  assert.deepEqual(found.slice(0, 2), [[255, 0, 0, 215], [0, 255, 0, 215]]);
  assert.ok(found[2][3] < 215 && found[2][0] !== 255);
});

test("what is not selected or not emphasized is faint", () => {
  const alpha = (change, scheme = {}) => pixels(pointColors(samples, null, { ...shared, ...change }, { ...schemes, ...scheme })).map((p) => p[3] < 77);
  assert.deepEqual(alpha({ selection: new Set(["b"]) }), [true, false, true]);
  assert.deepEqual(alpha({}, { emphasized: new Set([0]) }), [false, true, true]);
});

test("predictions color a point by what it is taken for, right or wrong by whether that is its class", () => {
  const values = { predictions: [1, 1, 1] };
  assert.deepEqual(pixels(pointColors(samples, values, { ...shared, color: "prediction" }, schemes))[0].slice(0, 3), [0, 255, 0]);
  const correct = pixels(pointColors(samples, values, { ...shared, color: "correct" }, schemes));
  assert.deepEqual(correct[0], correct[2]);
  assert.notDeepEqual(correct[0], correct[1]);
});

test("an epoch changes the colors only where they show its values", () => {
  const inputs = (values, color) => colorInputs(samples, values, { ...shared, color }, schemes);
  assert.ok(sameInputs(inputs({}, "class"), inputs({}, "class")));
  assert.ok(!sameInputs(inputs({}, "silhouette"), inputs({}, "silhouette")));
  assert.ok(!sameInputs(inputs(null, "class"), inputs(null, "worst")));
  assert.ok(!sameInputs(undefined, inputs(null, "class")));
});

test("another selection or another highlight changes the colors", () => {
  const inputs = (change, scheme = {}) => colorInputs(samples, null, { ...shared, ...change }, { ...schemes, ...scheme });
  assert.ok(!sameInputs(inputs({}), inputs({ selection: new Set(["a"]) })));
  assert.ok(!sameInputs(inputs({}), inputs({}, { emphasized: new Set([1]) })));
});
