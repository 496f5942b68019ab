"""Every registered loss is documented, and what is generated in its page is up to date."""

import importlib.util
from pathlib import Path

import pytest

from softsil.terms.registry import TERMS

PAGES = Path(__file__).parents[3] / "docs" / "losses"


@pytest.fixture(scope="module")
def render():
    spec = importlib.util.spec_from_file_location("render", PAGES / "render.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", TERMS.names())
def test_its_page_has_formula_cost_use_and_source(name):
    page = (PAGES / f"{name}.md").read_text()
    assert all(part in page for part in ("loss ", f"forces/{name}.svg", "ost", "hen to use it", "**Source.**"))


@pytest.mark.parametrize("name", TERMS.names())
def test_the_table_of_settings_is_up_to_date(render, name):
    page = (PAGES / f"{name}.md").read_text()
    assert render.with_settings(page, name) == page, "run: python -m docs.losses.render"


@pytest.mark.parametrize("name", TERMS.names())
def test_the_index_links_to_it(name):
    assert f"]({name}.md)" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("name", TERMS.names())
def test_its_forces_can_be_drawn(render, name):
    assert render.draw(name).count("<line") > 2
    assert (PAGES / "forces" / f"{name}.svg").is_file()
