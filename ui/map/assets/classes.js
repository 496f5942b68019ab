// Which classes are colored, named and highlighted: alike in all maps of runs that have the same classes.

import { HIGHLIGHTS, PALETTE } from "./palette.js";
import { worstFirst } from "./pure.js";

const FEW = 10; // classes that are easily told apart by color
const MOST_NAMES = 40; // on a map at a time

/** The classes that some of the runs have in common. */
export class ClassList {
  constructor(names) {
    this.names = names;
    this.panes = [];
    this.ranked = null;
  }

  get many() {
    return this.names.length > FEW;
  }

  /** Indices of the classes, the worst silhouette first. */
  get ranking() {
    // Ranked once: a color must not change hands while people watch.
    if (this.ranked) return this.ranked;
    const { data, values, frame } = this.panes.find((pane) => pane.values?.silhouettes) ?? this.panes[0];
    const ranking = worstFirst(this.names.length, data.samples.labels, values?.silhouettes);
    if (values?.silhouettes && frame.epoch > 0) this.ranked = ranking;
    return ranking;
  }

  /** Class → "#rrggbb" of the classes that have a color, the same in every map; `color` is what is colored by. */
  colorsFor(color) {
    const colors = color === "worst" && this.many ? HIGHLIGHTS : PALETTE;
    const colored = this.names.length <= colors.length ? [...this.names.keys()] : this.ranking.slice(0, colors.length);
    return new Map(colored.map((label, i) => [label, colors[i]]));
  }

  /** Indices of the classes whose names stand on the maps, the most important first. */
  named(shared) {
    const emphasized = this.emphasized(shared);
    if (emphasized) return [...emphasized].slice(0, MOST_NAMES);
    const colored = this.colorsFor(shared.color);
    return this.many ? this.ranking.filter((label) => colored.has(label)).slice(0, MOST_NAMES) : [...colored.keys()];
  }

  /** Indices of the classes that a person points at or has clicked; null if none of these is. */
  emphasized({ highlighted, pinned }) {
    const wanted = highlighted === null ? pinned : new Set([highlighted]);
    const found = [...this.names.keys()].filter((index) => wanted.has(this.names[index]));
    return found.length ? new Set(found) : null;
  }
}

export class ClassLists {
  constructor() {
    this.lists = new Map();
  }

  /** Sort the panes by the classes of their runs; what was ranked for a list stays with it. */
  update(panes) {
    const before = this.lists;
    this.lists = new Map();
    for (const pane of panes) {
      if (!pane.data.samples) continue;
      const { classKey, classNames } = pane.data.samples;
      if (!this.lists.has(classKey)) {
        const list = before.get(classKey) ?? new ClassList(classNames);
        list.panes = [];
        this.lists.set(classKey, list);
      }
      this.lists.get(classKey).panes.push(pane);
    }
  }

  get all() {
    return [...this.lists.values()];
  }

  of(pane) {
    return this.lists.get(pane.data.samples.classKey);
  }

  /** Rank the classes anew: other runs are shown now. */
  forget() {
    for (const list of this.all) list.ranked = null;
  }
}
