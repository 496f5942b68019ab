// Run by `node --test tests/js`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// From its text, because Node takes a bare .js file for CommonJS.
const source = readFileSync(new URL("../../ui/map/assets/table.js", import.meta.url));
const { COLUMNS, csvOf, rowsOf } = await import(`data:text/javascript;base64,${source.toString("base64")}`);

const run = { run_id: "20260131-142500-ce-k3f9", title: "ce" };
const samples = {
  rows: new Map([["a", 0], ["b", 1], ["c", 2]]),
  labels: [0, 1, 1],
  classNames: ["cat", "dog"],
};
const values = { predictions: Int32Array.of(0, 0, -1), silhouettes: Float32Array.of(0.5, -0.25, 0.25) };

test("selected samples come with what the run says of them, the worst silhouette first", () => {
  const rows = rowsOf(run, samples, values, 7, new Set(["a", "b"]));
  assert.deepEqual(rows.map(({ id }) => id), ["b", "a"]);
  const { class: name, predicted, silhouette, epoch } = rows[0];
  assert.deepEqual([name, predicted, silhouette, epoch], ["dog", "cat", -0.25, 7]);
});

test("a sample that a run does not watch is left out of that run", () => {
  assert.deepEqual(rowsOf(run, samples, values, 7, new Set(["nobody"])), []);
});

test("what is not stored at an epoch stays empty in the file", () => {
  const text = csvOf(rowsOf(run, samples, {}, 7, new Set(["a"])));
  assert.equal(text, `${COLUMNS.join(",")}\r\na,cat,ce,20260131-142500-ce-k3f9,7,,\r\n`);
});

test("an unknown prediction stays empty in the file", () => {
  assert.match(csvOf(rowsOf(run, samples, values, 7, new Set(["c"]))), /,7,,0\.2500\r\n$/);
});

test("commas, quotes and line breaks in names stay inside their cell", () => {
  const text = csvOf([{ id: 'a "b"', class: "x,y", run: "two\nlines" }]);
  assert.equal(text.split("\r\n")[1], '"a ""b""","x,y","two\nlines",,,,');
});

test("a name that looks like a formula is no formula in a spreadsheet, a negative number stays one", () => {
  const text = csvOf([{ id: "-12", class: "=1+1", run: "@x", predicted: "-cmd", silhouette: -0.5 }]);
  assert.equal(text.split("\r\n")[1], "-12,'=1+1,'@x,,,'-cmd,-0.5000");
});
