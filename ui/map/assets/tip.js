// What is known of the point under the pointer. Names and ids come from files, so they are only ever set as text.

import { thumbnail } from "./thumbnail.js";

const PICTURE_PIXELS = 56;

export class Tip {
  /** @param stage the element that holds the map; the tip stays inside it */
  constructor(stage) {
    this.stage = stage;
    this.element = stage.querySelector(".tip");
  }

  hide() {
    this.element.hidden = true;
  }

  /** Describe sample `row` beside the pointer at [x, y]. */
  show(row, samples, values, [x, y]) {
    const words = document.createElement("p");
    words.append(...describe(row, samples, values ?? {}));
    this.element.replaceChildren(thumbnail(row, samples, PICTURE_PIXELS) ?? "", words);
    this.element.hidden = false;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const { offsetWidth, offsetHeight } = this.element;
    // Beside the pointer, on the other side where there is no room, and never outside the map.
    const beside = x + 16 + offsetWidth > width ? x - 16 - offsetWidth : x + 16;
    const left = Math.max(4, Math.min(width - offsetWidth - 4, beside));
    const top = Math.max(4, Math.min(height - offsetHeight - 4, y - 30));
    this.element.style.transform = `translate(${left}px, ${top}px)`;
  }
}

function describe(row, { ids, labels, classNames }, { predictions, silhouettes }) {
  const title = document.createElement("b");
  title.textContent = classNames[labels[row]];
  const lines = [`sample ${ids[row]}`];
  if (predictions) lines.push(`predicted ${classNames[predictions[row]] ?? "?"}`);
  if (silhouettes) lines.push(`silhouette ${silhouettes[row].toFixed(2)}`);
  return [title, ...lines.flatMap((line) => [document.createElement("br"), line])];
}
