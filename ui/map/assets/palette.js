// The colors of classes; ui/replay/palette.py reads them from here.

/** Petroff's ten colors, then ninety that lie as far apart as can be, for the color-blind too: benchmarks/palette.py. */
export const PALETTE = [
  "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
  "#004e64", "#6421ff", "#900b2c", "#59b1ff", "#ded390", "#007ab1", "#9064ff", "#904e4e", "#642c90", "#645985",
  "#a69064", "#9bbcde", "#f48521", "#ff00d3", "#deb1a6", "#4e00de", "#de2c00", "#d32cb1", "#b1c864", "#649085",
  "#a60000", "#a67aff", "#7a2c4e", "#006f64", "#bcc8ff", "#a62cd3", "#37d3bc", "#ff7aff", "#bc7aa6", "#de85c8",
  "#64e9bc", "#bc169b", "#bcde4e", "#90006f", "#f42c85", "#6fb143", "#906443", "#4e4e85", "#bc6f43", "#90a6de",
  "#b19b85", "#6fc890", "#854ef4", "#c859c8", "#854337", "#3785c8", "#4e599b", "#d3166f", "#37b1bc", "#de59e9",
  "#4e2ca6", "#6f00c8", "#a6850b", "#de904e", "#4e6f21", "#59649b", "#90c837", "#f47ab1", "#ffbcde", "#d3c885",
  "#c87a43", "#85596f", "#9b649b", "#ffc800", "#f4a6c8", "#a66f9b", "#b10b85", "#8543bc", "#9b8564", "#b1bcf4",
  "#59432c", "#6421e9", "#ff6f9b", "#4359de", "#de43b1", "#7a434e", "#b16437", "#9ba664", "#bc9bf4", "#439be9",
  "#de6f90", "#b1bc6f", "#6f379b", "#b1dea6", "#c8d36f", "#f4b14e", "#c82c2c", "#649b90", "#853716", "#218559",
];
/** Of a class without a color. */
export const OTHER = "#9aa0a6";
/** Those of the ten that are gray. */
const GRAYS = ["#94a4a2", "#717581"];
/** Colors of the worst classes among gray points. */
export const HIGHLIGHTS = PALETTE.slice(0, 10).filter((color) => !GRAYS.includes(color));
