// The live map: a grid of panes, one a run, that share camera, colors, classes, selection and epoch.

import { Framing, drag, startingCamera } from "./camera.js";
import { ClassLists } from "./classes.js";
import { colorInputs, pointColors, sameInputs } from "./coloring.js";
import { Legend, Timeline, Tools } from "./controls.js";
import { RunData } from "./data.js";
import { Details } from "./details.js";
import { figureOf } from "./figure.js";
import { Pane } from "./pane.js";
import { pictureOf, save } from "./picture.js";
import { Playback } from "./playback.js";
import { mapChoices } from "./pure.js";
import { Shown } from "./shown.js";

const POLL_MS = 500;
const IDLE_POLL_MS = 4000;
// While a map lacks the newest epoch, its frame is being drawn at this moment.
const EXPECTING_POLL_MS = 120;
const EXPECTING_MS = 2000;
const GLIDE_MS = 450;
const CHASE_MS = 180;
const PREFETCH_FRAMES = 12;

// What a page visit must not lose; lives as long as the browser tab.
const memories = new Map();

export class MapView {
  constructor(root, component) {
    this.root = root;
    this.component = component;
    this.panes = [];
    this.framing = new Framing();
    this.root.tabIndex = 0;
    this.root.addEventListener("keydown", (event) => this.key(event));
    // Also where nothing on the page has the focus that would take the keys itself.
    this.onPageKey = (event) => {
      const focused = event.composedPath()[0];
      if (["BODY", "A", "SECTION"].includes(focused.tagName) && !event.defaultPrevented) this.key(event);
    };
    document.addEventListener("keydown", this.onPageKey);
    this.shared = memories.get(component.data.key) ?? {
      camera: startingCamera(), color: "class", wanted: "auto", dims: 2, lassoing: false, speed: 5,
      epoch: null, playing: false, pinned: new Set(), selection: null, selectedAmong: null, focused: null,
    };
    memories.set(component.data.key, this.shared);
    Object.assign(this.shared, {
      framing: { center: [0, 0, 0], half: 1, reach: [1, 1] }, highlighted: null, hovered: null, playing: false, theme: {},
      changed: () => this.redraw(),
      named: (pane) => this.namedClasses(pane),
      drag: (...move) => drag(this.shared, ...move),
      resetCamera: () => this.resetCamera(),
      select: (ids, classKey) => this.select(ids, classKey),
      hover: (id) => this.hover(id),
      focus: (id) => this.focus(id),
    });
    this.forgetElsewhere(component.data.runs);
    // The page's wish comes first; without one, what this tab showed before is told to the page.
    this.reported = component.data.epoch ?? null;
    this.shared.epoch = this.reported ?? this.shared.epoch;
    this.shared.wanted = component.data.projection ?? this.shared.wanted;
    this.shared.color = component.data.color ?? this.shared.color;
    this.shown = new Shown(this);
    this.playback = new Playback(this);
    this.classes = new ClassLists();
    this.build();
    this.report();
    this.reportLook();
  }

  build() {
    const actions = {
      set: (change) => this.set(change),
      highlight: (name) => this.setClasses({ highlighted: name }),
      pin: (name) => this.pin(name),
      togglePlay: () => this.playback.toggle(),
      follow: () => this.follow(),
      seek: (epoch) => this.seek(epoch),
      report: () => this.report(),
      savePicture: () => pictureOf(this).toBlob((blob) => save(blob, `${this.fileName()}.png`)),
      saveFigure: () => save(new Blob([figureOf(this)], { type: "image/svg+xml" }), `${this.fileName()}.svg`),
      saveTable: () => save(new Blob([this.details.selection.csv(this.selectedPanes())], { type: "text/csv" }), `${this.fileName()}.csv`),
    };
    this.tools = new Tools(this.shared, actions);
    this.legend = new Legend(this.shared, actions);
    this.timeline = new Timeline(this.shared, actions);
    this.details = new Details(this.shared, actions);
    this.timeline.speed.value = this.shared.speed;
    this.grid = document.createElement("div");
    this.grid.className = "grid";
    this.grid.tabIndex = 0; // it scrolls when there are many panes, with the keyboard too
    const bars = [this.legend, this.timeline, this.details].map((part) => part.element);
    this.root.replaceChildren(this.tools.element, this.grid, ...bars);
  }

