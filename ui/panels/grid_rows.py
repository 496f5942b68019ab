"""Settings that vary within the experiment: which ones, and the values to try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st
import yaml

from softsil.terms.recipe import ObjectiveConfig, parse_objective
from softsil.terms.registry import TERMS, TermConfig
from trainers.config import ExperimentConfig
from ui import state
from ui.fields import fields_of, label_of
from ui.words import plain_markdown

_TRAINING = ("learning_rate", "weight_decay", "batch_size", "epochs")
_KINDS = ("number", "integer", "choice", "switch")
_NOT_OFFERED = frozenset(TermConfig.model_fields) - {"weight"}


def grid_rows(losses: Sequence[Any]) -> tuple[dict[str, list[Any]], list[str]]:
    """Draw the choice of settings and a line of values for each; return the ``grid`` of an experiment, and problems.

    Args:
        losses: the entries of the experiment's ``losses``, all of them valid.
    """
    offered = list(_offered([parse_objective(loss) for loss in losses]))
    state.keep_known(state.GRID_SETTINGS, offered)
    grid: dict[str, list[Any]] = {}
    problems: list[str] = []
    with st.popover("Vary settings", key="train_grid"):
        chosen = st.multiselect(
            "Settings to vary",
            offered,
            format_func=_title,
            key=state.GRID_SETTINGS,
            help="Every combination of the values becomes a run, for every loss that has the setting.",
            persist_state="session",
        )
        for path in chosen:
            grid[path] = _values(path, problems)
    return grid, problems


def _offered(objectives: Iterable[ObjectiveConfig]) -> Iterable[str]:
    for term in dict.fromkeys(term for objective in objectives for term in objective.terms):
        for item in fields_of(TERMS.get(term).config):
            if item.kind in _KINDS and item.name not in _NOT_OFFERED:
                yield f"{term}.{item.name}"
    yield from _TRAINING


def _title(path: str) -> str:
    term, dot, name = path.partition(".")
    return f"{TERMS.get(term).title}: {label_of(name).lower()}" if dot else label_of(path)


def _values(path: str, problems: list[str]) -> list[Any]:
    title = _title(path)
    written = st.text_input(
        title, key=f"{state.GRID_SETTINGS}_{path}", placeholder=_example(path), persist_state="session"
    )
    place = st.empty()
    try:
        values = yaml.safe_load(f"[{written}]")
    except yaml.YAMLError:
        values = None
    if not values:
        problems.append(f"{title}: write the values to try, separated by commas.")
        place.markdown(f":red[{plain_markdown(problems[-1])}]")
    return list(values or [])


def _example(path: str) -> str:
    term, dot, name = path.partition(".")
    config = TERMS.get(term).config if dot else ExperimentConfig
    item = next(item for item in fields_of(config) if item.name == (name if dot else path))
    if item.kind in ("choice", "switch"):
        return ", ".join(map(str, item.choices or ("true", "false")))
    usual = item.default or 1
    return f"for example {usual / 2:g}, {usual:g}, {usual * 2:g}"
