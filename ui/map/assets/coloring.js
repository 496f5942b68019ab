// Which color and strength every point of a run has.

import { OTHER, PALETTE } from "./palette.js";
import { rgb, silhouetteColor } from "./pure.js";

const FAINT = 36;
const UNCOLORED = 110;
const FULL = 215;
const RIGHT = rgb(PALETTE[0]);
const WRONG = rgb(PALETTE[2]);
const GRAY = rgb(OTHER);
const COLORS = PALETTE.slice(0, 10).map(rgb);
const BY_CLASS = ["class", "worst"];

/**
 * Colors [r, g, b, a, …] of all points of a run.
 *
 * @param samples labels, ids and splits of the run
 * @param values silhouettes and predictions of the shown epoch, as far as they are there
 * @param shared what is colored by, and the selection
 * @param schemes byClass: class → "#rrggbb" of the classes that have a color; splitNames: the parts of the data of all
 *   runs, in the order of the palette; emphasized: the classes that stand out, or null
 */
export function pointColors(samples, values, { color, selection }, schemes) {
  const { labels, ids } = samples;
  const { emphasized } = schemes;
  const byClass = new Map([...schemes.byClass].map(([label, hex]) => [label, rgb(hex)]));
  const colorOf = chooser(color, samples, values ?? {}, { ...schemes, byClass });
  const colors = new Uint8Array(labels.length * 4);
  for (let i = 0; i < labels.length; i++) {
    const faint = (emphasized && !emphasized.has(labels[i])) || (selection && !selection.has(ids[i]));
    [colors[4 * i], colors[4 * i + 1], colors[4 * i + 2]] = colorOf(i);
    colors[4 * i + 3] = faint ? FAINT : BY_CLASS.includes(color) && !byClass.has(labels[i]) ? UNCOLORED : FULL;
  }
  return colors;
}

/** What the colors of a run depend on, to compare with `sameInputs`: at most epochs they stay as they were. */
export function colorInputs(samples, values, { color, selection }, { byClass, splitNames, emphasized }) {
  const ofEpoch = ["prediction", "correct", "silhouette"].includes(color) ? values : null;
  const text = JSON.stringify([color, [...byClass], splitNames, emphasized && [...emphasized]]);
  return [samples, ofEpoch, selection, text];
}

export function sameInputs(one, other) {
  return one?.every((part, i) => part === other[i]) ?? false;
}

function chooser(color, { labels, splits, splitNames: own }, { predictions, silhouettes }, { byClass, splitNames }) {
  const bySplit = own.map((name) => COLORS[splitNames.indexOf(name)] ?? GRAY);
  return {
    split: (i) => bySplit[splits[i]] ?? GRAY,
    class: (i) => byClass.get(labels[i]) ?? GRAY,
    worst: (i) => byClass.get(labels[i]) ?? GRAY,
    prediction: (i) => (predictions ? (byClass.get(predictions[i]) ?? GRAY) : GRAY),
    correct: (i) => (predictions ? (predictions[i] === labels[i] ? RIGHT : WRONG) : GRAY),
    silhouette: (i) => (silhouettes ? silhouetteColor(silhouettes[i]) : GRAY),
  }[color];
}
