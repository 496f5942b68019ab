// Which classes are colored, named and highlighted: alike in all maps of runs that have the same classes.

import { coloredClasses, paletteFor, rgb } from "./pure.js";

/** The classes that some of the runs have in common. */
export class ClassList {
  constructor(names) {
    this.names = names;
    this.panes = [];
    this.palette = paletteFor(names.length);
    this.worst = null;
  }

  /** Indices of the classes that have a color, in the order of the palette. */
  get colored() {
    // The worst classes are picked once: a color must not change hands while people watch.
    if (this.worst?.length && this.names.length > 10) return this.worst;
    const { data, values, frame } = this.panes.find((pane) => pane.values?.silhouettes) ?? this.panes[0];
    const colored = coloredClasses(this.names.length, data.samples.labels, values?.silhouettes);
    if (values?.silhouettes && frame.epoch > 0) this.worst = colored;
    return colored;
  }

  /** Class → [r, g, b]: the same in every map, as the legend shows them. */
  get colors() {
    return new Map(this.colored.map((label, i) => [label, rgb(this.palette[i])]));
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

  /** Sort the panes by the classes of their runs; what was picked for a list stays with it. */
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

  /** Pick the colored classes anew: other runs are shown now. */
  forget() {
    for (const list of this.all) list.worst = null;
  }
}
