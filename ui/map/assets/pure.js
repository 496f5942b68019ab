// Pure functions of the live map: no DOM, no network. Tested by tests/js.

const CHASE_STEPS = 16;
const BOUNDING_POINTS = 2000;
const METHOD_TITLES = { umap: "UMAP", pca: "PCA", tsne: "t-SNE" };

const READERS = { f4: Float32Array, u2: Uint16Array, i4: Int32Array, u1: Uint8Array };

/** Binary payload of the server → its JSON header with the arrays by name. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let offset = 4 + length;
  const arrays = {};
  for (const { name, dtype, shape } of header.arrays) {
    const Reader = READERS[dtype];
    if (!Reader) throw new Error(`unknown array type ${dtype}`);
    const count = shape.reduce((a, b) => a * b, 1);
    arrays[name] = new Reader(buffer, offset, count);
    offset += Math.ceil((count * Reader.BYTES_PER_ELEMENT) / 4) * 4;
  }
  return { ...header, arrays, dims: header.arrays[0]?.shape[1] };
}

/** Coordinates with 2 or 3 columns → always 3, the third 0 where there is none. */
export function inSpace(coordinates, dims) {
  if (dims === 3) return coordinates;
  const count = coordinates.length / 2;
  const space = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    space[3 * i] = coordinates[2 * i];
    space[3 * i + 1] = coordinates[2 * i + 1];
  }
  return space;
}

/**
 * The box around points [x, y, z, …], [low, high] an axis; the outermost 0.5 % on each side may stick out. Of many points
 * every so manieth is looked at: sorting all of them would take longer than drawing them.
 */
export function boundsOf(points) {
  const step = Math.max(1, Math.floor(points.length / 3 / BOUNDING_POINTS));
  const count = Math.ceil(points.length / 3 / step);
  if (!count) return null;
  const skip = Math.floor(count * 0.005);
  return [0, 1, 2].map((axis) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = points[3 * i * step + axis];
    values.sort();
    return [values[skip], values[count - 1 - skip]];
  });
}

/** Smallest box around two boxes, either of which may be null. */
export function union(a, b) {
  if (!a || !b) return a ?? b;
  return a.map(([low, high], axis) => [Math.min(low, b[axis][0]), Math.max(high, b[axis][1])]);
}

/** What the camera looks at: the middle of a box, its largest half extent, and how far it reaches across and up. */
export function framing(box, dims) {
  const halves = box.slice(0, dims).map(([low, high]) => (high - low) / 2);
  const half = Math.max(1e-6, ...halves);
  // In space the box turns: whatever points across now may point up later.
  const reach = dims === 3 ? [half, half] : halves.map((extent) => Math.max(extent, half / 20));
  return { center: box.map(([low, high]) => (low + high) / 2), half, reach };
}

/** Pixels per map unit that show the reach of a framing on a stage, leaving a margin. */
export function fitted({ reach }, width, height) {
  return Math.min(width / 2 / reach[0], height / 2 / reach[1]) * 0.9;
}

/** Rotation matrix (row by row) of a camera that turned by yaw, then pitch. */
export function rotation(yaw, pitch) {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return [cy, 0, sy, sp * sy, cp, -sp * cy, -cp * sy, sp, cp * cy];
}

/** Screen position in pixels of one point; `view` is what Pane.view() returns. */
export function toScreen(x, y, z, view) {
  const [px, py, pz] = [x - view.center[0], y - view.center[1], z - view.center[2]];
  const r = view.rotation;
  return [
    view.width / 2 + (r[0] * px + r[1] * py + r[2] * pz - view.x) * view.unit,
    view.height / 2 - (r[3] * px + r[4] * py + r[5] * pz - view.y) * view.unit,
  ];
}

/** Whether (x, y) lies inside the polygon [[x, y], …]. */
export function insidePolygon(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i];
    const [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Positions between two frames. */
export function between(from, to, t) {
  if (t >= 1) return to;
  const points = new Float32Array(to.length);
  for (let i = 0; i < to.length; i++) points[i] = from[i] + (to[i] - from[i]) * t;
  return points;
}

/** Mean move of a point, as a share of the layout's root mean square radius. */
export function meanMove(from, to) {
  const count = to.length / 3;
  if (!from || from.length !== to.length || !count) return 0;
  const mean = [0, 0, 0];
  for (let i = 0; i < to.length; i++) mean[i % 3] += to[i] / count;
  let moved = 0;
  let radius = 0;
  for (let i = 0; i < to.length; i += 3) {
    moved += Math.hypot(to[i] - from[i], to[i + 1] - from[i + 1], to[i + 2] - from[i + 2]) / count;
    radius += ((to[i] - mean[0]) ** 2 + (to[i + 1] - mean[1]) ** 2 + (to[i + 2] - mean[2]) ** 2) / count;
  }
  return radius ? moved / Math.sqrt(radius) : 0;
}

/** Mean position of every class, [x, y, z, …]; NaN for a class without points. */
export function classCenters(points, labels, classes) {
  const sums = new Float64Array(classes * 3);
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]]++;
    for (let axis = 0; axis < 3; axis++) sums[3 * labels[i] + axis] += points[3 * i + axis];
  }
  return sums.map((sum, i) => sum / counts[Math.floor(i / 3)]);
}

/** Text of at most `longest` characters, the last one an ellipsis where some had to go. */
export function shorten(text, longest) {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}

/**
 * Centered boxes {x, y, width, height} moved up or down, as little as it takes, until none covers an earlier one.
 * A box that would have to go further than twice its height is left out: there it would name something else.
 */
