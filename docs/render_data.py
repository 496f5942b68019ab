"""Renews the table of data sets in ``docs/data.md`` from the registry: ``python -m docs.render_data``."""

from __future__ import annotations

from pathlib import Path

from trainers.data.registry import DATA_SETS, DataSpec

PAGE = Path(__file__).parent / "data.md"
START, END = "<!-- table:start -->", "<!-- table:end -->"
HEADS = ("name", "data", "samples + test", "classes", "inputs", "how it gets here", "checked by", "terms")


def how(spec: DataSpec, source: str) -> str:
    """Where the files of a data set come from."""
    if spec.package is not None:
        return f"`fetch`, from the {spec.package.origin}"
    loader, _, by_hand = source.partition(";")
    return f"by hand, read by {loader}" if by_hand else source if spec.bundled else f"downloaded by {loader}"


def row(spec: DataSpec) -> str:
    """One data set with its default settings."""
    facts = spec.facts(spec.config())
    separate = f" + {facts.test_samples:,}" if facts.test_samples else ""
    shape = "×".join(str(size) for size in facts.input_shape)
    cells = (
        f"`{spec.name}`",
        spec.title,
        f"{facts.samples:,}{separate}",
        str(facts.classes),
        shape,
        how(spec, facts.source),
        facts.checksum or "–",
        facts.licence,
    )
    return "| " + " | ".join(cells) + " |"


def table() -> str:
    """All data sets that are not one's own."""
    specs = [spec for spec in DATA_SETS if "path" not in spec.config.model_fields]
    rows = [f"| {' | '.join(HEADS)} |", "|" + " --- |" * len(HEADS), *map(row, specs)]
    return "\n".join(rows)


def main() -> None:
    """Write the table between its markers."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{START}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
