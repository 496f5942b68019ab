// Run by `node --test tests/js`; tests/ui/test_js.py runs it with the rest.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// From its text, because Node takes a bare .js file for CommonJS.
const source = readFileSync(new URL("../../ui/map/assets/pure.js", import.meta.url));
const pure = await import(`data:text/javascript;base64,${source.toString("base64")}`);

function pack(header, parts) {
  let text = JSON.stringify(header);
  while (Buffer.byteLength(text) % 4) text += " ";
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  const padded = parts.flatMap((part) => [part, Buffer.alloc(-part.length & 3)]);
  const bytes = Buffer.concat([length, Buffer.from(text), ...padded]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

const bytesOf = (array) => Buffer.from(array.buffer);

test("unpack gives every array its type and skips the padding between them", () => {
  const header = {
    epoch: 3,
    arrays: [
      { name: "labels", dtype: "u2", shape: [3] },
      { name: "points", dtype: "f4", shape: [2, 2] },
      { name: "predictions", dtype: "i4", shape: [2] },
    ],
  };
  const parts = [Uint16Array.of(1, 2, 65535), Float32Array.of(0.5, -1, 2, 3), Int32Array.of(-1, 7)].map(bytesOf);
  const { epoch, arrays } = pure.unpack(pack(header, parts));
  assert.equal(epoch, 3);
  assert.deepEqual([...arrays.labels], [1, 2, 65535]);
  assert.deepEqual([...arrays.points], [0.5, -1, 2, 3]);
  assert.deepEqual([...arrays.predictions], [-1, 7]);
});

test("unpack reads text that is not ASCII", () => {
  const { names } = pure.unpack(pack({ names: ["Käse", "猫"], arrays: [] }, []));
  assert.deepEqual(names, ["Käse", "猫"]);
});

test("unpack refuses an array type it does not know", () => {
  const buffer = pack({ arrays: [{ name: "x", dtype: "f8", shape: [1] }] }, [Buffer.alloc(8)]);
  assert.throws(() => pure.unpack(buffer), /unknown array type f8/);
});

test("flat coordinates get a third one of zero, spatial ones stay as they are", () => {
  assert.deepEqual([...pure.inSpace(Float32Array.of(1, 2, 3, 4), 2)], [1, 2, 0, 3, 4, 0]);
  const space = Float32Array.of(1, 2, 3);
  assert.equal(pure.inSpace(space, 3), space);
});

test("bounds leave out the outermost half percent on each side", () => {
  const points = new Float32Array(3 * 1000);
  for (let i = 0; i < 1000; i++) points[3 * i] = i;
  points[0] = -1e9;
  const [[low, high]] = pure.boundsOf(points);
  assert.deepEqual([low, high], [5, 994]);
});

test("bounds of very many points are close, though only some of them are looked at", () => {
  const points = new Float32Array(3 * 70000);
  for (let i = 0; i < 70000; i++) points[3 * i] = (i * 7919) % 70000;
  const [[low, high]] = pure.boundsOf(points);
  assert.ok(Math.abs(low - 350) < 350 && Math.abs(high - 69650) < 350);
});

test("no points have no bounds", () => assert.equal(pure.boundsOf(new Float32Array(0)), null));

test("the union of two boxes holds both, and nothing adds nothing", () => {
  const a = [[0, 1], [0, 1], [0, 0]];
  const b = [[-1, 0.5], [2, 3], [0, 0]];
  assert.deepEqual(pure.union(a, b), [[-1, 1], [0, 3], [0, 0]]);
  assert.equal(pure.union(null, b), b);
  assert.equal(pure.union(a, undefined), a);
});

test("a point inside a concave polygon is inside, one in its notch is not", () => {
  const polygon = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]];
  assert.equal(pure.insidePolygon(1, 1, polygon), true);
  assert.equal(pure.insidePolygon(2, 3, polygon), false);
  assert.equal(pure.insidePolygon(5, 1, polygon), false);
});

test("between two frames lie the points of a straight way", () => {
  const [from, to] = [Float32Array.of(0, 0, 0), Float32Array.of(2, 4, -2)];
  assert.deepEqual([...pure.between(from, to, 0.5)], [1, 2, -1]);
  assert.equal(pure.between(from, to, 1), to);
});

test("a shift moves every point by its length over the root mean square radius", () => {
  const from = Float32Array.of(-1, 0, 0, 1, 0, 0);
  const to = Float32Array.of(-1, 0.5, 0, 1, 0.5, 0);
  assert.ok(Math.abs(pure.meanMove(from, to) - 0.5) < 1e-6);
});

