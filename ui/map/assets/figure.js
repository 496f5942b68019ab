// The maps as a vector drawing: what is on the screen, with its camera and colors, every point a circle, every word text.

import { HEADER, LINE, MARGIN, legendOf } from "./picture.js";
import { shorten, toScreen } from "./pure.js";

const SVG = "http://www.w3.org/2000/svg";

/** All maps of a MapView as they are on the screen, with titles and classes → text of an SVG document. */
export function figureOf(view) {
  const { grid, shared, panes } = view;
  const legend = legendOf(view);
  const [width, height] = [grid.clientWidth + 2 * MARGIN, grid.scrollHeight + 2 * MARGIN + (legend.lines + 1) * LINE];
  const root = element("svg", {
    xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "Helvetica, Arial, sans-serif",
    "font-size": 13, fill: shared.theme.text, "dominant-baseline": "central",
  });
  root.append(element("title", {}, view.fileName()), element("rect", { width: "100%", height: "100%", fill: shared.theme.background }));
  const body = element("g", { transform: `translate(${MARGIN} ${MARGIN})` });
  body.append(...panes.map((pane) => paneOf(view, pane)));
  for (const { text, color, left, line } of legend.placed) {
    const y = grid.scrollHeight + MARGIN + line * LINE;
    body.append(element("circle", { cx: left + 6, cy: y, r: 5, fill: color }), element("text", { x: left + 15, y, "font-size": 12 }, text));
  }
  root.append(body);
  return new XMLSerializer().serializeToString(root);
}

function paneOf(view, pane) {
  const { grid, shared } = view;
  const { offsetLeft, offsetTop, clientWidth, clientHeight } = pane.element;
  const group = element("g", { transform: `translate(${offsetLeft - grid.offsetLeft} ${offsetTop - grid.offsetTop})` });
  const { width, height } = pane.view();
  const epoch = pane.element.querySelector(".where").textContent;
  // A nested svg clips what sticks out.
  const stage = element("svg", { y: clientHeight - height, width, height });
  if (pane.frame && pane.data.samples) stage.append(pointsOf(view, pane), namesOf(pane, shared.theme), ringsOf(pane, shared.theme));
  group.append(
    element("rect", { x: 0.5, y: 0.5, width: clientWidth, height: clientHeight, fill: "none", stroke: "#888888", "stroke-opacity": 0.5 }),
    element("text", { x: 10, y: HEADER / 2, "font-weight": 600 }, shorten(pane.run.title, Math.max(4, Math.floor((clientWidth - 40 - 7 * epoch.length) / 8)))),
    element("text", { x: clientWidth - 10, y: HEADER / 2, "text-anchor": "end" }, epoch),
    stage,
  );
  return group;
}

function pointsOf(view, pane) {
  const [camera, points, colors] = [pane.view(), pane.frame.points, view.colorsOf(pane)];
  const group = element("g", {});
  const radius = pane.pointSize() / 2;
  for (const row of pane.drawingOrder(colors)) {
    const [x, y] = toScreen(points[3 * row], points[3 * row + 1], points[3 * row + 2], camera);
    if (x < -radius || y < -radius || x > camera.width + radius || y > camera.height + radius) continue;
    const [r, g, b, a] = colors.subarray(4 * row, 4 * row + 4);
    group.append(element("circle", {
      cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), fill: `rgb(${r},${g},${b})`, "fill-opacity": (a / 255).toFixed(2),
    }));
  }
  return group;
}

function namesOf(pane, theme) {
  const group = element("g", { "text-anchor": "middle", "font-weight": 600 });
  const halo = { stroke: theme.background, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" };
  group.append(...pane.placedNames(pane.over.getContext("2d"), pane.view(), 1).map(({ text, x, y }) => element("text", { x: x.toFixed(1), y: y.toFixed(1), ...halo }, text)));
  return group;
}

function ringsOf(pane, theme) {
  const [camera, points] = [pane.view(), pane.frame.points];
  const group = element("g", { fill: "none", stroke: theme.text, "stroke-width": 1.2 });
  for (const row of pane.ringed) {
    const [x, y] = toScreen(points[3 * row], points[3 * row + 1], points[3 * row + 2], camera);
    group.append(element("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 6 }));
  }
  return group;
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") made.setAttribute(key, value);
  // What XML 1.0 cannot hold, not even escaped.
  if (text !== undefined) made.textContent = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
  return made;
}
