import assert from "node:assert/strict";
import test from "node:test";

import { ClassList } from "../../ui/map/assets/classes.js";
import { HIGHLIGHTS, PALETTE } from "../../ui/map/assets/palette.js";

const NOTHING = { highlighted: null, pinned: new Set(), color: "class" };

/** Classes with one sample each; the higher its index, the worse a class. */
function listOf(count) {
  const list = new ClassList(Array.from({ length: count }, (_, i) => `class ${i}`));
  const labels = Uint16Array.from({ length: count }, (_, i) => i);
  const silhouettes = Float32Array.from(labels, (label) => -label / count);
  list.panes = [{ data: { samples: { labels } }, values: { silhouettes }, frame: { epoch: 1 } }];
  return list;
}

test("up to a hundred classes have a color of their own, in their order", () => {
  assert.deepEqual([...listOf(3).colorsFor("class")], [[0, PALETTE[0]], [1, PALETTE[1]], [2, PALETTE[2]]]);
  assert.equal(new Set(listOf(100).colorsFor("class").values()).size, 100);
});

test("of more than a hundred classes the hundred worst have a color", () => {
  const colors = listOf(120).colorsFor("class");
  assert.equal(colors.size, 100);
  assert.ok(colors.has(119) && !colors.has(0));
});

test("the worst of many classes alone can be colored, none of them gray", () => {
  const colors = listOf(26).colorsFor("worst");
  assert.deepEqual([...colors.keys()], [25, 24, 23, 22, 21, 20, 19, 18]);
  assert.deepEqual([...colors.values()], HIGHLIGHTS);
  assert.ok(!HIGHLIGHTS.includes("#94a4a2") && !HIGHLIGHTS.includes("#717581"));
});

test("a few classes are all colored, worst or not", () => {
  assert.equal(listOf(10).colorsFor("worst").size, 10);
});

test("a ranking stays while people watch", () => {
  const list = listOf(12);
  const before = [...list.colorsFor("worst").keys()];
  list.panes[0].values.silhouettes = new Float32Array(12);
  assert.deepEqual([...list.colorsFor("worst").keys()], before);
});

test("of many classes some are named, the worst first; a pointed-at class alone", () => {
  const list = listOf(200);
  assert.equal(list.named(NOTHING).length, 40);
  assert.equal(list.named(NOTHING)[0], 199);
  assert.deepEqual(list.named({ ...NOTHING, highlighted: "class 7" }), [7]);
});
