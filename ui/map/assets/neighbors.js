// The nearest neighbors of one sample, selected alone or clicked among the selected ones, in the embedding space, as each run sees them: pictures below the maps,
// rings on them. Names are only ever set as text.

import { thumbnail } from "./thumbnail.js";

const PICTURE_PIXELS = 32;

export class Neighbors {
  /** @param shared the state all panes share */
  constructor(shared) {
    this.shared = shared;
    this.element = document.createElement("div");
    this.element.className = "neighbors";
    this.element.hidden = true;
  }

  /** Ask the server about the selection in the `chosen` ones of the panes; does nothing while nothing changed. */
  async update(panes, chosen) {
    const { selection, focused } = this.shared;
    const id = focused ?? (selection?.size === 1 ? [...selection][0] : null);
    const asked = id === null ? [] : chosen.filter((pane) => pane.frame && pane.data.samples?.rows.has(id));
    const signature = JSON.stringify([id, asked.map((pane) => [pane.run.run_id, pane.frame.epoch])]);
    if (signature === this.signature) return;
    this.signature = signature;
    const found = await Promise.all(asked.map(async (pane) => {
      const near = await pane.data.neighbors(pane.frame.epoch, pane.data.samples.rows.get(id));
      return { pane, near };
    }));
    if (signature !== this.signature) return;
    for (const pane of panes) pane.ringed = [];
    for (const { pane, near } of found) pane.ringed = near?.rows ?? [];
    this.element.hidden = !found.some(({ near }) => near);
    this.element.replaceChildren(...found.filter(({ near }) => near).map((each) => this.line(each)));
    this.shared.changed();
  }

  line({ pane, near }) {
    const line = document.createElement("div");
    line.setAttribute("role", "list");
    line.setAttribute("aria-label", `Nearest to the selected sample in ${pane.run.title}`);
    const words = document.createElement("span");
    words.textContent = `Nearest in ${pane.run.title}`;
    words.title = words.textContent;
    line.append(words, ...near.rows.map((row, place) => this.item(pane.data.samples, row, near.distances[place])));
    return line;
  }

  item(samples, row, distance) {
    const item = document.createElement("figure");
    item.setAttribute("role", "listitem");
    item.dataset.sample = samples.ids[row];
    item.title = `${samples.classNames[samples.labels[row]]}\nsample ${samples.ids[row]}\ncosine distance ${distance.toFixed(4)}`;
    const caption = document.createElement("figcaption");
    caption.textContent = samples.classNames[samples.labels[row]];
    item.append(thumbnail(row, samples, PICTURE_PIXELS) ?? "", caption);
    item.onpointerenter = () => this.shared.hover(samples.ids[row]);
    item.onpointerleave = () => this.shared.hover(null);
    return item;
  }
}
