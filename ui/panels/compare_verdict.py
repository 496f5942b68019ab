"""The answer first: which side separates the classes better, how sure that is, and whether it was a fair comparison."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.comparison import Side
from ui.panels.status import run_name
from ui.verdicts import accuracy_sentence, fairness_sentence, silhouette_sentence
from ui.words import plain_markdown

_READ = (
    "The silhouette says how well classes are separated in the embedding space, from −1 to 1. The 95 % interval says "
    "which differences would be no surprise if everything were repeated with other seeds; where it includes 0, the two "
    "may as well be equal."
)


def legend(sides: Sequence[Side]) -> None:
    """The sides with their colors, which are the same in every chart of the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for side in sides:
            with st.container(width="content"):
                run_name(_label(side), side.color)


def verdict(first: Side, second: Side, epoch: int | None) -> None:
    """Draw the sentences about two sides at ``epoch``, None for the newest."""
    when = "" if epoch is None else f"At epoch {epoch}: "
    with st.container(border=True, gap="xsmall", key="compare_verdict"):
        st.markdown(f"**{plain_markdown(when + silhouette_sentence(first, second, epoch))}**", help=_READ)
        more = " ".join(
            filter(None, [accuracy_sentence(first, second, epoch), fairness_sentence(first, second, epoch)])
        )
        if first.active or second.active:
            more += " Still training: this may change."
        st.caption(plain_markdown(more))


def _label(side: Side) -> str:
    return f"{side.label} · {len(side.runs)} seeds" if len(side.runs) > 1 else side.label
