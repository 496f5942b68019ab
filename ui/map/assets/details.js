// Below the maps: how to read them, or what is selected on them. Always as high, so that the maps never move.

import { Neighbors } from "./neighbors.js";
import { Selection } from "./selection.js";

const HINT = "How to read: every point is a sample, and near means alike to the network as far as the map is faithful; how far "
  + "apart distant groups lie means little. Click a point, or draw a lasso: pictures, predictions and nearest neighbors appear here.";
const TEMPLATE = `
  <p class="hint"></p>
  <div class="about" hidden><span class="count"></span>
    <button name="csv" type="button" title="Save the selected samples with class, prediction and silhouette in every run">CSV</button>
  </div>`;

export class Details {
  constructor(shared, actions) {
    this.shared = shared;
    this.selection = new Selection(shared);
    this.neighbors = new Neighbors(shared);
    this.element = document.createElement("div");
    this.element.className = "details";
    this.element.innerHTML = TEMPLATE;
    [this.hint, this.about] = this.element.children;
    this.hint.textContent = HINT;
    this.count = this.about.querySelector(".count");
    this.about.querySelector("button").onclick = () => actions.saveTable();
    this.element.append(this.selection.element, this.neighbors.element);
  }

  /** @param chosen those of the panes whose samples the selection means */
  update(panes, chosen) {
    const count = this.shared.selection?.size ?? 0;
    this.hint.hidden = count > 0;
    this.about.hidden = !count;
    this.count.textContent = `${count} selected`;
    this.count.title = "Esc clears the selection";
    this.selection.update(chosen);
    this.neighbors.update(panes, chosen);
  }
}
