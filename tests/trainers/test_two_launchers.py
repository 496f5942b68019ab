"""Two apps on one runs folder: every run is trained once."""

import subprocess
import sys

import pytest

from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State
from trainers.launchers.process import start_detached

LAUNCH = """
import sys
from trainers import launchers
from trainers.config import ExperimentConfig
launchers.launch(ExperimentConfig.model_validate_json(sys.argv[1]), maps=False)
"""


@pytest.mark.slow
def test_runs_launched_and_supervised_from_several_sides_are_trained_once(runs_folder, small, wait_until):
    experiments = [small(losses=losses, epochs=2) for losses in (["ce", "sil"], ["supcon", "ce+sil"])]
    apps = [subprocess.Popen([sys.executable, "-c", LAUNCH, one.model_dump_json()]) for one in experiments]
    log = runs_folder / ".softsil" / "more.log"
    more = [start_detached("trainers.launchers.supervisor", runs_folder, log) for _ in range(3)]
    try:
        assert [app.wait(60) for app in apps] == [0, 0]
        wait_until(lambda: [reader.status.state for reader in list_runs(runs_folder)] == [State.DONE] * 4)
    finally:
        for process in more:
            process.kill()
            process.wait()
    for reader in list_runs(runs_folder):
        assert trained_by(reader.paths) == 1
        assert [row["epoch"] for row in RunReader(reader.run_id).history("validation")] == [0, 1, 2]


def trained_by(paths: RunPaths) -> int:
    return paths.log.read_text().count("training on cpu")
