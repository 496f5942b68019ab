import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "umap", "numba", "sklearn", "pynndescent", "pytorch_metric_learning")

# A fresh interpreter, because the tests themselves have imported torch long before.
SCRIPT = """
import importlib, pkgutil, sys
import ui

for module in pkgutil.walk_packages(ui.__path__, "ui."):
    importlib.import_module(module.name)
import trainers.config, trainers.devices, trainers.estimate, trainers.launchers, trainers.presets
from softsil.terms.registry import TERMS
from trainers.data.registry import DATA_SETS
from trainers.encoders.registry import ENCODERS
from trainers.samplers.registry import SAMPLERS

for registry in (TERMS, DATA_SETS, ENCODERS, SAMPLERS):
    assert registry.names(), registry
trainers.presets.show_me().runs()
print(*sorted(sys.modules))
"""


def loaded_by(script: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_page_process_loads_nothing_heavy():
    assert loaded_by(SCRIPT) & set(HEAVY) == set()


def test_the_check_would_see_a_heavy_import():
    assert "sklearn" in loaded_by("import sklearn, sys; print(*sys.modules)")