  /** New data from the page: keep the panes of runs that stay. */
  update(component) {
    this.component = component;
    const { runs } = component.data;
    this.forgetElsewhere(runs);
    this.readTheme();
    const kept = new Map(this.panes.map((pane) => [pane.run.run_id, pane]));
    this.panes = runs.map((run) => {
      const pane = kept.get(run.run_id);
      kept.delete(run.run_id);
      if (pane && pane.run.title === run.title) return pane;
      pane?.destroy();
      return new Pane(pane?.data ?? new RunData(run.run_id), run, this.shared);
    });
    kept.forEach((pane) => pane.destroy());
    if (kept.size) this.forgetOthers();
    this.grid.replaceChildren(...this.panes.map((pane) => pane.element));
    this.grid.dataset.count = this.panes.length;
    this.poll();
    const { asked } = component.data;
    if (asked && asked !== this.shared.asked) this.set({ asked, wanted: asked });
  }

  /** All runs are others than before: what people looked at in those must not hide these. */
  forgetElsewhere(runs) {
    const { shared } = this;
    const before = shared.runIds ?? [];
    shared.runIds = runs.map(({ run_id }) => run_id);
    if (!before.length || shared.runIds.some((id) => before.includes(id))) return;
    Object.assign(shared, { epoch: null, selection: null, selectedAmong: null, focused: null, pinned: new Set() });
    Object.assign(shared.camera, startingCamera());
  }

  /** Runs left the page: what was fitted to them no longer holds. */
  forgetOthers() {
    this.framing = new Framing();
    this.classes.forget();
    this.shown.forget();
    for (const pane of this.panes) if (pane.frame) this.framing.widen(this.shown.kind(), pane.frame);
  }

  readTheme() {
    const style = getComputedStyle(this.root);
    const get = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    this.shared.theme = {
      text: get("--st-text-color", "#222"),
      background: get("--st-background-color", "#fff"),
      font: get("--st-font", "sans-serif"),
    };
    this.repaint();
  }

  async poll() {
    // A page that sends new data polls at once; the round that is under way then is the last of its kind.
    const round = (this.round = {});
    clearTimeout(this.timer);
    if (document.visibilityState === "visible") {
      const changes = await Promise.all(this.panes.map((pane) => pane.data.poll().catch(() => false)));
      if (changes.some(Boolean)) await this.refresh();
      const measured = await Promise.all(this.panes.map((pane) => pane.data.measured(pane.frame).catch(() => false)));
      if (measured.some(Boolean)) this.words();
    }
    if (round !== this.round || this.gone) return;
    this.timer = setTimeout(() => this.poll(), this.pause());
  }

  /** Milliseconds until the next look at the runs. */
  pause() {
    const now = performance.now();
    const expecting = (pane) => this.shown.isExpecting(pane) && now - pane.data.changedAt < EXPECTING_MS;
    if (this.panes.some(expecting)) return EXPECTING_POLL_MS;
    return this.panes.some((pane) => pane.data.unsettled) ? POLL_MS : IDLE_POLL_MS;
  }

  /** Make every pane show its frame for the current epoch. */
  async refresh(duration = GLIDE_MS) {
    this.shared.dims = this.shown.chosenProjection()?.dims ?? this.shared.dims;
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    const { panes } = this;
    const frames = await Promise.all(panes.map((pane) => this.frameFor(pane)));
    const values = await Promise.all(panes.map((pane, i) => frames[i] && pane.data.valuesAt(frames[i].epoch)));
    if (ticket !== this.ticket || this.gone) return;
    panes.forEach((pane, i) => {
      if (!frames[i]) return;
      this.framing.widen(this.shown.kind(), frames[i]);
      pane.values = values[i];
      pane.show(frames[i], duration);
    });
    this.words();
    this.repaint();
    this.prefetch();
    this.chase();
  }

