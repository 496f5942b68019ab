// Which color and strength every point of a run has.

import { OTHER, PALETTE, rgb, silhouetteColor } from "./pure.js";

const FAINT = 36;
const UNCOLORED = 110;
const FULL = 215;
const RIGHT = rgb(PALETTE[0]);
const WRONG = rgb(PALETTE[2]);
const GRAY = rgb(OTHER);
const BY_SPLIT = PALETTE.map(rgb);

/**
 * Colors [r, g, b, a, …] of all points of a run.
 *
 * @param samples labels, ids and splits of the run
 * @param values silhouettes and predictions of the shown epoch, as far as they are there
 * @param shared what is colored by, highlighted, pinned and selected
 * @param byClass class → [r, g, b] of the classes that have a color
 */
export function pointColors({ labels, ids, splits }, values, shared, byClass) {
  const { color, highlighted, pinned, selection } = shared;
  const colorOf = chooser(color, labels, splits, values ?? {}, byClass);
  const classes = highlighted !== null ? new Set([highlighted]) : pinned.size ? pinned : null;
  const colors = new Uint8Array(labels.length * 4);
  for (let i = 0; i < labels.length; i++) {
    const faint = (classes && !classes.has(labels[i])) || (selection && !selection.has(ids[i]));
    colors.set(colorOf(i), 4 * i);
    colors[4 * i + 3] = faint ? FAINT : color === "class" && !byClass.has(labels[i]) ? UNCOLORED : FULL;
  }
  return colors;
}

function chooser(color, labels, splits, { predictions, silhouettes }, byClass) {
  return {
    split: (i) => BY_SPLIT[splits[i]] ?? GRAY,
    class: (i) => byClass.get(labels[i]) ?? GRAY,
    prediction: (i) => (predictions ? (byClass.get(predictions[i]) ?? GRAY) : GRAY),
    correct: (i) => (predictions ? (predictions[i] === labels[i] ? RIGHT : WRONG) : GRAY),
    silhouette: (i) => (silhouettes ? silhouetteColor(silhouettes[i]) : GRAY),
  }[color];
}
