import numpy as np
import pytest

from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter


@pytest.fixture
def record(runs_folder):
    """A finished run of three epochs, with pictures."""

    def record(name="mine"):
        rng = np.random.default_rng(0)
        pictures = rng.integers(0, 255, (12, 4, 4), dtype=np.uint8)
        settings = {"config": {"data": {"name": "digits"}, "epochs": 3}}
        with RunWriter(
            name,
            labels=np.arange(12) % 3,
            class_names=["x", "y", "z"],
            thumbnails=pictures,
            config=settings["config"],
            root=runs_folder,
            experiment="together",
        ) as writer:
            for epoch in range(3):
                writer.log(epoch, rng.normal(size=(12, 4)), loss=1 / (epoch + 1))
                writer.log(epoch, split="validation", accuracy=epoch / 4)
        return RunReader(writer.run_id, runs_folder)

    return record
