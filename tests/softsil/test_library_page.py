"""The reference of the library says what the code says, and its examples run."""

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
import torch
from torch import nn

import softsil
import softsil.losses
import softsil.metrics

ROOT = Path(__file__).parents[2]
EXAMPLES = ["losses.soft_silhouette", "losses.objective", "losses.schedule", "metrics.silhouette"]


@pytest.fixture(scope="module")
def library():
    spec = importlib.util.spec_from_file_location("library", ROOT / "docs" / "library.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def public_names():
    """What the packages export, and every module of the losses that is not private."""
    names = set(softsil.__all__) | set(softsil.metrics.__all__)
    for found in pkgutil.iter_modules(softsil.losses.__path__):
        module = importlib.import_module(f"softsil.losses.{found.name}")
        if not found.name.startswith("_"):
            names |= {name for name, thing in vars(module).items() if is_module(thing, module.__name__)}
    return names - {"__version__"}


def is_module(thing, home):
    return inspect.isclass(thing) and issubclass(thing, nn.Module) and thing.__module__ == home


def test_the_page_is_up_to_date(library):
    assert library.PAGE.read_text() == library.page(), "run: python -m docs.library"


def test_every_public_name_is_on_the_page(library):
    listed = {name for modules in library.PARTS.values() for names in modules.values() for name in names}
    assert public_names() - listed == set()


@pytest.mark.parametrize("name", softsil.metrics.__all__)
def test_every_metric_says_what_comes_in_and_what_comes_out(name):
    text = inspect.getdoc(getattr(softsil.metrics, name))
    assert re.search(r"Args:|Attributes:|rguments and errors of `", text)


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_of_docstrings_run(module):
    home = importlib.import_module(f"softsil.{module}")
    results = doctest.testmod(home, extraglobs={"torch": torch, "nn": nn})
    assert results.attempted > 0
    assert results.failed == 0


def test_the_readmes_example_of_the_loss_runs():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    embeddings, logits = torch.randn(8, 4, requires_grad=True), torch.randn(8, 3, requires_grad=True)
    names = {"embeddings": embeddings, "logits": logits, "labels": torch.arange(8) % 3}
    names["cross_entropy"] = nn.functional.cross_entropy
    exec(next(block for block in blocks if "SoftSilhouetteLoss" in block), names)
    names["loss"].backward()
    assert embeddings.grad.abs().sum() > 0
