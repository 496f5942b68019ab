"""Below each side of the playground: what the steps did, and how to read the drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ui.playground import Plane
from ui.playground.progress import Progress


def numbers(progress: Mapping[str, Progress], planes: Sequence[Plane]) -> None:
    """Draw both."""
    for column, now, plane in zip(st.columns(2), progress.values(), planes, strict=True):
        with column:
            loss, mean = _change(now.losses, 3), _change(now.silhouettes, 2)
            st.markdown(f"**{now.steps} steps** · loss {loss} · silhouette {mean}")
            st.caption(how_to_read(plane))


def how_to_read(plane: Plane) -> str:
    """What is drawn on a plane, in a few words each."""
    notes = ["Arrows: where the loss pushes each point; longer where it pushes harder."]
    if plane.directional:
        notes.append("This loss sees only directions from the center: every arrow runs around it.")
    if any(mark["kind"] == "direction" for mark in plane.marks):
        notes.append("Dashed: the direction in which the classifier scores each class; it learns along.")
    if any(mark["kind"] == "spot" for mark in plane.marks):
        notes.append("Crosses: the center or proxy of each class, which moves along.")
    if plane.landscape:
        notes.append("Shading: the loss if the chosen point were there; the bluer, the lower.")
    return " ".join(notes)


def _change(values: Sequence[float | None], digits: int) -> str:
    first, last = (_said(value, digits) for value in (values[0], values[-1]))
    return first if len(values) == 1 else f"{first} → {last}"


def _said(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")
