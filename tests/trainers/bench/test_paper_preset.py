"""Every part of the preset ``paper`` at tiny size: its data in the true on-disk format, its encoder, its recipe."""

import pytest
from PIL import Image

from benchmarks.paper_cost import table
from softsil.runs.status import State
from trainers.bench.estimate import work
from trainers.bench.plan import Chosen, final_stage, grid_stage, learning_rate_stage
from trainers.bench.registry import PRESETS
from trainers.bench.report.build import build_report
from trainers.bench.tuning import GRIDS

SEVEN = {"cifar10", "cifar100", "stanford_cars", "caltech101", "caltech256", "fgvc_aircraft", "flowers102"}


@pytest.fixture(scope="module")
def paper():
    return PRESETS.get("paper")


def test_all_that_it_trains_is_a_valid_experiment_with_the_recipe_of_the_paper(paper):
    groups = [*learning_rate_stage(paper), *grid_stage(paper, Chosen()), *final_stage(paper, Chosen())]
    assert {group.data for group in groups} == SEVEN
    experiments = [group.experiment for group in groups]
    assert {one.encoder["name"] for one in experiments} == {"efficientnet_b0"}
    assert {one.augmentation["name"] for one in experiments} == {"autoaugment"}
    assert {one.projection_head["name"] for one in experiments} == {"mlp"}
    assert {one.schedule["name"] for one in experiments} == {"cosine"}


def test_its_cost_is_counted_from_its_plan(paper):
    found = work(paper)
    assert f"| **all** | {found.runs:,} | {found.samples / 1e6:,.0f} |" in table(paper)


def write_caltech101(root):
    base = root / "caltech101" / "101_ObjectCategories"
    (base / "BACKGROUND_Google").mkdir(parents=True)
    for label, name in enumerate(["accordion", "ant", "yin_yang"]):
        (base / name).mkdir()
        for index in range(1, 13):
            color = tuple(200 * (channel == label) + 4 * index for channel in range(3))
            Image.new("RGB", (40, 30), color).save(base / name / f"image_{index:04d}.jpg")


@pytest.mark.slow
def test_it_runs_from_photographs_to_the_report(paper, carry_out, folder, tmp_path, monkeypatch):
    write_caltech101(tmp_path / "data")
    setup = paper.setup("caltech101")
    tiny = setup.model_copy(
        update={
            "data": {**setup.data, "folder": str(tmp_path / "data"), "image_size": 32, "validation_fraction": 0.25},
            "epochs": 1,
            "batch_size": 8,
            "learning_rates": (0.03,),
            "more": {**setup.more, "schedule": {"name": "cosine", "warmup_epochs": 0}, "device": "cpu", "threads": 1},
        }
    )
    monkeypatch.setitem(GRIDS, "sil", {"weight": (0.3,), "temperature": (0.1,)})
    alone = {"conditions": (), "batch_data": (), "seeds": 1, "losses": ("ce+sil+supcon2",)}
    carry_out(paper.model_copy(update={"setups": (tiny,), **alone}))
    report = build_report(folder)
    assert [folder.reader(run.run_id).status.state for run in folder.runs()] == [State.DONE] * 2
    assert "efficientnet_b0" in str(report.sections)
