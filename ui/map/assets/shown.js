// Which projection and which epoch every map shows: alike in all maps as far as their runs have it.

import { chaseEpoch, chosenMethod, keyOf, shownEpoch } from "./pure.js";

export class Shown {
  /** @param view the MapView: its panes, and what is wanted in `shared` */
  constructor(view) {
    this.view = view;
    this.onUmap = false;
  }

  /** Other runs are shown now. */
  forget() {
    this.onUmap = false;
  }

  states() {
    return this.view.panes.map((pane) => pane.data.state).filter(Boolean);
  }

  method() {
    const { wanted, dims } = this.view.shared;
    const method = chosenMethod(this.states(), wanted, dims);
    if (method === wanted) return method;
    // Once on UMAP the maps stay there: a run that only begins must not throw the others back to the preview.
    const mapped = this.states().some((state) => keyOf(state, "umap", dims));
    this.onUmap = mapped && (this.onUmap || method === "umap");
    return this.onUmap ? "umap" : method;
  }

  /** Frames of one kind are drawn in one coordinate system. */
  kind() {
    return `${this.method()}/${this.view.shared.dims}`;
  }

  keyFor(pane) {
    return keyOf(pane.data.state, this.method(), this.view.shared.dims);
  }

  epochsOf(pane) {
    return pane.data.state?.projections[this.keyFor(pane)]?.epochs ?? [];
  }

  /** Every epoch that some run has a frame of, ascending. */
  epochs() {
    return [...new Set(this.view.panes.flatMap((pane) => this.epochsOf(pane)))].sort((a, b) => a - b);
  }

  lastEpoch() {
    return Math.max(0, ...this.view.panes.map((pane) => this.epochsOf(pane).at(-1) ?? 0));
  }

  /** The epoch of the slider. */
  epoch() {
    return this.view.shared.epoch ?? this.lastEpoch();
  }

  /** The projection that was chosen by its key, as far as a run has it. */
  chosenProjection() {
    return this.states().map((state) => state.projections[this.view.shared.wanted]).find(Boolean);
  }

  /** The epoch whose frame a map shows next; undefined where it has none. */
  epochFor(pane) {
    const { epoch } = this.view.shared;
    const epochs = this.epochsOf(pane);
    if (!epochs.length) return undefined;
    // A run that is opened while its frames still come is shown from its first frame on.
    const shown = pane.frame?.epoch ?? (pane.data.unsettled ? -1 : null);
    return epoch === null ? chaseEpoch(epochs, shown) : shownEpoch(epochs, epoch);
  }

  /** Whether a map has newer frames than it shows. */
  isBehind(pane) {
    return pane.frame !== null && pane.frame.epoch < (this.epochsOf(pane).at(-1) ?? 0);
  }

  /** Whether a run has newer embeddings than frames. */
  isExpecting(pane) {
    return pane.data.newestSnapshot > (this.epochsOf(pane).at(-1) ?? -1);
  }

  /** Whether some run has a map in space. */
  hasSpace() {
    return this.states().some((state) => Object.values(state.projections).some(({ dims }) => dims === 3));
  }

  /** Epochs of the longest run. */
  plannedEpochs() {
    return Math.max(0, ...this.states().map(({ epochs }) => epochs ?? 0));
  }
}
