"""The losses of an experiment: one box each, with a recipe and the parameters of its terms."""

from __future__ import annotations

from typing import Any

import streamlit as st

from softsil.errors import SoftsilError
from softsil.terms.recipe import RECIPES, ObjectiveConfig, parse_objective
from softsil.terms.registry import TERMS, TermConfig
from ui import state
from ui.forms import Form, ask
from ui.objectives import objective_entry
from ui.words import plain_markdown

MOST_LOSSES = 6
_SCHEDULE = frozenset(TermConfig.model_fields) - {"weight"}


def loss_rows() -> tuple[list[Any], list[str]]:
    """Draw all losses; return the entries for an experiment's ``losses``, and one sentence for each thing wrong."""
    entries: list[Any] = []
    problems: list[str] = []
    for position, row in enumerate(state.loss_rows()):
        with st.container(border=True, gap="small", key=f"train_loss_box_{row}"):
            entry, wrong = _row(row, position)
        problems += wrong
        if not wrong:
            entries.append(entry)
    full = len(state.loss_rows()) >= MOST_LOSSES
    st.button("Add a loss to compare", key="train_loss_add", on_click=state.add_loss_row, disabled=full)
    return entries, problems


def _row(row: int, position: int) -> tuple[Any, list[str]]:
    choice, remove = st.columns([5, 1], vertical_alignment="bottom")
    with choice:
        recipe = st.selectbox(
            f"Loss {position + 1}",
            RECIPES,
            index=RECIPES.index(state.first_recipe(row)),
            key=f"train_loss_{row}",
            accept_new_options=True,
            help="A sum of loss terms. Choose one, or type your own: names of terms joined by +.",
            persist_state="session",
        )
    with remove:
        alone = len(state.loss_rows()) == 1
        st.button("Remove", key=f"train_loss_remove_{row}", on_click=state.remove_loss_row, args=(row,), disabled=alone)
    try:
        standard = parse_objective(str(recipe))
    except SoftsilError as error:
        sentence = str(error)
        st.markdown(f":red[{plain_markdown(sentence)}]")
        return None, [sentence]
    return _parameters(f"train_loss_{row}_{recipe}", str(recipe), standard)


def _parameters(prefix: str, recipe: str, standard: ObjectiveConfig) -> tuple[Any, list[str]]:
    terms: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for term, config in standard.terms.items():
        spec = TERMS.get(term)
        with st.expander(f"{plain_markdown(spec.title)}: parameters"):
            st.caption(plain_markdown(spec.summary))
            form = ask(spec.config, f"{prefix}_{term}", without=_SCHEDULE, start=config.model_dump(), columns=3)
            _ask_schedule(form, spec.config, f"{prefix}_{term}", config)
        form.check(spec.config)
        terms[term] = form.values
        problems += form.errors.values()
    return objective_entry(recipe, standard, terms), problems


def _ask_schedule(form: Form, config: type[TermConfig], prefix: str, start: TermConfig) -> None:
    if st.toggle("Let the weight move over the epochs", key=f"{prefix}_moves", persist_state="session"):
        form.include(ask(config, prefix, only=_SCHEDULE, start=start.model_dump(), columns=3))