  frameFor(pane) {
    const epoch = this.shown.epochFor(pane);
    return epoch === undefined ? null : pane.data.frame(this.shown.keyFor(pane), epoch);
  }

  /** While the newest frames are followed: go on until every map shows its newest one. */
  chase() {
    clearTimeout(this.chasing);
    if (this.shared.epoch !== null || this.gone || !this.panes.some((pane) => this.shown.isBehind(pane))) return;
    this.chasing = setTimeout(() => this.refresh(CHASE_MS), CHASE_MS);
  }

  prefetch() {
    for (const pane of this.panes) {
      const epochs = this.shown.epochsOf(pane);
      const shown = this.shared.epoch ?? pane.frame?.epoch ?? -1;
      const start = epochs.findIndex((candidate) => candidate > shown);
      if (start < 0) continue;
      for (const next of epochs.slice(start, start + PREFETCH_FRAMES)) {
        pane.data.frame(this.shown.keyFor(pane), next);
        pane.data.valuesAt(next);
      }
    }
  }

  words() {
    const method = this.shown.method();
    this.panes.forEach((pane) => pane.describe(method));
    this.classes.update(this.panes);
    const manyClasses = this.classes.all.some((list) => list.many);
    this.tools.update(mapChoices(this.shown.states()), { dims: this.shown.hasSpace(), split: this.splitNames().length > 1, worst: manyClasses });
    this.legend.update(this.classes.all, this.splitNames());
    this.timeline.update(this.shown.lastEpoch(), this.shown.epoch(), this.shown.plannedEpochs());
    this.details.update(this.panes, this.selectedPanes());
    this.root.dataset.epoch = this.shown.epoch();
    this.root.dataset.selected = this.shared.selection?.size ?? 0;
  }

  fileName() {
    return `softsil ${this.panes.map((pane) => pane.run.title).join(" and ")} epoch ${this.shown.epoch()}`.slice(0, 120);
  }

  /** The panes whose samples the selection means. */
  selectedPanes() {
    const { selectedAmong } = this.shared;
    return this.panes.filter((pane) => !selectedAmong || pane.data.samples?.classKey === selectedAmong);
  }

  namedClasses(pane) {
    return this.classes.of(pane).named(this.shared);
  }

  /** The parts of the data that the points of any run come from. */
  splitNames() {
    return [...new Set(this.panes.flatMap((pane) => pane.data.samples?.splitNames ?? []))].sort();
  }

  repaint() {
    this.classes.update(this.panes);
    for (const pane of this.panes) if (pane.data.samples) this.paint(pane);
    this.redraw();
  }

  paint(pane) {
    const inputs = this.coloring(pane, colorInputs);
    if (sameInputs(pane.painted, inputs)) return;
    pane.painted = inputs;
    pane.paint(this.colorsOf(pane));
  }

  colorsOf(pane) {
    return this.coloring(pane, pointColors);
  }

  /** Call `use` with all that decides the colors of a run. */
  coloring(pane, use) {
    const { shared } = this;
    const list = this.classes.of(pane);
    const byClass = list.colorsFor(shared.color);
    const schemes = { byClass, splitNames: this.splitNames(), emphasized: list.emphasized(shared) };
    const selection = this.selectedPanes().includes(pane) ? shared.selection : null;
    return use(pane.data.samples, pane.values, { ...shared, selection }, schemes);
  }

  redraw() {
    if (!this.pending) this.pending = requestAnimationFrame((now) => this.draw(now));
  }

