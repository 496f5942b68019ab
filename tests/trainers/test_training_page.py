import importlib.util
from pathlib import Path

import yaml

from trainers.config import ExperimentConfig, read_experiment

ROOT = Path(__file__).parents[2]


def test_the_tables_of_the_training_page_are_up_to_date():
    spec = importlib.util.spec_from_file_location("render_training", ROOT / "docs/training/render.py")
    render = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(render)
    page = render.PAGE.read_text()
    assert render.with_tables(page) == page, "run: python -m docs.training.render"


def test_the_example_names_every_setting():
    settings = yaml.safe_load((ROOT / "examples/all_settings.yaml").read_text())
    read_experiment(settings)
    assert set(ExperimentConfig.model_fields) - set(settings) <= {
        "threads",
        "processes",
        "record_every",
        "watched_train_samples",
    }