export function apart(boxes) {
  const placed = [];
  for (const box of boxes) {
    const covers = (y) => placed.some((other) => (
      Math.abs(other.x - box.x) < (other.width + box.width) / 2 && Math.abs(other.y - y) < (other.height + box.height) / 2
    ));
    // One place above and one below each box in the way is enough: one of them is free.
    const near = placed.flatMap(({ y, height }) => [y - (height + box.height) / 2, y + (height + box.height) / 2]);
    const free = [box.y, ...near].filter((y) => !covers(y));
    const y = free.reduce((best, candidate) => (Math.abs(candidate - box.y) < Math.abs(best - box.y) ? candidate : best));
    if (Math.abs(y - box.y) <= 2 * box.height) placed.push({ ...box, y });
  }
  return placed;
}

/** The classes that have points, the one with the lowest mean silhouette first; in their own order without silhouettes. */
export function worstFirst(classes, labels, silhouettes) {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  labels.forEach((label, i) => {
    sums[label] += silhouettes?.[i] ?? 0;
    counts[label]++;
  });
  const present = [...counts.keys()].filter((i) => counts[i]);
  return present.sort((a, b) => sums[a] / counts[a] - sums[b] / counts[b]);
}

/** "#rrggbb" → [r, g, b]. */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** [r, g, b] → "rgb(r, g, b)". */
export function rgbText(color) {
  return `rgb(${color.join(", ")})`;
}

/** Color of a silhouette in [-1, 1]: orange below 0, pale at 0, blue above. */
export function silhouetteColor(value) {
  const t = Math.max(-1, Math.min(1, value));
  const pale = [221, 221, 221];
  const end = t < 0 ? [230, 97, 1] : [33, 102, 172];
  return pale.map((p, i) => Math.round(p + (end[i] - p) * Math.abs(t) ** 0.8));
}

/** The largest of the ascending `epochs` that is not above `epoch`, or the first one; undefined if there is none. */
export function shownEpoch(epochs, epoch) {
  let found = epochs[0];
  for (const candidate of epochs) if (candidate <= epoch) found = candidate;
  return found;
}

/**
 * The next epoch of a map that follows the newest: one step on from what it shows, so that people see it move there
 * however quickly the frames came; the farther behind, the longer the step. `shown` null: straight to the newest.
 */
export function chaseEpoch(epochs, shown) {
  const ahead = shown === null ? [] : epochs.filter((epoch) => epoch > shown);
  if (!ahead.length) return epochs.at(-1);
  return ahead[Math.ceil(ahead.length / CHASE_STEPS) - 1];
}

/**
 * Key of the projection to show: `wanted` itself where it is a key, else the projection of that method and dimension,
 * with the method's usual settings if there is one, with the most frames among equals; or undefined.
 */
export function keyOf(state, wanted, dims) {
  if (state?.projections[wanted]) return wanted;
  const fitting = Object.entries(state?.projections ?? {}).filter(([, p]) => p.method === wanted && p.dims === dims);
  const order = ([, a], [, b]) => !!a.special - !!b.special || b.epochs.length - a.epochs.length;
  return fitting.sort(order)[0]?.[0];
}

/** What can be chosen under "Map": the methods, and every projection with settings of its own; [value, title] each. */
export function mapChoices(states) {
  const projections = states.flatMap((state) => Object.entries(state.projections));
  const methods = [...new Set(projections.map(([, p]) => p.method))].sort();
  const special = new Map(projections.filter(([, p]) => p.special).map(([key, p]) => [key, specialTitle(p)]));
  const titled = methods.map((method) => [method, METHOD_TITLES[method] ?? method]);
  return [["auto", "automatic"], ...titled, ...[...special].sort(([, a], [, b]) => a.localeCompare(b))];
}

function specialTitle({ method, dims, special }) {
  return `${METHOD_TITLES[method] ?? method}${dims === 3 ? " 3-D" : ""}: ${special}`;
}

/**
 * What all runs show: the wanted method or projection where a run has it; else UMAP, as soon as every run that has
 * frames has UMAP frames.
 */
export function chosenMethod(states, wanted, dims) {
  if (states.some((state) => state?.projections[wanted] || keyOf(state, wanted, dims))) return wanted;
  const mapped = states.filter((state) => Object.keys(state?.projections ?? {}).length);
  return mapped.length && mapped.every((state) => keyOf(state, "umap", dims)) ? "umap" : "pca";
}

/** Whether the quality of a frame was measured; what cannot be measured is null then. */
export function isMeasured(quality) {
  return quality?.trustworthiness !== undefined;
}

/** What a frame's measured quality and a collapse of the embedding mean, in words, and shorter for a small map. */
export function qualityWords(quality, collapse) {
  if (collapse) return { ...collapseWords(collapse), low: true };
  const trust = quality?.trustworthiness;
  if (trust == null) return { text: "", short: "", low: false };
  const percent = `${Math.round(trust * 1000) / 10} %`;
  if (trust >= 0.95) return { text: `map faithful (${percent})`, short: `map ${percent}`, low: false };
  if (trust >= 0.9) return { text: `map fairly faithful (${percent})`, short: `map ${percent}`, low: false };
  const text = `map distorts neighborhoods here (${percent}): trust the silhouettes`;
  return { text, short: `distorts: ${percent}`, low: true };
}

/** A map is drawn to fill its frame, so it cannot show by itself that there is next to nothing to draw. */
function collapseWords({ kind, amount }) {
  const text = kind === "point"
    ? `embedding collapsed: all samples within about ${Math.max(0.1, amount).toFixed(1)}° of one direction, magnified here`
    : `embedding collapsed onto one line (${Math.round(amount * 100)} % of all differences), bent and magnified here`;
  return { text, short: kind === "point" ? "collapsed to a point" : "collapsed to a line" };
}
