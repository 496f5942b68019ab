"""How much λ, τ and the make-up of the batch matter: the weaknesses that the paper names."""

from __future__ import annotations

import math

import numpy as np

from trainers.bench.figures.heat import heat_figure
from trainers.bench.figures.lines import Series, lines_figure
from trainers.bench.plan import GRID, Chosen
from trainers.bench.report.accuracy import seed_means
from trainers.bench.report.document import Figure, Section, Table
from trainers.bench.report.words import color, number, title
from trainers.bench.results import Results, judge
from trainers.bench.statistics import interval
from trainers.bench.tuning import GRIDS, Settings, grid

_WEIGHT, _TEMPERATURE = "sil.weight", "sil.temperature"


def tuning_section(grid_runs: Results, chosen: Chosen, learning_rates: Results) -> Section:
    """What was tried and chosen, and validation accuracy over λ × τ."""
    text = (
        "Every choice rests on validation accuracy after the last epoch, averaged over grid seeds that no result "
        "counts; the test split is not read. Of equal candidates the first in the grid is taken. First the learning "
        "rate that suits plain cross-entropy best is chosen and used by every loss, which if anything favors "
        "cross-entropy; then each loss its own settings: at most twelve candidates. λ is the weight of the term, "
        "τ its temperature."
    )
    figures = [figure for loss in grid_runs.losses if (figure := _heat(grid_runs, loss)) is not None]
    tables = [_chosen_table(chosen, grid_runs), _grid_table()]
    if learning_rates.rows:
        tables.append(_rates_table(learning_rates))
    return Section("Choice of λ and τ", text, tables, figures)


def batch_section(batches: Results, losses: list[str]) -> Section | None:
    """Top-1 over batch sizes and over classes in a batch; None if neither was tried."""
    figures = []
    for data in batches.data:
        for kind, words in (("batch size", "samples in a batch"), ("classes a batch", "classes in a batch")):
            part = Results(tuple(row for row in batches.rows if row.run.data == data and kind in row.run.condition))
            if part.rows:
                figures.append(_batch_figure(part, data, kind, words, losses))
    text = (
        "The silhouette and the contrastive terms compare what meets in a batch. Batch size: drawn at random; learning "
        "rate and epochs are kept, so larger batches make fewer steps. Classes in a batch: a fixed batch size with "
        "equally many samples of each class in it."
    )
    return Section("Batches", text, [], figures) if figures else None


def _heat(grid_runs: Results, loss: str) -> Figure | None:
    points = grid(loss)
    if not points or set(points[0]) != {_WEIGHT, _TEMPERATURE}:
        return None
    rates, temperatures = GRIDS["sil"]["weight"], GRIDS["sil"]["temperature"]
    part = grid_runs.of(GRID, loss=loss)
    base = [_mean_validation(part.of(GRID, data=data), None) for data in part.data]
    cells = [
        [
            float(
                np.mean(
                    [
                        _mean_validation(part.of(GRID, data=data), {_WEIGHT: rate, _TEMPERATURE: temperature}) - mean
                        for data, mean in zip(part.data, base, strict=True)
                    ]
                )
            )
            for temperature in temperatures
        ]
        for rate in rates
    ]
    heading = f"{title(loss)} over λ and τ"
    svg = heat_figure(
        cells, [f"λ {v:g}" for v in rates], [f"τ {v:g}" for v in temperatures], heading, form="{:+.2f}", middle=0.0
    )
    reading = (
        "Validation accuracy in points above or below the mean of the grid, averaged over data sets; much color means "
        "that the choice matters."
    )
    return Figure(f"grid-{loss.replace('+', '-')}", heading, reading, svg)


def _mean_validation(part: Results, settings: Settings | None) -> float:
    values = [row.validation for row in part.rows if settings is None or row.run.settings == settings]
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else math.nan


def _chosen_table(chosen: Chosen, grid_runs: Results) -> Table:
    losses = [loss for loss in grid_runs.losses if grid(loss)]
    data = list(chosen.learning_rates) or grid_runs.data
    rows = [["learning rate (all)", *(f"{chosen.learning_rates.get(name, math.nan):g}" for name in data)]]
    for loss in losses:
        rows.append([title(loss), *(_short(chosen.of(name, loss)) for name in data)])
    return Table("Chosen on validation", ["loss", *data], rows, words=True)


def _short(settings: Settings) -> str:
    letters = {"weight": "λ", "temperature": "τ", "softmax_scale": "scale"}
    return (
        ", ".join(f"{letters.get(path.split('.')[1], path)} {value:g}" for path, value in settings.items())
        or "defaults"
    )


def _grid_table() -> Table:
    rows = [
        [
            term,
            ", ".join(f"{field} {{{', '.join(f'{value:g}' for value in values)}}}" for field, values in fields.items()),
        ]
        for term, fields in GRIDS.items()
    ]
    note = (
        "Each loss tunes the first of these terms that it has; the weight only where there is another term. Other "
        "terms keep their defaults: in CE+Sil+SupCon2 the contrastive term is not tuned, in CE+SupCon2 it is."
    )
    return Table("The grid", ["term", "values"], rows, note=note, words=True)


def _rates_table(runs: Results) -> Table:
    rates = sorted(runs.conditions, key=float)
    rows = []
    for data in runs.data:
        cells = [
            number(
                _mean_validation(
                    Results(tuple(r for r in runs.rows if (r.run.data, r.run.condition) == (data, c))), None
                )
            )
            for c in rates
        ]
        rows.append([data, *cells])
    return Table("Validation accuracy of cross-entropy over learning rates, percent", ["data", *rates], rows)


def _batch_figure(part: Results, data: str, kind: str, words: str, losses: list[str]) -> Figure:
    def size(condition: str) -> int:
        return int("".join(filter(str.isdigit, condition)))

    steps, value = sorted(part.conditions, key=size), judge(part, *part.losses)
    series = [
        Series(
            title(loss),
            color(loss, losses),
            tuple(
                interval(seed_means(Results(tuple(r for r in part.rows if r.run.condition == step)), loss, value))
                for step in steps
            ),
        )
        for loss in part.losses
    ]
    heading = f"Top-1 over {words}, {data}"
    reading = "A flat line does not depend on the batch; bars: 95 % interval over seeds."
    svg = lines_figure(series, [str(size(step)) for step in steps], heading, "top-1, percent")
    return Figure(f"{kind.replace(' ', '-')}-{data}", heading, reading, svg)
