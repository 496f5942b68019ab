"""One registry entry, chosen by title, with its sentence and its settings."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import streamlit as st
from pydantic import BaseModel

from softsil.registry import Registry
from ui.forms import Form, ask
from ui.words import plain_markdown


class Entry(Protocol):
    """What data sets, encoders and samplers have in common."""

    @property
    def name(self) -> str:
        """What a config says."""

    @property
    def title(self) -> str:
        """What a form shows."""

    @property
    def summary(self) -> str:
        """One sentence."""

    @property
    def config(self) -> type[BaseModel]:
        """Class of its settings."""


E = TypeVar("E", bound=Entry)


def choose(label: str, registry: Registry[E], key: str, *, start: str) -> tuple[E, Form]:
    """Draw a choice among the entries of ``registry`` and a form for the settings of the chosen one.

    Args:
        label: what is chosen.
        registry: the entries.
        key: start of the widgets' keys.
        start: name of the entry that is chosen at first.

    Returns:
        The entry, and the filled-in form, checked against the entry's own config.
    """
    names = registry.names()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False):
        name = st.selectbox(
            label,
            names,
            index=names.index(start),
            format_func=lambda one: registry.get(one).title,
            key=key,
            persist_state="session",
        )
        entry = registry.get(name)
        form = _settings(entry, f"{key}_{name}")
    st.caption(plain_markdown(entry.summary))
    return entry, form


def _settings(entry: Entry, key: str) -> Form:
    if not entry.config.model_fields:
        return Form()
    with st.popover("Settings", key=f"{key}_settings"):
        form = ask(entry.config, key)
    form.check(entry.config)
    return form


def chosen_entry(entry: Entry, form: Form) -> dict[str, Any]:
    """The name and settings as an experiment takes them."""
    return {"name": entry.name, **form.values}