test("nothing moves where there was no frame before, or one of other points", () => {
  assert.equal(pure.meanMove(undefined, Float32Array.of(1, 2, 3)), 0);
  assert.equal(pure.meanMove(new Float32Array(6), Float32Array.of(1, 2, 3)), 0);
});

test("class centers are means, and not a number for a class without points", () => {
  const centers = pure.classCenters(Float32Array.of(0, 0, 0, 2, 4, 0), [0, 0], 2);
  assert.deepEqual([...centers.slice(0, 3)], [1, 2, 0]);
  assert.ok(Number.isNaN(centers[3]));
});

test("classes are ranked by their mean silhouette, the lowest first, those without points left out", () => {
  assert.deepEqual(pure.worstFirst(4, [0, 1, 2, 2], Float32Array.of(0.5, -1, 0.9, -0.1)), [1, 2, 0]);
});

test("without silhouettes classes keep their order", () => {
  assert.deepEqual(pure.worstFirst(3, [2, 1, 0], undefined), [0, 1, 2]);
});

test("an epoch without a frame shows the frame before it", () => {
  assert.equal(pure.shownEpoch([0, 2, 5], 4), 2);
  assert.equal(pure.shownEpoch([0, 2, 5], 5), 5);
  assert.equal(pure.shownEpoch([3, 5], 1), 3);
  assert.equal(pure.shownEpoch([], 1), undefined);
});

const map = (method, dims, ...epochs) => ({ method, dims, epochs });

test("of two maps by one method the one with more frames is shown", () => {
  const state = { projections: { a: map("umap", 2, 0), b: map("umap", 2, 0, 1), c: map("umap", 3, 0, 1, 2) } };
  assert.equal(pure.keyOf(state, "umap", 2), "b");
  assert.equal(pure.keyOf(state, "umap", 3), "c");
  assert.equal(pure.keyOf(state, "tsne", 2), undefined);
  assert.equal(pure.keyOf(null, "umap", 2), undefined);
});

test("a map with the usual settings goes before one with settings of its own, unless that is asked for", () => {
  const usual = map("umap", 2, 0);
  const own = { ...map("umap", 2, 0, 1, 2), special: "n_neighbors 30" };
  const state = { projections: { own, usual } };
  assert.equal(pure.keyOf(state, "umap", 2), "usual");
  assert.equal(pure.keyOf(state, "own", 2), "own");
  assert.equal(pure.keyOf({ projections: { own } }, "umap", 2), "own");
});

test("what can be chosen as a map: the methods once, and every map with settings of its own", () => {
  const own = { ...map("umap", 3, 0), special: "n_neighbors 30" };
  const state = { projections: { a: map("umap", 2, 0), b: map("pca", 2, 0), own } };
  assert.deepEqual(pure.mapChoices([state, state]), [
    ["auto", "automatic"], ["pca", "PCA"], ["umap", "UMAP"], ["own", "UMAP 3-D: n_neighbors 30"],
  ]);
});

test("all runs show PCA until every one that has a map has UMAP", () => {
  const [early, late] = [{ projections: { p: map("pca", 2, 0) } }, { projections: { u: map("umap", 2, 0) } }];
  const empty = { projections: {} };
  assert.equal(pure.chosenMethod([early, late], "auto", 2), "pca");
  assert.equal(pure.chosenMethod([late, late, empty], "auto", 2), "umap");
  assert.equal(pure.chosenMethod([empty], "auto", 2), "pca");
  assert.equal(pure.chosenMethod([early, late], "umap", 2), "umap");
  assert.equal(pure.chosenMethod([early], "umap", 2), "pca");
  assert.equal(pure.chosenMethod([early, late], "umap-2d-00000000", 2), "pca");
});

test("a map of low trustworthiness is called so, one of unknown quality is not judged", () => {
  assert.equal(pure.qualityWords({ trustworthiness: 0.84 }).low, true);
  assert.equal(pure.qualityWords({ trustworthiness: 0.98 }).low, false);
  assert.deepEqual(pure.qualityWords({ trustworthiness: null }), { text: "", short: "", low: false });
  assert.deepEqual(pure.qualityWords(undefined), { text: "", short: "", low: false });
});

test("a quality that cannot be measured was measured, one that is missing was not", () => {
  assert.equal(pure.isMeasured({ trustworthiness: null }), true);
  assert.equal(pure.isMeasured({ trustworthiness: 0.9 }), true);
  assert.equal(pure.isMeasured({ epoch: 3 }), false);
  assert.equal(pure.isMeasured(undefined), false);
});

