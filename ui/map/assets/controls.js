// The bars above and below the maps: what is drawn and how, the classes, and the epochs.

import { OTHER, PALETTE } from "./palette.js";
import { silhouetteColor } from "./pure.js";

const TOOLS = `
  <label><span>Color</span> <select name="color" aria-label="Color">
    <option value="class">class</option><option value="worst" hidden>worst classes</option><option value="prediction">predicted class</option>
    <option value="correct">right or wrong</option><option value="silhouette">silhouette</option>
    <option value="split" hidden>part of the data</option>
  </select></label>
  <label><span>Map</span> <select name="method" aria-label="Map"></select></label>
  <button name="dims" type="button" hidden>3-D</button>
  <button name="lasso" type="button" aria-pressed="false" title="Draw around points to select them (or hold Shift and drag)">Lasso</button>
  <button name="reset" type="button" title="Back to the whole map (or double-click)">Fit</button>
  <button name="png" type="button" title="Save the maps as they are here, as a picture">PNG</button>
  <button name="svg" type="button" title="Save the maps as they are here, as a vector drawing for papers and slides">SVG</button>`;
const TIMELINE = `
  <button name="play" type="button" title="Play (space)">▶</button>
  <input type="range" name="epoch" min="0" max="0" step="1" aria-label="Epoch">
  <output class="epoch"></output>
  <label title="Epochs a second">Speed <select name="speed">
    <option>2</option><option selected>5</option><option>10</option><option>20</option>
  </select></label>
  <button name="follow" type="button" aria-pressed="true" title="Always show the newest epoch">Newest</button>`;

/** Buttons and choices above the maps. */
export class Tools {
  constructor(shared, actions) {
    this.element = bar("tools", TOOLS);
    Object.assign(this, { shared, ...named(this.element) });
    this.color.onchange = () => actions.set({ color: this.color.value });
    this.method.onchange = () => actions.set({ wanted: this.method.value });
    this.dims.onclick = () => actions.set({ dims: shared.dims === 3 ? 2 : 3 });
    this.lasso.onclick = () => actions.set({ lassoing: !shared.lassoing });
    this.reset.onclick = () => shared.resetCamera();
    this.png.onclick = () => actions.savePicture();
    this.svg.onclick = () => actions.saveFigure();
  }

  /**
   * @param choices what can be chosen as the map: [value, title] each
   * @param offered whether there are maps in space (dims), points of several parts of the data (split), and more classes
   *   than are easily told apart (worst)
   */
  update(choices, offered) {
    const { shared } = this;
    const signature = JSON.stringify(choices);
    if (signature !== this.signature) {
      this.signature = signature;
      this.method.replaceChildren(...choices.map(([value, title]) => new Option(title, value)));
    }
    for (const name of ["split", "worst"]) this.color.querySelector(`[value="${name}"]`).hidden = !offered[name];
    this.method.value = shared.wanted;
    if (!this.method.value) this.method.value = "auto"; // no run has what an address asked for
    this.color.value = shared.color;
    this.dims.hidden = !offered.dims;
    this.dims.textContent = shared.dims === 3 ? "2-D" : "3-D";
    this.lasso.setAttribute("aria-pressed", shared.lassoing);
  }
}

/** Class names with their colors: hover to highlight, click to keep. */
export class Legend {
  constructor(shared, actions) {
    this.element = bar("legend", "");
    Object.assign(this, { shared, actions });
  }

  /**
   * @param lists the ClassLists of the runs: one legend each
   * @param splitNames the parts of the data that the points come from
   */
  update(lists, splitNames) {
    const { shared } = this;
    const titles = lists.map(({ panes }) => panes.map((pane) => pane.run.title).join(", "));
    const colors = lists.map((list) => [...list.colorsFor(shared.color)]);
    const signature = JSON.stringify([titles, lists.map(({ names }) => names), colors, splitNames, shared.color]);
    if (signature !== this.signature) {
      this.signature = signature;
      this.element.replaceChildren(...this.parts(lists, titles, splitNames));
    }
    for (const entry of this.element.querySelectorAll("button")) {
      entry.setAttribute("aria-pressed", shared.pinned.has(entry.dataset.name));
    }
  }

  parts(lists, titles, splitNames) {
    if (this.shared.color === "split") return splitNames.map((name, index) => swatch(name, PALETTE[index]));
    if (this.shared.color === "silhouette") return [gradient()];
    if (this.shared.color === "correct") return [swatch("right", PALETTE[0]), swatch("wrong", PALETTE[2])];
    if (lists.length < 2) return lists.flatMap((list) => this.entries(list));
    return lists.map((list, i) => {
      const group = bar("classes", "<b></b>");
      group.firstChild.textContent = `${titles[i]}:`;
      group.append(...this.entries(list));
      return group;
    });
  }

  entries(list) {
    const colors = list.colorsFor(this.shared.color);
    const order = new Set([...colors.keys(), ...list.names.keys()]);
    return [...order].map((index) => this.entry(index, list.names[index], colors.get(index) ?? OTHER));
  }

  entry(index, name, color) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.class = index;
    button.dataset.name = name;
    button.append(swatch("", color), name);
    button.onpointerenter = () => this.actions.highlight(name);
    button.onpointerleave = () => this.actions.highlight(null);
    button.onclick = () => this.actions.pin(name);
    return button;
  }
}

/** Epoch slider, playback, and "always the newest". */
export class Timeline {
  constructor(shared, actions) {
    this.element = bar("timeline", TIMELINE);
    Object.assign(this, { shared, ...named(this.element) });
    this.output = this.element.querySelector("output");
    this.play.onclick = () => actions.togglePlay();
    this.follow.onclick = () => actions.follow();
    this.speed.onchange = () => actions.set({ speed: Number(this.speed.value) });
    this.epoch.oninput = () => actions.seek(Number(this.epoch.value));
    this.epoch.onchange = () => actions.report();
  }

  update(last, shown, planned) {
    const { shared } = this;
    this.epoch.max = last;
    this.epoch.value = shown;
    this.epoch.disabled = last === 0;
    this.output.textContent = `epoch ${shown}${planned ? ` / ${planned}` : ""}`;
    this.play.textContent = shared.playing ? "❚❚" : "▶";
    this.play.title = shared.playing ? "Pause (space)" : "Play (space)";
    this.follow.setAttribute("aria-pressed", shared.epoch === null);
  }
}

function bar(name, html) {
  const element = document.createElement("div");
  element.className = name;
  element.innerHTML = html;
  return element;
}

function named(element) {
  return Object.fromEntries([...element.querySelectorAll("[name]")].map((part) => [part.getAttribute("name"), part]));
}

function swatch(text, color) {
  const element = document.createElement("span");
  element.className = "swatch";
  element.style.setProperty("--swatch", color);
  element.textContent = text;
  return element;
}

function gradient() {
  const element = document.createElement("span");
  element.className = "gradient";
  const stops = [-1, -0.5, 0, 0.5, 1].map((value) => `rgb(${silhouetteColor(value)})`);
  element.style.setProperty("--stops", stops.join(", "));
  element.append("−1 in another class", document.createElement("i"), "+1 well inside its own");
  return element;
}
