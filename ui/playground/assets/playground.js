import { COLORS, REACH, arrowLengths, between, nearest, painted, pointsLink, shades, toPixels, toPlane } from "./plane.js";
// The drawing of the playground: a canvas a loss, with pointer and keys. Names are only ever set as text.

const FRAME_MS = 40;
const PICK_PIXELS = 16;
const PAINT_PIXELS = 14;
const MOST_POINTS = 300;
const KEYS = { " ": "play", s: "step", r: "reset" };
const STEPS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };

/** A picture of a landscape, a pixel a cell, the bluer the lower. */
function shadingOf(landscape) {
  const rows = shades(landscape).reverse(); // pictures begin at the top
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [rows[0].length, rows.length];
  const context = canvas.getContext("2d");
  rows.forEach((row, y) => row.forEach((shade, x) => {
    context.fillStyle = shade === null ? "#8884" : `hsl(212 75% 48% / ${Math.round(70 * (1 - shade))}%)`;
    context.fillRect(x, y, 1, 1);
  }));
  return canvas;
}

class Side {
  constructor(view, index) {
    Object.assign(this, { view, index, touched: null, felt: null, feeling: false });
    this.element = document.createElement("figure");
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.element.append(this.canvas);
    this.listen();
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.canvas);
  }

  update(data, playing) {
    this.data = data;
    this.touched = this.felt = null;
    this.shading = null;
    this.started = playing ? performance.now() : -Infinity;
    this.canvas.setAttribute(
      "aria-label", `${data.title}: ${data.force.length} points in the plane with the force on each of them`);
    this.draw();
  }

  /** Where the points are now: in the hand, in motion, or at rest. */
  points() {
    if (this.touched) return this.touched;
    const { frames } = this.data;
    const at = (performance.now() - this.started) / FRAME_MS;
    const last = frames.length - 1;
    if (at >= last) return frames[last];
    return between(frames[Math.floor(at)], frames[Math.floor(at) + 1], at % 1);
  }

  get moving() {
    return !this.touched && performance.now() - this.started < (this.data.frames.length - 1) * FRAME_MS;
  }

  /** The arrows for where the points are; those of points in the hand are a moment old. */
  force() {
    return this.touched ? this.felt : this.data.force;
  }

  /** Take points in the hand, and ask for their arrows unless somebody is asking already. */
  async touch(points) {
    this.touched = points;
    if (this.felt?.length !== points.length) this.felt = null;
    this.draw();
    if (this.feeling) return;
    this.feeling = true;
    let asked = null;
    while (this.touched && this.touched !== asked) {
      asked = this.touched;
      const force = await this.feel(asked).catch(() => null);
      if (this.touched?.length !== asked.length) continue;
      this.felt = force;
      this.draw();
    }
    this.feeling = false;
  }

  async feel(points) {
    const link = pointsLink(points, this.view.labels());
    const response = await fetch(`/softsil/playground/force?${new URLSearchParams({ points: link, loss: this.data.loss })}`);
    return response.ok ? (await response.json()).force : null;
  }

  size() {
    return { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
  }

  draw() {
    if (!this.data || !this.canvas.clientWidth) return;
    const size = this.size();
    const scale = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(size.width * scale)) this.canvas.width = Math.round(size.width * scale);
    if (this.canvas.height !== Math.round(size.height * scale)) this.canvas.height = Math.round(size.height * scale);
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    const theme = getComputedStyle(this.view.root);
    this.text = theme.color;
    if (this.data.landscape && !this.moving && !this.touched) this.drawLandscape(context, size);
    this.drawAxes(context, size);
    const points = this.points();
    if (!this.moving && this.force()) this.drawForces(context, size, points, this.force());
    this.drawMarks(context, size);
    points.forEach((point, index) => this.drawPoint(context, size, point, index));
    this.canvas.dataset.moving = this.moving;
    this.canvas.dataset.points = points.length;
    if (this.moving) requestAnimationFrame(() => this.draw());
  }

  drawLandscape(context, size) {
    const step = (2 * REACH) / (this.data.landscape.length - 1);
    const [left, top] = toPixels([-REACH - step / 2, REACH + step / 2], size);
    const [right, bottom] = toPixels([REACH + step / 2, -REACH - step / 2], size);
    this.shading ??= shadingOf(this.data.landscape); // a pixel a cell; the browser smooths between them
    context.drawImage(this.shading, left, top, right - left, bottom - top);
  }

  drawAxes(context, size) {
    const [x, y] = toPixels([0, 0], size);
    context.strokeStyle = "#8886";
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(size.width, y);
    context.moveTo(x, 0);
    context.lineTo(x, size.height);
    context.stroke();
    if (!this.data.directional) return;
    context.setLineDash([4, 4]);
    context.beginPath();
    context.arc(x, y, toPixels([1, 0], size)[0] - x, 0, 7);
    context.stroke();
    context.setLineDash([]);
  }

  drawForces(context, size, points, force) {
    const lengths = arrowLengths(force);
    context.strokeStyle = context.fillStyle = this.text;
    context.lineWidth = 1.2;
    points.forEach((point, i) => {
      if (lengths[i] < 3) return;
      const [fx, fy] = force[i];
      const angle = Math.atan2(-fy, fx);
      const [x, y] = toPixels(point, size);
      const [tx, ty] = [x + lengths[i] * Math.cos(angle), y + lengths[i] * Math.sin(angle)];
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tx, ty);
      context.stroke();
      context.beginPath();
      context.moveTo(tx, ty);
      for (const side of [2.7, -2.7]) context.lineTo(tx + 6 * Math.cos(angle + side), ty + 6 * Math.sin(angle + side));
      context.fill();
    });
  }

  drawMarks(context, size) {
    for (const { kind, class: label, at } of this.data.marks) {
      context.strokeStyle = COLORS[label % COLORS.length];
      context.lineWidth = 3;
      context.beginPath();
      if (kind === "direction") {
        const length = Math.hypot(...at) || 1;
        const end = toPixels(at.map((value) => (value / length) * 1.5 * REACH), size);
        context.setLineDash([8, 6]);
        context.lineWidth = 1.5;
        context.moveTo(...toPixels([0, 0], size));
        context.lineTo(...end);
      } else {
        const [x, y] = toPixels(at, size);
        context.moveTo(x - 8, y);
        context.lineTo(x + 8, y);
        context.moveTo(x, y - 8);
        context.lineTo(x, y + 8);
      }
      context.stroke();
      context.setLineDash([]);
    }
  }

  /** Every class has a color and a shape. */
  drawPoint(context, size, point, index) {
    const label = this.view.labels()[index];
    const [x, y] = toPixels(point, size);
    const chosen = index === this.view.chosen;
    const radius = chosen ? 7 : 5;
    context.beginPath();
    const corners = [0, 4, 3, 5, 6, 8][label % 6];
    if (!corners) context.arc(x, y, radius, 0, 7);
    for (let k = 0; k < corners; k++) {
      const angle = (2 * Math.PI * k) / corners - Math.PI / 2 + (corners === 4 ? Math.PI / 4 : 0);
      context.lineTo(x + 1.2 * radius * Math.cos(angle), y + 1.2 * radius * Math.sin(angle));
    }
    context.closePath();
    context.fillStyle = COLORS[label % COLORS.length];
    context.fill();
    context.strokeStyle = chosen ? this.text : "#fff";
    context.lineWidth = chosen ? 2.5 : 0.8;
    context.stroke();
  }

  listen() {
    let held = null;
    const place = (event) => toPlane([event.offsetX, event.offsetY], this.size());
    const inPlane = (pixels) => (pixels * 2 * REACH) / Math.min(this.size().width, this.size().height);
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      const { paint } = this.view.data;
      const point = nearest(this.points(), place(event), inPlane(PICK_PIXELS));
      held = { paint, point, moved: false, from: place(event) };
      if (paint !== null) this.paint(place(event), held, inPlane);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!held) return;
      const at = place(event);
      const far = Math.hypot(at[0] - held.from[0], at[1] - held.from[1]) > inPlane(held.paint === null ? 3 : PAINT_PIXELS);
      if (!far) return;
      held.moved = true;
      if (held.paint !== null) {
        held.from = at;
        this.paint(at, held, inPlane);
      } else if (held.point !== null) {
        this.touch(this.points().map((point, i) => (i === held.point ? at : point)));
      }
    });
    this.canvas.addEventListener("pointerup", () => {
      if (held?.paint !== null || (held.moved && held.point !== null)) this.view.edit(this.points());
      else this.view.choose(held.point);
      held = null;
    });
  }

  paint(at, held, inPlane) {
    const [points, labels] = painted(
      this.points(), this.view.labels(), at, held.paint, inPlane(PICK_PIXELS), MOST_POINTS);
    this.view.painted = labels;
    this.touch(points);
  }
}

