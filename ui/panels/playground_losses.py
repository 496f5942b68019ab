"""Above each side of the playground: its loss, and sliders for what is worth one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from softsil.terms.registry import TERMS
from ui.playground.link import as_objective, read_loss, write_loss

SIDES = {"a": "ce", "b": "sil"}
SUMS = ("ce+sil", "ce+center", "ce+supcon", "ce+sil+supcon")
# The settings worth a slider, where a term has them: what people call it, least, most, step.
SLIDERS = {
    "weight": ("weight λ", 0.0, 5.0, 0.1),
    "temperature": ("temperature τ", 0.02, 1.0, 0.02),
    "margin": ("margin", 0.0, 2.0, 0.05),
}
DEGREES = ("margin, degrees", 0.0, 60.0, 0.2)


def pick_losses() -> dict[str, dict[str, Any]]:
    """Draw the choice of both losses; return each side's loss as `softsil.terms.recipe.parse_objective` reads it."""
    found = {}
    for column, (side, otherwise) in zip(st.columns(2), SIDES.items(), strict=True):
        with column:
            found[side] = _loss(side, otherwise)
    return found


def title_of(recipe: str) -> str:
    """The titles of a recipe's terms, e.g. ``"Cross-entropy + Soft Silhouette"``."""
    return " + ".join(TERMS.get(term).title for term in recipe.split("+"))


def _loss(side: str, otherwise: str) -> dict[str, Any]:
    """Choose one side's loss and its sliders; what it became stands in the address."""
    recipe, settings = read_loss(st.query_params.get(side, otherwise), otherwise)
    titles = {name: title_of(name) for name in (*TERMS.names(), *SUMS, recipe)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            f"Loss {'left' if side == 'a' else 'right'}",
            list(titles),
            list(titles).index(recipe),
            format_func=titles.__getitem__,
            key=f"playground_loss_{side}{_scene()}",
            label_visibility="collapsed",
        )
        with st.popover("Settings"):
            for term in chosen.split("+"):
                settings[term] = _sliders(side, term, settings.get(term, {}))
    st.query_params[side] = write_loss(chosen, settings)
    return as_objective(chosen, {term: settings[term] for term in chosen.split("+")})


def _sliders(side: str, term: str, start_at: dict[str, float]) -> dict[str, float]:
    spec, values = TERMS.get(term), {}
    for name, usual in SLIDERS.items():
        field = spec.config.model_fields.get(name)
        if field is None or not isinstance(field.default, int | float):
            continue
        words, least, most, step = DEGREES if field.default > usual[2] else usual
        values[name] = st.slider(
            f"{spec.title}: {words}",
            least,
            most,
            min(max(float(start_at.get(name, field.default)), least), most),
            step,
            key=f"playground_{side}_{term}_{name}{_scene()}",
            help=field.description,
        )
    return values


def _scene() -> str:
    # A widget keeps what it shows under its key: every scene of the tour begins with widgets of its own.
    return st.query_params.get("scene", "")
