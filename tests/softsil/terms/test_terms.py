"""The contract that every entry of the loss registry keeps."""

import subprocess
import sys

import pytest
import torch
from pydantic import ValidationError

from softsil.losses.objective import build_objective
from softsil.terms.recipe import parse_objective
from softsil.terms.registry import TERMS, TermContext

ALL = TERMS.names()


def batch(classes=3, rows=24, size=8, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, size, generator=generator, requires_grad=True), torch.arange(rows) % classes


def evaluate(name, x, y, objective=None):
    objective = objective or build_objective(parse_objective(name), num_classes=3, embedding_dim=8)
    return objective(x, y, logits=x[:, :3], second_view=x).total


def test_the_registry_holds_every_loss_of_the_method_page():
    expected = {"ce", "sil", "supcon", "center", "sildist", "proxynca", "proxyanchor", "triplet", "multisim", "arcface"}
    assert expected <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_an_entry_explains_itself(name):
    spec = TERMS.get(name)
    assert all(len(text) > 1 for text in (spec.title, spec.reference))
    assert spec.summary.endswith(".")
    assert spec.reads in ("logits", "embeddings")


@pytest.mark.parametrize("name", ALL)
def test_every_setting_has_a_default_and_a_sentence(name):
    for key, field in TERMS.get(name).config.model_fields.items():
        assert not field.is_required(), key
        assert (field.description or "").endswith("."), key


@pytest.mark.parametrize("name", ALL)
def test_it_builds_with_defaults(name):
    spec = TERMS.get(name)
    assert isinstance(spec.build(spec.config(), TermContext(3, 8)), torch.nn.Module)


@pytest.mark.parametrize("name", ALL)
def test_a_training_step_lowers_it(name):
    torch.manual_seed(1)
    x, y = batch()
    objective = build_objective(parse_objective(name), num_classes=3, embedding_dim=8)
    optimizer = torch.optim.Adam([x, *objective.parameters()], lr=0.01)
    before = evaluate(name, x, y, objective)
    before.backward()
    optimizer.step()
    assert evaluate(name, x, y, objective) < before


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2], [1]])
def test_a_batch_without_pairs_or_competitors_is_finite_and_backpropagates(name, labels):
    x, y = batch(rows=len(labels))[0], torch.tensor(labels)
    value = evaluate(name, x, y)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("name", ALL)
def test_the_weight_scales_it(name):
    x, y = batch()
    totals = []
    for weight in (1.0, 3.0):
        torch.manual_seed(0)  # the same proxies
        config = parse_objective({"terms": {name: {"weight": weight}}})
        totals.append(evaluate(name, x, y, build_objective(config, num_classes=3, embedding_dim=8)))
    torch.testing.assert_close(totals[1], 3 * totals[0])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("settings", [{"weight": -1}, {"weight": float("nan")}, {"colour": 1}, {"weight": "heavy"}])
def test_a_bad_setting_is_refused(name, settings):
    with pytest.raises(ValidationError):
        TERMS.get(name).config(**settings)


@pytest.mark.parametrize("name", ALL)
def test_settings_survive_json(name):
    config = TERMS.get(name).config()
    assert type(config).model_validate_json(config.model_dump_json()) == config


def test_a_memory_with_a_euclidean_metric_is_refused():
    with pytest.raises(ValidationError, match="memory works with the cosine metric only"):
        TERMS.get("sil").config(memory=0.9, metric="euclidean")


def test_a_memory_is_built_when_asked_for():
    config = parse_objective({"terms": {"sil": {"memory": 0.9}}})
    assert dict(build_objective(config, num_classes=3, embedding_dim=8).named_buffers())


def test_listing_the_terms_imports_neither_torch_nor_scikit_learn():
    heavy = "{'torch', 'sklearn', 'pytorch_metric_learning', 'scipy'}"
    code = f"import sys; from softsil.terms.recipe import TERMS; list(TERMS); print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
