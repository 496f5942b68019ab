// The selected samples as a table. Pure functions: no DOM, no network. Tested by tests/js.

export const COLUMNS = ["id", "class", "run", "run_id", "epoch", "predicted", "silhouette"];

/**
 * What one run says of the selected samples, worst silhouette first.
 *
 * @param run {run_id, title}
 * @param samples {ids, rows, labels, classNames}
 * @param values {predictions, silhouettes} at `epoch`; either may be missing
 * @param selection ids
 */
export function rowsOf(run, samples, values, epoch, selection) {
  const { rows, labels, classNames } = samples;
  const found = [...selection].filter((id) => rows.has(id)).map((id) => {
    const row = rows.get(id);
    const predicted = values?.predictions && (classNames[values.predictions[row]] ?? "");
    const silhouette = values?.silhouettes?.[row];
    return { id, class: classNames[labels[row]], run: run.title, run_id: run.run_id, epoch, predicted, silhouette, row };
  });
  return found.sort((a, b) => (a.silhouette ?? 0) - (b.silhouette ?? 0) || a.row - b.row);
}

/** Rows as comma-separated values with a heading; what is not known stays empty. */
export function csvOf(rows) {
  const lines = rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(","));
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function cell(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(4);
  // A spreadsheet would take text that starts like a formula for one.
  const text = /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
