"""One loss in words, from its registry entry: what it does, where it comes from, what can be set."""

from __future__ import annotations

import streamlit as st

from softsil.terms.registry import TermSpec
from ui.fields import fields_of
from ui.words import plain_markdown

_COMMON = frozenset({"weight", "weight_schedule", "schedule_epochs", "final_weight"})
_READS = {
    "logits": "looks at the class scores",
    "embeddings": "looks at the embeddings themselves",
}


def loss_words(spec: TermSpec) -> None:
    """Draw the words about one loss term."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"#### {plain_markdown(spec.title)}", width="content")
            st.badge(plain_markdown(spec.name), color="blue")
            if spec.reading == "our reading":
                st.badge(
                    "our reading", color="orange", help="The source leaves the formula open; this is how we read it."
                )
        st.markdown(plain_markdown(spec.summary))
        st.caption(f"It {_READS[spec.reads]}. Source: {plain_markdown(spec.reference)}.")
        st.page_link(
            "pages/learn/playground.py",
            label="See its forces in the playground",
            query_params={"a": "ce", "b": spec.name},
        )
        own = [field for field in fields_of(spec.config) if field.name not in _COMMON]
        if own:
            st.markdown("\n".join(f"- **{field.label}**: {plain_markdown(field.help)}" for field in own))
