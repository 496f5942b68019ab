"""What the preset ``paper`` would cost, counted from its plan: ``python -m benchmarks.paper_cost --docs FILE``."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainers.bench.estimate import Work, work
from trainers.bench.registry import PRESETS, Preset

START, END = "<!-- paper:start -->", "<!-- paper:end -->"
SPEEDS = (500, 1_000, 2_000)
TITLES = ("data", "runs", "million samples", *(f"hours at {speed:,}/s" for speed in SPEEDS))


def row(title: str, found: Work) -> str:
    """One line of the table."""
    hours = (f"{found.hours(speed):,.0f}" for speed in SPEEDS)
    return f"| {title} | {found.runs:,} | {found.samples / 1e6:,.0f} | {' | '.join(hours)} |"


def table(preset: Preset) -> str:
    """The work of each data set and of all."""
    lines = [f"| {' | '.join(TITLES)} |", "|" + " --- |" * len(TITLES)]
    lines += [row(setup.name, work(preset.narrowed([setup.name], None, None))) for setup in preset.setups]
    only = {"conditions": (), "batch_data": ()}
    lines += [row("**all**", work(preset)), row("comparison and grid alone", work(preset.model_copy(update=only)))]
    return "\n".join(lines)


def main() -> None:
    """Print the table, and with ``--docs`` write it between its markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, help="a Markdown file with the markers")
    docs = parser.parse_args().docs
    preset = PRESETS.get("paper")
    found = table(preset)
    print(found)
    if docs is None:
        return
    before, _, rest = docs.read_text(encoding="utf-8").partition(START)
    text = (
        f"Counted from the plan, {preset.seeds} seeds, a second view as another sample; samples a second are training "
        "samples through forward and backward, which depend on your card: time one run with\n"
        "`python -m trainers bench --preset paper --data flowers102 --losses ce --seeds 1` and divide. Evaluation, "
        "decoding and the probe come on top.\n"
    )
    docs.write_text(f"{before}{START}\n{text}\n{found}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
