import pytest
from streamlit.testing.v1 import AppTest

from softsil.terms.registry import TERMS
from trainers.data.registry import DATA_SETS
from trainers.encoders.registry import ENCODERS
from trainers.samplers.registry import SAMPLERS

# The others have no default that works: they need a file of one's own.
NEED_A_FILE = ("arrays", "table")
NEED_A_FOLDER = ("image_folder",)
ENTRIES = [
    (registry.kind, name)
    for registry in (TERMS, DATA_SETS, ENCODERS, SAMPLERS)
    for name in registry.names()
    if name not in NEED_A_FILE + NEED_A_FOLDER
]


def ask_entry(kind, name):
    import streamlit as st

    from softsil.terms.registry import TERMS
    from trainers.data.registry import DATA_SETS
    from trainers.encoders.registry import ENCODERS
    from trainers.samplers.registry import SAMPLERS
    from ui.forms import ask

    entry = next(registry for registry in (TERMS, DATA_SETS, ENCODERS, SAMPLERS) if registry.kind == kind).get(name)
    form = ask(entry.config, "form")
    config = form.check(entry.config)
    st.session_state["config"], st.session_state["errors"] = config, dict(form.errors)
    st.session_state["standard"] = entry.config()


def ask_own_file(name):
    import streamlit as st

    from trainers.data.registry import DATA_SETS
    from ui.forms import ask

    config = DATA_SETS.get(name).config
    st.session_state["config"] = ask(config, "form").check(config)


def ask_small():
    from typing import Literal

    import streamlit as st
    from pydantic import BaseModel, Field, model_validator

    from ui.forms import ask

    class Inner(BaseModel):
        depth: int = Field(2, ge=1, description="How deep.")

    class Small(BaseModel):
        weight: float = Field(1.0, ge=0, description="Factor.")
        batch_size: int = Field(10, gt=0, description="Samples a step.")
        seeds: list[int] = Field([0], description="One run each.")
        threads: int | None = Field(None, ge=1, description="Threads.")
        metric: Literal["cosine", "euclidean"] = Field("cosine", description="Distance.")
        augment: bool = Field(False, description="Flip images.")
        inner: Inner = Field(default_factory=Inner, description="Inside.")

        @model_validator(mode="after")
        def _fits(self):
            if self.batch_size > 100:
                raise ValueError("batch_size is larger than the 100 samples")
            return self

    form = ask(Small, "form")
    config = form.check(Small)
    st.session_state["config"], st.session_state["errors"] = config, dict(form.errors)


@pytest.fixture
def small():
    return AppTest.from_function(ask_small).run()


def said(app):
    return [one.value.replace("\\", "") for one in app.markdown]


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_registry_entry_makes_a_form_that_gives_its_defaults(kind, name):
    app = AppTest.from_function(ask_entry, args=(kind, name)).run()
    assert not app.exception
    assert app.session_state["errors"] == {}
    assert app.session_state["config"] == app.session_state["standard"]


@pytest.mark.parametrize("name", NEED_A_FILE)
def test_a_data_set_of_ones_own_asks_for_its_file(name, tmp_path):
    app = AppTest.from_function(ask_own_file, args=(name,)).run()
    assert ":red[Path: give the path of a file.]" in said(app)
    mine = tmp_path / "mine.csv"
    mine.write_text("a,label\n1,x\n")
    app.text_input(key="form_path").set_value(str(mine)).run()
    assert app.session_state["config"].path == str(mine)


@pytest.mark.parametrize("name", NEED_A_FOLDER)
def test_pictures_of_ones_own_ask_for_their_folder(name, tmp_path):
    app = AppTest.from_function(ask_own_file, args=(name,)).run()
    assert ":red[Path: give the path of a folder with one folder for each class.]" in said(app)
    app.text_input(key="form_path").set_value(str(tmp_path)).run()
    assert app.session_state["config"].path == str(tmp_path)


def test_what_is_typed_is_what_the_config_has(small):
    small.number_input(key="form_weight").set_value(0.25)
    small.text_input(key="form_seeds").set_value("3, 4")
    small.selectbox(key="form_metric").set_value("euclidean")
    small.toggle(key="form_augment").set_value(True)
    small.number_input(key="form_inner_depth").set_value(5).run()
    config = small.session_state["config"]
    assert (config.weight, config.seeds, config.metric, config.augment) == (0.25, [3, 4], "euclidean", True)
    assert config.inner.depth == 5


def test_an_empty_optional_field_stays_automatic(small):
    assert small.session_state["config"].threads is None


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("form_weight", -1.0, "Weight must be at least 0, not -1."),
        ("form_batch_size", 0, "Batch size must be above 0, not 0."),
        ("form_threads", 0, "Threads must be at least 1, not 0."),
        ("form_inner_depth", 0, "Depth must be at least 1, not 0."),
        ("form_batch_size", 200, "Batch size is larger than the 100 samples."),
    ],
)
def test_a_wrong_number_gets_its_sentence_and_no_config(small, key, value, sentence):
    small.number_input(key=key).set_value(value).run()
    assert f":red[{sentence}]" in said(small)
    assert small.session_state["config"] is None


def test_text_instead_of_numbers_gets_its_sentence(small):
    small.text_input(key="form_seeds").set_value("0, one").run()
    assert ":red['one' is not a whole number; write for example 0, 1, 2.]" in said(small)
    assert small.session_state["config"] is None


def test_the_sentence_goes_when_the_value_is_right_again(small):
    small.number_input(key="form_weight").set_value(-1.0).run()
    small.number_input(key="form_weight").set_value(2.0).run()
    assert small.session_state["errors"] == {}
    assert not [text for text in said(small) if text.startswith(":red")]


@pytest.mark.parametrize("name", NEED_A_FILE)
def test_a_data_set_that_needs_a_file_asks_for_it_beside_the_field(name):
    at = AppTest.from_function(ask_entry, kwargs={"kind": "data set", "name": name}).run()
    assert at.session_state["errors"] == {("path",): "Path: give the path of a file."}