  /** @param again also draw the maps that look as they did */
  draw(now, again = false) {
    this.pending = null;
    if (this.gone) return;
    const moving = this.framing.approach(this.shown.kind(), this.shared);
    const gliding = this.panes.map((pane) => pane.draw(now, again)).some(Boolean);
    this.drawn = (this.drawn ?? 0) + 1;
    if (moving || gliding) this.redraw();
  }

  follow() {
    this.shared.epoch = null;
    this.refresh();
    this.report();
  }

  seek(epoch) {
    this.shared.playing = false;
    this.shared.epoch = epoch;
    this.refresh(120);
  }

  set(change) {
    // Without a projection of its own dimensions the maps lie flat again.
    const before = this.shown.chosenProjection();
    Object.assign(this.shared, change);
    if (before && !this.shown.chosenProjection()) this.shared.dims = 2;
    if ("dims" in change || "wanted" in change) this.framing.settled = false;
    if ("wanted" in change || "color" in change) this.reportLook();
    this.refresh();
  }

  setClasses(change) {
    Object.assign(this.shared, change);
    this.repaint();
  }

  pin(name) {
    const { pinned } = this.shared;
    if (!pinned.delete(name)) pinned.add(name);
    this.words();
    this.repaint();
  }

  /** @param classKey the classes of the map it was made in: elsewhere equal ids are other samples; null: all maps */
  select(ids, classKey = null) {
    this.shared.selection = ids.length ? new Set(ids) : null;
    this.shared.selectedAmong = classKey;
    this.shared.focused = null;
    this.words();
    this.repaint();
    this.component.setStateValue("selection", ids);
  }

  /** Show the neighbors of one of the selected samples, or no longer. */
  focus(id) {
    this.shared.focused = this.shared.focused === id ? null : id;
    this.words();
  }

  hover(id) {
    if (this.shared.hovered === id) return;
    this.shared.hovered = id;
    this.redraw();
  }

  resetCamera() {
    Object.assign(this.shared.camera, startingCamera());
    this.redraw();
  }

  /** Tell the page which epoch is shown (null: the newest), so that its numbers go with the picture. */
  report() {
    if (this.reported === this.shared.epoch) return;
    this.reported = this.shared.epoch;
    this.component.setStateValue("epoch", this.shared.epoch);
  }

  /** Tell the page which map and which coloring were chosen (null: the usual ones), for its address. */
  reportLook() {
    const { wanted, color } = this.shared;
    const chosen = { projection: wanted === "auto" ? null : wanted, color: color === "class" ? null : color };
    this.told ??= { projection: this.component.data.projection ?? null, color: this.component.data.color ?? null };
    for (const [name, value] of Object.entries(chosen)) {
      if (value !== this.told[name]) this.component.setStateValue(name, value);
    }
    this.told = chosen;
  }

  key(event) {
    const { tagName } = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const space = event.key === " " && !["BUTTON", "SELECT"].includes(tagName);
    // The slider takes the arrows itself, a choice its own keys.
    if (["INPUT", "SELECT"].includes(tagName) && event.key !== "Escape" && !space) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in steps) {
      this.seek(Math.max(0, Math.min(this.shown.lastEpoch(), this.shown.epoch() + steps[event.key])));
      this.report();
    } else if (space) this.playback.toggle();
    else if (event.key === "Escape") this.select([]);
    else return;
    event.preventDefault();
  }

  destroy() {
    this.gone = true;
    document.removeEventListener("keydown", this.onPageKey);
    clearTimeout(this.timer);
    clearTimeout(this.chasing);
    cancelAnimationFrame(this.pending);
    this.panes.forEach((pane) => pane.destroy());
  }
}

/** Called at mount and whenever the page sends other data or the theme changes. */
export function mount(component) {
  const root = component.parentElement.querySelector(".softsil-map");
  root.style.setProperty("--map-height", `${component.data.height}px`);
  root.view ??= new MapView(root, component);
  root.view.update(component);
  window.softsilMap = root.view; // for tests and the browser's console
  return () => {
    root.view?.destroy();
    root.view = undefined;
  };
}
