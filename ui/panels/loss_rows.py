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
        entry, wrong = _row(row, position)
        problems += wrong
        if not wrong:
            entries.append(entry)
    return entries, problems


def add_loss() -> None:
    """Draw the button that adds a loss."""
    full = len(state.loss_rows()) >= MOST_LOSSES
    st.button("Add a loss", key="train_loss_add", on_click=state.add_loss_row, disabled=full)


def _row(row: int, position: int) -> tuple[Any, list[str]]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False):
        recipe = str(_ask_recipe(row, position))
        parameters = st.popover("Parameters", key=f"train_loss_{row}_parameters")
        alone = len(state.loss_rows()) == 1
        st.button(
            "✕",
            key=f"train_loss_remove_{row}",
            help="Remove this loss",
            on_click=state.remove_loss_row,
            args=(row,),
            disabled=alone,
        )
    try:
        standard = parse_objective(recipe)
    except SoftsilError as error:
        st.markdown(f":red[{plain_markdown(str(error))}]")
        return None, [str(error)]
    with parameters:
        return _parameters(f"train_loss_{row}_{recipe}", recipe, standard)


def _ask_recipe(row: int, position: int) -> str | None:
    return st.selectbox(
        f"Loss {position + 1}",
        RECIPES,
        index=RECIPES.index(state.first_recipe(row)),
        key=f"train_loss_{row}",
        format_func=describe_recipe,
        accept_new_options=True,
        help="A sum of loss terms. Choose one, or type your own: names of terms joined by +. Losses tells them all.",
        persist_state="session",
    )


def describe_recipe(recipe: str) -> str:
    """The recipe with the titles of its terms, e.g. ``"ce+sil: Cross-entropy + Soft Silhouette"``."""
    try:
        terms = parse_objective(recipe).terms
    except SoftsilError:
        return recipe
    return f"{recipe}: {' + '.join(TERMS.get(term).title for term in terms)}"


def _parameters(prefix: str, recipe: str, standard: ObjectiveConfig) -> tuple[Any, list[str]]:
    terms: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for term, config in standard.terms.items():
        spec = TERMS.get(term)
        st.markdown(f"**{plain_markdown(spec.title)}**", help=plain_markdown(spec.summary))
        form = ask(spec.config, f"{prefix}_{term}", without=_SCHEDULE, start=config.model_dump(), columns=3)
        _ask_schedule(form, spec.config, f"{prefix}_{term}", config)
        form.check(spec.config)
        terms[term] = form.values
        problems += [f"{recipe}, {spec.title}: {sentence}" for sentence in form.errors.values()]
    return objective_entry(recipe, standard, terms), problems


def _ask_schedule(form: Form, config: type[TermConfig], prefix: str, start: TermConfig) -> None:
    if st.toggle("Let the weight move over the epochs", key=f"{prefix}_moves", persist_state="session"):
        form.include(ask(config, prefix, only=_SCHEDULE, start=start.model_dump(), columns=3))
