// One run's map: its canvas, class names, tooltip, and what the pointer does in it.

import { apart, between, classCenters, fitted, insidePolygon, meanMove, qualityWords, rotation, shorten, toScreen } from "./pure.js";
import { makeRenderer } from "./renderer.js";
import { Tip } from "./tip.js";

const PICK_PIXELS = 14;
const LONGEST_NAME = 18;
const TEMPLATE = `
  <header><span class="name"></span><span class="where"></span><span class="quality"><span class="long"></span><span class="short"></span></span></header>
  <div class="stage">
    <canvas class="points" role="img" aria-label="map"></canvas><canvas class="over"></canvas>
    <p class="note" role="status"></p><div class="tip" hidden></div>
  </div>`;

export class Pane {
  /**
   * @param data RunData of the run
   * @param run what the page says of it: run_id, title, color
   * @param shared the state all panes share; `shared.changed()` asks for a new picture
   */
  constructor(data, run, shared) {
    Object.assign(this, { data, run, shared });
    this.element = document.createElement("section");
    this.element.className = "pane";
    this.element.innerHTML = TEMPLATE;
    this.element.dataset.run = run.run_id;
    const part = (selector) => this.element.querySelector(selector);
    this.stage = part(".stage");
    [this.points, this.over] = [part(".points"), part(".over")];
    this.note = part(".note");
    this.tip = new Tip(this.stage);
    part(".name").textContent = run.title;
    part(".name").style.setProperty("--run-color", run.color ?? "transparent");
    this.renderer = makeRenderer(this.points, () => {
      this.drawn = null;
      this.shared.changed();
    });
    this.frame = this.previous = null;
    this.ringed = []; // rows of the neighbors of the selected sample
    this.glide = { start: 0, duration: 0 };
    this.listen();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.stage);
  }

  /** Glide to a frame within `duration` milliseconds. */
  show(frame, duration) {
    if (!frame || frame === this.frame) return;
    const now = performance.now();
    const start = this.frame && this.frame.points.length === frame.points.length ? this.positions(now) : frame.points;
    this.element.dataset.moved = meanMove(this.frame?.points, frame.points).toFixed(4);
    this.previous = start;
    this.frame = frame;
    this.glide = { start: now, duration };
    this.renderer.upload("from", start);
    this.renderer.upload("to", frame.points);
    this.centers = null;
    this.drawn = null;
  }

  progress(now) {
    const { start, duration } = this.glide;
    return duration ? Math.min(1, (now - start) / duration) : 1;
  }

  positions(now) {
    return between(this.previous, this.frame.points, this.progress(now));
  }

  /** Colors [r, g, b, a, …] of all points; faint points are drawn first. */
  paint(colors) {
    this.renderer.upload("color", colors);
    this.renderer.upload("order", this.drawingOrder(colors));
    this.drawn = null;
  }

  /** Rows in the order in which they are drawn. */
  drawingOrder(colors) {
    const count = colors.length / 4;
    const order = new Uint32Array(count);
    let first = 0;
    let last = count;
    for (let i = count - 1; i >= 0; i--) if (colors[4 * i + 3] >= 77) order[--last] = i;
    for (let i = 0; i < count; i++) if (colors[4 * i + 3] < 77) order[first++] = i;
    return order;
  }

  /** Pixels across a point. */
  pointSize() {
    const count = this.data.samples?.labels.length ?? 0;
    return (count > 20000 ? 3 : count > 3000 ? 4.5 : 7) * Math.min(2, this.shared.camera.zoom ** 0.35);
  }

  view() {
    const { camera, framing, dims } = this.shared;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const unit = fitted(framing, width, height) * camera.zoom;
    const turn = dims === 3 ? rotation(camera.yaw, camera.pitch) : rotation(0, 0);
    return { width, height, unit, center: framing.center, rotation: turn, x: camera.x * framing.half, y: camera.y * framing.half };
  }

  /** Draw, unless the picture would be the last one `again`; whether points are still on their way. */
  draw(now, again = false) {
    const view = this.view();
    const t = this.frame ? this.progress(now) : 1;
    const picture = JSON.stringify([view, t, this.words(), this.shared.hovered, this.ringed, this.lasso, this.shared.theme]);
    if (again || picture !== this.drawn) {
      this.renderer.draw(view, t, this.pointSize());
      this.drawOver(view, now);
      this.drawn = picture;
    }
    return t < 1;
  }

  /** Indices of the classes whose names stand on the map. */
  words() {
    return this.frame && this.data.samples ? this.shared.named(this) : [];
  }

  drawOver(view, now) {
    const context = this.over.getContext("2d");
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    if (this.frame && this.data.samples) {
      this.drawNames(context, view, this.progress(now));
      this.drawRings(context, view, now);
    }
    if (this.lasso) drawLasso(context, this.lasso, this.shared.theme);
  }

  drawNames(context, view, t) {
    const { theme } = this.shared;
    context.font = `600 13px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.lineJoin = "round";
    for (const { text, x, y } of this.placedNames(context, view, t)) {
      context.strokeStyle = theme.background;
      context.strokeText(text, x, y);
      context.fillStyle = theme.text;
      context.fillText(text, x, y);
    }
  }

  /** The names of classes at their centers, moved apart: {text, x, y, …} in pixels of the stage. */
  placedNames(context, view, t) {
    const { labels, classNames } = this.data.samples;
    this.centers ??= [this.previous, this.frame.points].map((p) => classCenters(p, labels, classNames.length));
    const [from, to] = this.centers;
    const names = [];
    for (const index of this.words()) {
      const at = [0, 1, 2].map((axis) => from[3 * index + axis] + (to[3 * index + axis] - from[3 * index + axis]) * t);
      if (Number.isNaN(at[0])) continue;
      const [x, y] = toScreen(...at, view);
      if (x < 0 || x > view.width || y < 0 || y > view.height) continue;
      const text = shorten(classNames[index], LONGEST_NAME);
      const width = this.widthOf(context, text);
      const inside = Math.max(width / 2 + 4, Math.min(view.width - width / 2 - 4, x));
      names.push({ text, x: inside, y, width, height: 15 });
    }
    return apart(names);
  }

  /** Pixels across a name in the context's font: measuring it anew in every picture is slow. */
  widthOf(context, text) {
    if (this.widths?.font !== context.font) this.widths = { font: context.font, of: new Map() };
    if (!this.widths.of.has(text)) this.widths.of.set(text, context.measureText(text).width);
    return this.widths.of.get(text);
  }

  /** Rings around the hovered sample and, thinner, around the neighbors of the selected one. */
  drawRings(context, view, now) {
    const hovered = this.data.samples.rows.get(this.shared.hovered);
    if (hovered === undefined && !this.ringed.length) return;
    const points = this.positions(now);
    context.strokeStyle = this.shared.theme.text;
    const ring = (row, radius, width) => {
      const [x, y] = toScreen(points[3 * row], points[3 * row + 1], points[3 * row + 2], view);
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.stroke();
    };
    for (const row of this.ringed) ring(row, 6, 1.2);
    if (hovered !== undefined) ring(hovered, 8, 2);
  }

  listen() {
    const over = this.over;
    let drag = null;
    over.addEventListener("pointerdown", (event) => {
      over.setPointerCapture(event.pointerId);
      drag = { x: event.offsetX, y: event.offsetY, moved: false };
      if (this.shared.lassoing || event.shiftKey) this.lasso = [[event.offsetX, event.offsetY]];
    });
    over.addEventListener("pointermove", (event) => {
      const at = [event.offsetX, event.offsetY];
      if (!drag) return this.hover(at);
      const [dx, dy] = [at[0] - drag.x, at[1] - drag.y];
      drag = { x: at[0], y: at[1], moved: drag.moved || Math.hypot(dx, dy) > 2 };
      if (this.lasso) this.lasso.push(at);
      else this.shared.drag(dx, dy, this.view().unit, event.altKey);
      this.shared.changed();
    });
    over.addEventListener("pointerup", () => {
      if (this.lasso && this.lasso.length > 2) this.select(this.inLasso());
      else if (drag && !drag.moved) this.select(this.shared.hovered === null ? [] : [this.shared.hovered]);
      this.lasso = drag = null;
      this.shared.changed();
    });
    over.addEventListener("pointerleave", () => this.hover(null));
    over.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY * 0.0015));
    }, { passive: false });
    over.addEventListener("dblclick", () => this.shared.resetCamera());
  }

  zoomAt(x, y, factor) {
    const { camera, framing } = this.shared;
    const before = this.view();
    camera.zoom = Math.min(200, Math.max(0.2, camera.zoom * factor));
    const gain = 1 / before.unit - 1 / this.view().unit;
    camera.x += ((x - before.width / 2) * gain) / framing.half;
    camera.y -= ((y - before.height / 2) * gain) / framing.half;
    this.shared.changed();
  }

  nearest([x, y]) {
    if (!this.frame || !this.data.samples) return null;
    const points = this.positions(performance.now());
    const view = this.view();
    let best = null;
    let distance = PICK_PIXELS ** 2;
    for (let i = 0; i < points.length / 3; i++) {
      const [px, py] = toScreen(points[3 * i], points[3 * i + 1], points[3 * i + 2], view);
      const d = (px - x) ** 2 + (py - y) ** 2;
      if (d < distance) [best, distance] = [i, d];
    }
    return best;
  }

  inLasso() {
    const points = this.positions(performance.now());
    const view = this.view();
    return this.data.samples.ids.filter((_, i) => {
      const [x, y] = toScreen(points[3 * i], points[3 * i + 1], points[3 * i + 2], view);
      return insidePolygon(x, y, this.lasso);
    });
  }

  select(ids) {
    if (this.data.samples) this.shared.select(ids, this.data.samples.classKey);
  }

  hover(at) {
    const row = at && this.nearest(at);
    this.shared.hover(row === null ? null : this.data.samples.ids[row]);
    if (row === null) this.tip.hide();
    else this.tip.show(row, this.data.samples, this.values, at);
  }

  /** Refresh the words around the picture. */
  describe(method) {
    const state = this.data.state;
    const epoch = this.frame?.epoch;
    const part = (selector) => this.element.querySelector(selector);
    part(".where").textContent = epoch === undefined ? "" : `epoch ${epoch}${state?.epochs ? ` of ${state.epochs}` : ""}`;
    const { text, short, low } = qualityWords(this.frame?.quality, this.values?.collapse);
    part(".quality .long").textContent = text;
    part(".quality .short").textContent = short;
    part(".quality").classList.toggle("low", low);
    part(".quality").title = `${text}. Trustworthiness: the share of map neighbors that are neighbors in the embedding space too.`;
    const data = this.element.dataset;
    data.epoch = epoch ?? "";
    data.method = this.frame ? method : "";
    data.points = this.frame ? this.frame.points.length / 3 : 0;
    this.points.setAttribute("aria-label", `${method} map of ${this.run.title}, epoch ${epoch ?? "none yet"}`);
    this.note.textContent = this.noteText(method);
  }

  noteText(method) {
    const { state, error } = this.data;
    if (error) return error;
    if (!state) return "Loading…";
    if (!this.frame) {
      if (state.state === "queued") return "Waiting for its turn…";
      const drawn = Object.keys(state.projections).length && !this.data.unsettled;
      if (drawn) return "This run has no such map. Another map, on Live, asks for it.";
      if (state.embeddings) return "The first map is being computed…";
      return state.active ? "Training starts…" : "This run stored no embeddings.";
    }
    if (this.renderer.plain) return "This browser has no WebGL2: a simpler drawing.";
    return method === "pca" && this.shared.wanted !== "pca" && this.data.unsettled
      ? "PCA preview: UMAP is warming up"
      : "";
  }

  resize() {
    const { clientWidth, clientHeight } = this.stage;
    for (const canvas of [this.points, this.over]) {
      canvas.width = Math.round(clientWidth * devicePixelRatio);
      canvas.height = Math.round(clientHeight * devicePixelRatio);
    }
    this.drawn = null;
    this.shared.changed();
  }

  destroy() {
    this.watcher.disconnect();
    this.renderer.destroy();
    this.element.remove();
  }
}

function drawLasso(context, lasso, theme) {
  context.strokeStyle = theme.text;
  context.fillStyle = "rgba(128, 128, 128, 0.15)";
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  lasso.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
  context.fill();
  context.stroke();
  context.setLineDash([]);
}