test("a silhouette of zero is pale, and values beyond ±1 count as ±1", () => {
  assert.deepEqual(pure.silhouetteColor(0), [221, 221, 221]);
  assert.deepEqual(pure.silhouetteColor(-3), pure.silhouetteColor(-1));
  assert.notDeepEqual(pure.silhouetteColor(1), pure.silhouetteColor(-1));
});

test("the unturned camera maps the middle to the middle and up to up", () => {
  const view = { width: 200, height: 100, unit: 10, center: [1, 1, 0], rotation: pure.rotation(0, 0), x: 0, y: 0 };
  assert.deepEqual(pure.toScreen(1, 1, 0, view), [100, 50]);
  assert.deepEqual(pure.toScreen(2, 2, 0, view), [110, 40]);
});

test("a turned camera keeps distances", () => {
  const r = pure.rotation(0.7, -0.4);
  for (const row of [0, 3, 6]) assert.ok(Math.abs(Math.hypot(r[row], r[row + 1], r[row + 2]) - 1) < 1e-12);
  assert.ok(Math.abs(r[0] * r[3] + r[1] * r[4] + r[2] * r[5]) < 1e-12);
});

test("a long name ends in an ellipsis, a short one stays", () => {
  assert.equal(pure.shorten("abcdef", 4), "abc…");
  assert.equal(pure.shorten("abcd", 4), "abcd");
});

test("names that would cover each other are moved apart, the others stay", () => {
  const at = (x, y) => ({ x, y, width: 40, height: 10 });
  const moved = pure.apart([at(0, 0), at(10, 2), at(5, 1), at(100, 0)]);
  assert.deepEqual([moved[0].y, moved[3].y], [0, 0]);
  const overlaps = (a, b) => Math.abs(a.x - b.x) < 40 && Math.abs(a.y - b.y) < 10;
  assert.ok(!moved.some((a, i) => moved.slice(i + 1).some((b) => overlaps(a, b))));
  assert.deepEqual(moved.map(({ x }) => x), [0, 10, 5, 100]);
});

test("a flat map fills the stage as far as its own shape allows", () => {
  const tall = pure.framing([[0, 2], [0, 8], [0, 0]], 2);
  assert.deepEqual(tall.reach, [1, 4]);
  assert.equal(pure.fitted(tall, 100, 400), 45);
  assert.equal(pure.fitted(tall, 1000, 400), 45);
});

test("a map in space gets the same room on every side, because it turns", () => {
  assert.deepEqual(pure.framing([[0, 2], [0, 8], [0, 4]], 3).reach, [4, 4]);
});

test("points on one line or one spot do not fill the stage with noise", () => {
  assert.deepEqual(pure.framing([[0, 8], [1, 1], [0, 0]], 2).reach, [4, 0.2]);
  assert.ok(pure.fitted(pure.framing([[1, 1], [1, 1], [0, 0]], 2), 100, 100) < Infinity);
});

test("a name without room near its place is left out", () => {
  const pile = Array.from({ length: 9 }, () => ({ x: 0, y: 0, width: 40, height: 10 }));
  const placed = pure.apart(pile);
  assert.equal(placed.length, 5);
  assert.ok(placed.every(({ y }) => Math.abs(y) <= 20));
});

test("following the newest goes one epoch at a time while little is behind", () => {
  assert.equal(pure.chaseEpoch([0, 1, 2, 3], 1), 2);
});

test("following takes longer steps the more there is to catch up with", () => {
  const epochs = Array.from({ length: 101 }, (_, i) => i);
  assert.equal(pure.chaseEpoch(epochs, -1), 6);
  assert.equal(pure.chaseEpoch(epochs, 90), 91);
});

test("following stays at the newest, and goes straight there where nothing was shown", () => {
  assert.equal(pure.chaseEpoch([0, 5], 5), 5);
  assert.equal(pure.chaseEpoch([0, 5], 9), 5);
  assert.equal(pure.chaseEpoch([0, 5, 9], null), 9);
});

test("a collapsed embedding says so instead of praising its map", () => {
  const faithful = { trustworthiness: 1 };
  const point = pure.qualityWords(faithful, { kind: "point", amount: 0.5 });
  assert.ok(point.low && point.text.includes("collapsed") && point.text.includes("0.5°") && !point.text.includes("faithful"));
  assert.ok(pure.qualityWords(faithful, { kind: "line", amount: 0.99 }).text.includes("one line (99 %"));
  assert.ok(pure.qualityWords(faithful, null).text.includes("faithful"));
});
