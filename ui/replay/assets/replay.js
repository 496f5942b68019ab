// Runs the live map without a server: what it would fetch lies in this very page.

import { RunData } from "./data.js";
import { mount } from "./map.js";

const { addresses, look, parts, runs } = JSON.parse(document.getElementById("replay").textContent);

async function bytesAt(address) {
  const part = parts[addresses[address.split("?")[0]]];
  if (part === undefined) return null;
  const packed = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}

globalThis.fetch = async (address) => {
  const bytes = await bytesAt(String(address));
  return bytes ? new Response(bytes) : new Response('{"error": "not in this file"}', { status: 404 });
};

/** Steps of 16 bits back to the numbers they stand for. */
function unscaled(answer) {
  for (const [name, [low, step]] of Object.entries(answer.scaled ?? {})) {
    answer.arrays[name] = Float32Array.from(answer.arrays[name], (count) => low + count * step);
  }
  return answer;
}

const { fetchBinary, loadSamples } = RunData.prototype;

RunData.prototype.fetchBinary = async function (address) {
  return unscaled(await fetchBinary.call(this, address));
};

// Pictures are a background of the style sheet, which asks the network itself.
RunData.prototype.loadSamples = async function () {
  await loadSamples.call(this);
  const { picture } = this.samples;
  if (picture) this.samples.picture = URL.createObjectURL(new Blob([await bytesAt(picture)], { type: "image/png" }));
};

mount({ parentElement: document.body, data: { key: "replay", runs, height: 600, ...look }, setStateValue() {} });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => globalThis.softsilMap.readTheme());
