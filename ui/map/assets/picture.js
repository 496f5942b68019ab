// The maps as one picture, and handing a file to the browser.

import { rgbText, silhouetteColor } from "./pure.js";

export const HEADER = 26;
export const MARGIN = 12;
export const LINE = 20;
const SILHOUETTES = [[-1, "−1 in another class"], [-0.5, "−0.5"], [0, "0"], [0.5, "0.5"], [1, "+1 well inside its own"]];

/** All maps of a MapView as they are on the screen, with titles and classes → canvas. */
export function pictureOf(view) {
  const { grid, shared, panes } = view;
  const scale = devicePixelRatio;
  const canvas = document.createElement("canvas");
  const names = legendOf(view);
  const height = grid.scrollHeight + 2 * MARGIN + (names.lines + 1) * LINE;
  canvas.width = (grid.clientWidth + 2 * MARGIN) * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.fillStyle = shared.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(MARGIN, MARGIN);
  // The drawing buffer of WebGL lasts until the end of this task only.
  view.draw(performance.now(), true);
  for (const pane of panes) drawPane(context, pane, grid, shared.theme);
  drawNames(context, names, grid.scrollHeight + MARGIN, shared.theme);
  return canvas;
}

/** What the colors mean, arranged in lines as wide as the maps: {placed: [{text, color, left, line}, …], lines}. */
export function legendOf({ grid, legend, shared }) {
  const swatches = [...legend.element.querySelectorAll(".swatch")].map((entry) => ({
    text: entry.textContent || entry.parentElement.textContent, color: entry.style.getPropertyValue("--swatch"),
  }));
  const scale = SILHOUETTES.map(([value, text]) => ({ text, color: rgbText(silhouetteColor(value)) }));
  return wrapped(shared.color === "silhouette" ? scale : swatches, grid.clientWidth);
}

function drawPane(context, pane, grid, theme) {
  const { offsetLeft, offsetTop, clientWidth, clientHeight } = pane.element;
  const [x, y] = [offsetLeft - grid.offsetLeft, offsetTop - grid.offsetTop];
  const epoch = pane.element.querySelector(".where").textContent;
  context.strokeStyle = "#8888";
  context.strokeRect(x + 0.5, y + 0.5, clientWidth, clientHeight);
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  context.font = `13px ${theme.font}`;
  const room = clientWidth - 30 - context.measureText(epoch).width;
  context.textAlign = "right";
  context.fillText(epoch, x + clientWidth - 10, y + HEADER / 2);
  context.textAlign = "left";
  context.font = `600 13px ${theme.font}`;
  context.fillText(fittingIn(context, pane.run.title, room), x + 10, y + HEADER / 2);
  const { clientWidth: width, clientHeight: height } = pane.stage;
  const top = y + clientHeight - height;
  for (const layer of [pane.points, pane.over]) context.drawImage(layer, x, top, width, height);
}

function wrapped(entries, room) {
  const placed = [];
  let [left, line] = [0, 0];
  for (const { text, color } of entries) {
    const width = 26 + text.length * 7;
    if (left + width > room && left) [left, line] = [0, line + 1];
    placed.push({ text, color, left, line });
    left += width;
  }
  return { placed, lines: line };
}

function drawNames(context, { placed }, top, theme) {
  context.font = `12px ${theme.font}`;
  context.textAlign = "left";
  for (const { text, color, left, line } of placed) {
    const y = top + line * LINE;
    context.fillStyle = color;
    context.beginPath();
    context.arc(left + 6, y, 5, 0, 7);
    context.fill();
    context.fillStyle = theme.text;
    context.fillText(text, left + 15, y);
  }
}

function fittingIn(context, text, room) {
  let short = text;
  while (short && context.measureText(`${short}…`).width > room) short = short.slice(0, -1);
  return context.measureText(text).width <= room ? text : `${short}…`;
}

/** Let the browser save a blob under a name. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
