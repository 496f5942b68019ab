// Where all maps are looked at from: one box around every frame seen so far, and what the pointer did to the view.

import { boundsOf, framing, union } from "./pure.js";

const STARTING = { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: -0.4 };
const STEP = 0.12;

export function startingCamera() {
  return { ...STARTING };
}

/** Turn (3-D) or move the camera by a drag of dx, dy pixels; `unit` is pixels per map unit. */
export function drag(shared, dx, dy, unit, pan) {
  const { camera, framing: frame, dims } = shared;
  if (dims === 3 && !pan) {
    camera.yaw += dx * 0.008;
    camera.pitch = Math.max(-1.5, Math.min(1.5, camera.pitch - dy * 0.008));
  } else {
    camera.x -= dx / unit / frame.half;
    camera.y += dy / unit / frame.half;
  }
}

/** The part of the map that fits all frames; it only ever grows, so a point that stays put stays put on the screen. */
export class Framing {
  constructor() {
    this.boxes = new Map();
    this.measured = new WeakSet();
    this.settled = false;
  }

  /** Make room for a frame of the kind `name`. */
  widen(name, frame) {
    if (this.measured.has(frame)) return;
    this.measured.add(frame);
    this.boxes.set(name, union(this.boxes.get(name), boundsOf(frame.points)));
  }

  /** Move `shared.framing` a step towards the box of `name`; true while there is way to go. */
  approach(name, shared) {
    const box = this.boxes.get(name);
    if (!box) return false;
    const goal = framing(box, shared.dims);
    if (!this.settled) {
      this.settled = true;
      shared.framing = goal;
      return false;
    }
    const now = shared.framing;
    const step = (from, to) => from + (to - from) * STEP;
    shared.framing = {
      center: now.center.map((c, i) => step(c, goal.center[i])),
      half: step(now.half, goal.half),
      reach: now.reach.map((r, i) => step(r, goal.reach[i])),
    };
    const far = (from, to) => Math.max(...from.map((value, i) => Math.abs(to[i] - value)));
    const away = Math.max(far(now.reach, goal.reach), far(now.center, goal.center));
    return away / goal.half > 1e-3;
  }
}
