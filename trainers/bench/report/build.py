"""A benchmark folder → its report."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from softsil.runs.status import State
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.plan import BATCH, GRID, LEARNING_RATE, MAIN, ROBUSTNESS, Chosen, can
from trainers.bench.registry import Preset, Setup
from trainers.bench.report.accuracy import accuracy_section, tests_section
from trainers.bench.report.cost import cost_section
from trainers.bench.report.document import Report, Section, Table
from trainers.bench.report.paper import paper_section, verdicts
from trainers.bench.report.robustness import robustness_section
from trainers.bench.report.sensitivity import batch_section, tuning_section
from trainers.bench.report.shape import geometry_section
from trainers.bench.report.words import number, title
from trainers.bench.results import Results, collect
from trainers.data.registry import DATA_SETS, DataSpec
from trainers.encoders.registry import ENCODERS
from trainers.errors import LaunchError


def build_report(folder: BenchmarkFolder) -> Report:
    """Read the runs of a benchmark and say what came out.

    Raises:
        UnreadableFileError: the manifest is missing or damaged.
        LaunchError: the comparison has no run yet.
    """
    manifest = folder.read()
    preset, chosen = Preset(**manifest["preset"]), Chosen(**manifest["chosen"])
    results = collect(folder)
    main = results.of(MAIN)
    if not main.rows:
        raise LaunchError(
            f"the benchmark {folder.name} has no run of its comparison yet; carry it out to the end first"
        )
    sections = [
        accuracy_section(main),
        tests_section(main),
        paper_section(main, _differs(preset)),
        cost_section(main),
        geometry_section(main),
        robustness_section(results.of(ROBUSTNESS), main),
        tuning_section(results.of(GRID), chosen, results.of(LEARNING_RATE)),
        batch_section(results.of(BATCH), main.losses),
        _setup_section(folder, preset, results),
    ]
    return Report(
        f"Benchmark: {folder.name}", _facts(folder, manifest, results), verdicts(main), [s for s in sections if s]
    )


def _facts(folder: BenchmarkFolder, manifest: dict[str, Any], results: Results) -> list[str]:
    sessions: list[dict[str, Any]] = manifest["sessions"]
    main = results.of(MAIN)
    seconds = sum(session["seconds"] for session in sessions)
    # Two studies may share a run.
    runs = {row.run.run_id: row for row in results.rows}.values()
    training = sum(row.training for row in runs if math.isfinite(row.training))
    ended = ", ".join(f"{count} {state}" for state, count in Counter(row.state for row in runs).items())
    means = {loss: float(np.nanmean(main.table("probe", loss))) for loss in main.losses}
    order = sorted(means, key=lambda loss: -means[loss])
    return [
        f"mean top-1 by the linear probe: {', '.join(f'{title(loss)} {number(means[loss])}' for loss in order)}",
        f"{len(main.losses)} losses × {len(main.data)} data sets × {len(main.seeds)} seeds in the comparison",
        f"with the grid and the other studies {len(runs)} runs ({ended})",
        f"command: {sessions[-1]['command']}",
        f"carried out {sessions[0]['started']}; wall time {seconds / 60:.1f} min in {len(sessions)} call(s)",
        f"{sessions[-1]['slots']} runs at a time; all training together took {training / 60:.1f} min of one device",
        f"load before {sessions[0]['load_before']}, after {sessions[-1]['load_after']}",
        _environment(folder, results),
    ]


def _environment(folder: BenchmarkFolder, results: Results) -> str:
    run_id = next(row.run.run_id for row in reversed(results.rows) if row.run.run_id)
    environment = folder.reader(run_id).config.get("environment", {})
    wanted = ("python", "torch", "numpy", "pytorch-metric-learning", "softsil", "processors", "git_commit")
    return ", ".join(f"{name} {environment[name]}" for name in wanted if environment.get(name))


def _setup_section(folder: BenchmarkFolder, preset: Preset, results: Results) -> Section:
    rows = [_setup_row(setup) for setup in preset.setups]
    setups = Table(
        "Data and recipe",
        ["data", "settings", "samples, classes", "licence", "encoder", "epochs, batch"],
        rows,
        words=True,
    )
    text = (
        "The runs of one seed share the split, the initial weights, the order of the batches and the watched sample; "
        "only the loss differs. "
    )
    left_out = [
        f"{condition.name} on {setup.name}"
        for condition in preset.conditions
        for setup in preset.degraded
        if not can(setup, condition)
    ]
    if left_out:
        text += f"Not possible with these data sets and left out: {', '.join(left_out)}. "
    failed = [row for row in results.rows if row.state is not State.DONE]
    if failed:
        words = [
            f"{row.run.study} {row.run.data} {row.run.loss} seed {row.run.seed}: {_why(folder, row.run.run_id)}"
            for row in failed
        ]
        text += f"Runs that did not end well, counted nowhere: {'; '.join(words[:20])}."
    return Section("Setup", text, [setups])


def _why(folder: BenchmarkFolder, run_id: str | None) -> str:
    return folder.reader(str(run_id)).status.error or "no word"


def _setup_row(setup: Setup) -> list[str]:
    spec: DataSpec = DATA_SETS.get(setup.name)
    settings = {name: value for name, value in setup.data.items() if name != "name"}
    facts = spec.facts(spec.config(**settings))
    encoder = {name: value for name, value in setup.encoder.items() if name != "name"}
    return [
        setup.name,
        _words(settings) or "defaults",
        f"{facts.samples}, {facts.classes}",
        facts.licence,
        f"{ENCODERS.get(setup.encoder['name']).title} {_words(encoder)}".strip(),
        f"{setup.epochs}, {setup.batch_size}",
    ]


def _words(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _differs(preset: Preset) -> list[tuple[str, str, str]]:
    def chosen(field: str, default: str) -> str:
        entries = [setup.more.get(field, default) for setup in preset.setups]
        names = [entry["name"] if isinstance(entry, dict) else str(entry) for entry in entries]
        return ", ".join(dict.fromkeys(names))

    encoders = ", ".join(dict.fromkeys(str(setup.encoder["name"]) for setup in preset.setups))
    augmentation = chosen("augmentation", "none")
    second = "; losses on two views get a second one: images shifted by up to an eighth, and noise"
    sets = "CIFAR-10, CIFAR-100, Stanford Cars, Caltech-101, Caltech-256, FGVC-Aircraft, Oxford Flowers"
    return [
        ("data", sets, ", ".join(setup.name for setup in preset.setups)),
        ("encoder", "EfficientNet-B0", encoders),
        ("projection head", "yes", chosen("projection_head", "none")),
        ("augmentation", "AutoAugment", augmentation + (second if augmentation == "none" else "")),
        ("optimizer", "not known", chosen("optimizer", "adamw")),
        ("learning rate", "not known", f"{chosen('schedule', 'constant')}; cross-entropy chose it on validation"),
        ("epochs", "not known", ", ".join(dict.fromkeys(str(setup.epochs) for setup in preset.setups))),
        ("seeds", "not known", str(preset.seeds)),
        ("λ and τ", "not known how they were chosen", "on validation, by the grid below"),
        ("SupCon2", "not defined in what could be read", "our reading: SupCon on two augmented views"),
        ("soft silhouette", "formula in the full text, which was not to be had", "our reading: docs/losses/sil.md"),
    ]