class Playground {
  constructor(root) {
    this.root = root;
    this.sides = [];
    this.chosen = null;
    this.painted = null;
    this.listener = (event) => this.key(event);
    document.addEventListener("keydown", this.listener);
  }

  labels() {
    return this.painted ?? this.data.labels;
  }

  update(component) {
    this.component = component;
    this.data = component.data;
    this.painted = null;
    this.chosen = component.data.chosen;
    const playing = this.played !== undefined && this.played !== component.data.play;
    this.played = component.data.play;
    if (this.sides.length !== this.data.planes.length) {
      this.sides = this.data.planes.map((_, index) => new Side(this, index));
      this.root.replaceChildren(...this.sides.map((side) => side.element));
    }
    this.sides.forEach((side, i) => side.update(this.data.planes[i], playing));
    // The arrows are drawn; the landscape takes longer, so it is asked for on its own.
    if (this.chosen !== null && this.data.planes.some((plane) => !plane.landscape)) this.command("look");
  }

  command(name) {
    this.component.setTriggerValue("command", { name, scene: this.data.scene });
  }

  /** Keys work on the whole page, except where what has the focus takes them itself. */
  key(event) {
    const focused = event.composedPath()[0];
    const { chosen, sides } = this;
    if (event.ctrlKey || event.altKey || event.metaKey || !["BODY", "A", "CANVAS", "SECTION"].includes(focused.tagName)) return;
    if (event.key in KEYS) this.command(KEYS[event.key]);
    else if (event.key in STEPS && chosen !== null) {
      const [dx, dy] = STEPS[event.key];
      const side = sides.find(({ canvas }) => canvas === focused) ?? sides[0];
      this.edit(side.points().map(([x, y], i) => (i === chosen ? [x + dx, y + dy] : [x, y])));
    } else if (event.key === "Escape") this.choose(null);
    else return;
    event.preventDefault();
  }

  destroy() {
    document.removeEventListener("keydown", this.listener);
    this.sides.forEach((side) => side.watcher.disconnect());
  }

  edit(points) {
    const rounded = points.map((point) => point.map((value) => Math.round(value * 1000) / 1000));
    // Seen at once on both sides; what the page then sends is the same.
    this.sides.filter((side) => side.touched !== points).forEach((side) => side.touch(rounded));
    const stamp = `${Date.now()}-${Math.random()}`;
    this.component.setStateValue("edit", { points: rounded, labels: [...this.labels()], stamp });
  }

  choose(point) {
    this.chosen = point;
    this.sides.forEach((side) => side.draw());
    this.component.setStateValue("chosen", point);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".playground");
  root.view ??= new Playground(root);
  root.view.update(component);
  window.softsilPlayground = root.view; // for tests and the browser's console
  return () => {
    root.view?.destroy();
    root.view = undefined;
  };
}
