// What the map knows of one run: its state, its watched sample, its frames. Fetches lazily, keeps what cannot change.

import { inSpace, unpack } from "./pure.js";

const CACHE_BYTES = 192 * 2 ** 20;

export class RunData {
  constructor(runId) {
    this.base = `/softsil/runs/${encodeURIComponent(runId)}`;
    this.state = null;
    this.error = null;
    this.samples = null;
    this.frames = new Map();
    this.values = new Map();
    this.cachedBytes = 0;
  }

  /** Ask where the run stands; true if anything changed. */
  async poll() {
    const response = await fetch(`${this.base}/map`, { cache: "no-cache" });
    const text = await response.text();
    if (text === this.text) return false;
    const answer = JSON.parse(text);
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

  /** Whether new frames may still come. */
  get unsettled() {
    if (!this.state) return !this.error;
    const best = Math.max(0, ...Object.values(this.state.projections).map((p) => p.epochs.length));
    return this.state.active || best < this.state.embeddings;
  }

  async loadSamples() {
    const { arrays, ids, class_names, sheet } = await this.fetchBinary(`${this.base}/samples`);
    const rows = new Map(ids.map((id, row) => [String(id), row]));
    const picture = sheet && `${this.base}/thumbnails`;
    this.samples = { ids: ids.map(String), rows, labels: arrays.labels, classNames: class_names, sheet, picture };
  }

  /** The frame, from the cache or the server; null if it cannot be had. */
  frame(key, epoch) {
    return this.kept(this.frames, `${key}/${epoch}`, async () => {
      const address = `${this.base}/frames/${key}/${epoch}?v=${this.state.version}`;
      const { arrays, dims, quality } = await this.fetchBinary(address);
      return { key, epoch, quality, points: inSpace(arrays.coordinates, dims) };
    });
  }

  /** Silhouettes and predictions at an epoch; null if they cannot be had. */
  valuesAt(epoch) {
    return this.kept(this.values, epoch, async () => (await this.fetchBinary(`${this.base}/values/${epoch}`)).arrays);
  }

  kept(cache, name, load) {
    if (!cache.has(name)) {
      const promise = load().catch(() => {
        cache.delete(name);
        return null;
      });
      cache.set(name, promise);
      promise.then((value) => this.account(value?.points?.byteLength ?? 0));
    }
    return cache.get(name);
  }

  account(bytes) {
    this.cachedBytes += bytes;
    for (const name of this.frames.keys()) {
      if (this.cachedBytes <= CACHE_BYTES) return;
      this.frames.delete(name);
      this.cachedBytes -= bytes;
    }
  }

  forget() {
    this.frames.clear();
    this.values.clear();
    this.cachedBytes = 0;
  }

  async fetchBinary(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error((await response.json()).error);
    return unpack(await response.arrayBuffer());
  }
}
