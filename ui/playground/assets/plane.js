// Pure functions of the playground: no DOM. Tested by tests/js.

export const REACH = 3;
const LINK_REACH = 4;
export const COLORS = ["#3f90da", "#bd1f01", "#ffa90e", "#832db6", "#94a4a2", "#a96b59"];
export const LONGEST_ARROW = 46;
export const STRONG = 2;

/** Pixels of a place in the plane on a canvas of this size; the plane's center is in the middle. */
export function toPixels([x, y], { width, height }) {
  const unit = Math.min(width, height) / (2 * REACH);
  return [width / 2 + x * unit, height / 2 - y * unit];
}

/** The place in the plane of a pixel. */
export function toPlane([px, py], { width, height }) {
  const unit = Math.min(width, height) / (2 * REACH);
  return [(px - width / 2) / unit, (height / 2 - py) / unit];
}

/** The point nearest to a place, or null if none is within `reach`. */
export function nearest(points, [x, y], reach) {
  let best = null;
  let distance = reach;
  points.forEach(([px, py], index) => {
    const d = Math.hypot(px - x, py - y);
    if (d < distance) [best, distance] = [index, d];
  });
  return best;
}

/**
 * Lengths in pixels for arrows of these forces: the root of the force, so that small ones are seen beside large ones; a
 * force of STRONG or more has the longest arrow. The same scale for every loss, so that arrows vanish as forces do.
 */
export function arrowLengths(forces) {
  return forces.map(([x, y]) => LONGEST_ARROW * Math.sqrt(Math.min(STRONG, Math.hypot(x, y)) / STRONG));
}

/** Shades 0 … 1 of a landscape, by rank: every shade covers as much of the plane; null where the loss is no number. */
export function shades(landscape) {
  const values = landscape.flat().filter((value) => value !== null).sort((a, b) => a - b);
  const rank = (value) => {
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < value) low = middle + 1;
      else high = middle;
    }
    return values.length > 1 ? low / (values.length - 1) : 0;
  };
  return landscape.map((row) => row.map((value) => (value === null ? null : rank(value))));
}

/** Points and labels as they stand in the address: 5 bytes a point, in base64. */
export function pointsLink(points, labels) {
  const bytes = new DataView(new ArrayBuffer(5 * points.length));
  const level = (value) => Math.round(((Math.min(Math.max(value, -LINK_REACH), LINK_REACH) + LINK_REACH) / (2 * LINK_REACH)) * 65535);
  points.forEach(([x, y], i) => {
    bytes.setUint16(5 * i, level(x), true);
    bytes.setUint16(5 * i + 2, level(y), true);
    bytes.setUint8(5 * i + 4, labels[i]);
  });
  const text = String.fromCharCode(...new Uint8Array(bytes.buffer));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_");
}

/** Points between two frames. */
export function between(from, to, t) {
  if (!from || from.length !== to.length || t >= 1) return to;
  return to.map(([x, y], i) => [from[i][0] + (x - from[i][0]) * t, from[i][1] + (y - from[i][1]) * t]);
}

/** Points and labels after painting at a place: one more point, or, erasing (-1), those within `reach` gone. */
export function painted(points, labels, place, paint, reach, most) {
  if (paint < 0) {
    const kept = points.map((point, i) => [point, labels[i]]).filter(([[x, y]]) => Math.hypot(x - place[0], y - place[1]) > reach);
    return kept.length < 2 ? [points, labels] : [kept.map(([point]) => point), kept.map(([, label]) => label)];
  }
  if (points.length >= most) return [points, labels];
  return [[...points, place], [...labels, paint]];
}
