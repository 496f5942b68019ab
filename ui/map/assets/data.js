// What the map knows of one run: its state, its watched sample, its frames. Fetches lazily, keeps what cannot change.

import { inSpace, isMeasured, unpack } from "./pure.js";

const CACHE_BYTES = 192 * 2 ** 20;

export class RunData {
  constructor(runId) {
    this.base = `/softsil/runs/${encodeURIComponent(runId)}`;
    this.state = null;
    this.error = null;
    this.samples = null;
    this.cache = new Map();
    this.changedAt = 0; // when the last answer differed from the one before
  }

  /** Ask where the run stands; true if anything changed. */
  async poll() {
    const response = await fetch(`${this.base}/map`, { cache: "no-cache" });
    const text = await response.text();
    if (text === this.text) return false;
    const answer = JSON.parse(text);
    this.changedAt = performance.now();
    this.error = response.ok ? null : answer.error;
    if (!response.ok) {
      this.text = text;
      return true;
    }
    if (this.state && this.state.version !== answer.version) this.forget();
    this.state = answer;
    if (answer.samples && !this.samples) await this.loadSamples();
    this.text = text; // last, so that what failed on the way is tried again
    return true;
  }

  /** The last epoch that any map has a frame of. */
  get newest() {
    return Math.max(0, ...Object.values(this.state?.projections ?? {}).map((p) => p.epochs.at(-1)));
  }

  /** The last epoch that has embeddings; -1 where there is none. */
  get newestSnapshot() {
    return this.state?.newest ?? -1;
  }

  /** Whether new frames may still come. */
  get unsettled() {
    if (!this.state) return !this.error;
    const best = Math.max(0, ...Object.values(this.state.projections).map((p) => p.epochs.length));
    return this.state.active || best < this.state.embeddings;
  }

  async loadSamples() {
    const { arrays, ids, class_names, split_names, sheet } = await this.fetchBinary(`${this.base}/samples`);
    const rows = new Map(ids.map((id, row) => [String(id), row]));
    const picture = sheet && `${this.base}/thumbnails`;
    this.samples = {
      ids: ids.map(String), rows, labels: arrays.labels, classNames: class_names, sheet, picture,
      splits: arrays.splits, splitNames: split_names, classKey: JSON.stringify(class_names),
    };
  }

  /** The frame, from the cache or the server; null if it cannot be had. */
  frame(key, epoch) {
    return this.kept(`frame ${key} ${epoch}`, async () => {
      const address = `${this.base}/frames/${key}/${epoch}?v=${this.state.version}`;
      const { arrays, dims, quality } = await this.fetchBinary(address);
      return { key, epoch, quality, points: inSpace(arrays.coordinates, dims) };
    });
  }

  /** Whether the quality of a frame was new to us: the projector measures it after the frame is there to be seen. */
  async measured(frame) {
    if (!frame || isMeasured(frame.quality)) return false;
    const response = await fetch(`${this.base}/quality/${frame.key}/${frame.epoch}`, { cache: "no-cache" });
    const quality = response.ok ? await response.json() : {};
    if (!isMeasured(quality)) return false;
    frame.quality = quality;
    return true;
  }

  /** Silhouettes and predictions at an epoch, and how it has collapsed, if it has; null if they cannot be had. */
  valuesAt(epoch) {
    const name = `values ${epoch}`;
    return this.kept(name, async () => {
      const { arrays, collapse } = await this.fetchBinary(`${this.base}/values/${epoch}`);
      // A run that is still writing its newest epoch may add the predictions a moment later.
      if (!arrays.predictions && this.state.active && epoch >= this.newest) this.cache.delete(name);
      return { ...arrays, collapse };
    });
  }

  /** The points nearest to that of `row` in the embedding space at an epoch; null if they cannot be had. */
  neighbors(epoch, row) {
    return this.kept(`neighbors ${epoch} ${row}`, async () => {
      const response = await fetch(`${this.base}/neighbors/${epoch}/${row}`);
      if (!response.ok) throw new Error((await response.json()).error);
      return response.json();
    });
  }

  kept(name, load) {
    const entry = this.cache.get(name) ?? this.loaded(name, load);
    this.cache.delete(name);
    this.cache.set(name, entry); // at the end: the first ones are those not wanted for longest
    return entry.promise;
  }

  loaded(name, load) {
    const entry = { bytes: 0 };
    const failed = () => {
      if (this.cache.get(name) === entry) this.cache.delete(name);
      return null;
    };
    entry.promise = load().then((value) => {
      entry.bytes = bytesIn(value);
      this.trim();
      return value;
    }, failed);
    return entry;
  }

  trim() {
    let total = [...this.cache.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [name, { bytes }] of this.cache) {
      if (total <= CACHE_BYTES) return;
      this.cache.delete(name);
      total -= bytes;
    }
  }

  forget() {
    this.cache.clear();
  }

  async fetchBinary(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error((await response.json()).error);
    return unpack(await response.arrayBuffer());
  }
}

function bytesIn(value) {
  return Object.values(value).reduce((sum, part) => sum + (part?.byteLength ?? 0), 0);
}
