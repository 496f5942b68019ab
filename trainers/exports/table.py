"""Histories as a table: CSV for spreadsheets, Parquet for pandas and friends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from softsil.runs.files import write_bytes
from softsil.runs.reader import RunReader
from trainers.exports.registry import EXPORTS, ExportFormat


def history_rows(readers: Sequence[RunReader]) -> Iterator[dict[str, Any]]:
    """One row for each run, epoch and split; lists are spread over columns ``name/0``, ``name/1``, …."""
    for reader in readers:
        for row in reader.history():
            yield {"run": reader.run_id, "name": reader.name, "experiment": reader.experiment, **_flat(row)}


def history_csv(readers: Sequence[RunReader]) -> str:
    """The rows as CSV with a header line."""
    rows = list(history_rows(readers))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write_csv(readers: Sequence[RunReader], target: Path) -> None:
    write_bytes(target, history_csv(readers).encode())


def _write_parquet(readers: Sequence[RunReader], target: Path) -> None:
    import pandas

    buffer = io.BytesIO()
    pandas.DataFrame(list(history_rows(readers))).to_parquet(buffer, index=False)
    write_bytes(target, buffer.getvalue())


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= {f"{name}/{i}": item for i, item in enumerate(value)} if isinstance(value, list) else {name: value}
    return flat


EXPORTS.register(ExportFormat("csv", "histories for a spreadsheet", ".csv", _write_csv))
EXPORTS.register(ExportFormat("parquet", "histories for pandas, Polars, DuckDB", ".parquet", _write_parquet))
