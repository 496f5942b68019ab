// The selected samples below the maps: pictures with what every run says of them. Names are only ever set as text.

import { csvOf, rowsOf } from "./table.js";
import { thumbnail } from "./thumbnail.js";

const MAX_SHOWN = 60;
const PICTURE_PIXELS = 36;

export class Selection {
  /** @param shared the state all panes share */
  constructor(shared) {
    this.shared = shared;
    this.element = document.createElement("div");
    this.element.className = "selection";
    this.element.hidden = true;
    this.element.setAttribute("role", "list");
    this.element.setAttribute("aria-label", "Selected samples");
  }

  /** Show the selection as the runs see it now. */
  update(panes) {
    this.mark();
    const tables = this.tables(panes);
    const first = tables[0] ?? [];
    this.element.hidden = !first.length;
    const signature = JSON.stringify(tables.map((rows) => rows.map(({ id, epoch, predicted }) => [id, epoch, predicted])));
    if (signature === this.signature) return;
    this.signature = signature;
    const samples = panes.find((pane) => pane.data.samples)?.data.samples;
    const said = new Map();
    for (const row of tables.flat()) said.set(row.id, [...(said.get(row.id) ?? []), row]);
    const shown = first.slice(0, MAX_SHOWN).map((row) => this.item(row, samples, said.get(row.id)));
    this.element.replaceChildren(...shown, ...more(first.length - MAX_SHOWN));
    this.mark();
  }

  /** Say which picture the neighbors below belong to. */
  mark() {
    for (const item of this.element.children) item.classList.toggle("focused", item.dataset.sample === this.shared.focused);
  }

  tables(panes) {
    const { selection } = this.shared;
    if (!selection) return [];
    return panes
      .filter((pane) => pane.data.samples && pane.frame)
      .map((pane) => rowsOf(pane.run, pane.data.samples, pane.values, pane.frame.epoch, selection));
  }

  item({ id, row, class: name, silhouette, predicted }, samples, said) {
    const item = document.createElement("figure");
    item.setAttribute("role", "listitem");
    item.dataset.sample = id;
    item.tabIndex = 0;
    item.classList.toggle("wrong", said.some(({ predicted }) => predicted !== undefined && predicted !== name));
    item.title = [name, `sample ${id}`, ...said.map(sentence)].join("\n");
    const caption = document.createElement("figcaption");
    const taken = predicted !== undefined && predicted !== name ? [document.createElement("br"), `→ ${predicted || "?"}`] : [];
    caption.append(name, ...taken, document.createElement("br"), silhouette?.toFixed(2) ?? "");
    item.append(thumbnail(row, samples, PICTURE_PIXELS) ?? "", caption);
    item.onpointerenter = () => this.shared.hover(id);
    item.onpointerleave = () => this.shared.hover(null);
    item.onclick = () => this.shared.focus(id);
    item.onkeydown = (event) => event.key === "Enter" && this.shared.focus(id);
    return item;
  }

  /** The whole selection, run by run, as comma-separated values. */
  csv(panes) {
    return csvOf(this.tables(panes).flat());
  }
}

function sentence({ run, predicted, silhouette }) {
  const words = [];
  if (predicted !== undefined) words.push(`predicted ${predicted || "?"}`);
  if (silhouette !== undefined) words.push(`silhouette ${silhouette.toFixed(2)}`);
  return `${run}: ${words.join(", ") || "nothing stored at this epoch"}`;
}

function more(count) {
  if (count <= 0) return [];
  const note = document.createElement("p");
  note.textContent = `and ${count} more: the CSV has all`;
  return [note];
}
