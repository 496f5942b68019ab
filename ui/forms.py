"""Widgets made from a pydantic config: range, default and one sentence a field, and what is wrong beside it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from pydantic import BaseModel, ValidationError

from ui.fields import FormField, fields_of, label_of, parse_integers, sentences
from ui.words import plain_markdown

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Place = tuple[str, ...]
C = TypeVar("C", bound=BaseModel)


@dataclass
class Form:
    """What a person filled in.

    Attributes:
        values: field name to value, nested for groups; may be invalid.
        errors: path of a field to the sentence that says what would be right; the empty path is the whole form.
        slots: path of a field to the place beside it where its sentence goes.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    slots: dict[Place, DeltaGenerator] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.errors

    def blame(self, place: Place, sentence: str) -> None:
        """Say ``sentence`` beside the field at ``place``; the first sentence about a field stays."""
        if place in self.errors:
            return
        self.errors[place] = sentence
        slot = self.slots.get(place)
        if slot is not None:
            slot.markdown(f":red[{plain_markdown(sentence)}]")

    def include(self, other: Form) -> None:
        """Take over the fields of ``other``, drawn apart."""
        self.values.update(other.values)
        self.errors.update(other.errors)
        self.slots.update(other.slots)

    def check(self, config: type[C]) -> C | None:
        """The config that the values make, or None after saying beside each field what is wrong."""
        try:
            made = config.model_validate(self.values)
        except ValidationError as error:
            for place, sentence in sentences(error).items():
                self.blame(*self._nearest(place, sentence))
            return None
        return made if self.is_valid else None

    def _nearest(self, place: Place, sentence: str) -> tuple[Place, str]:
        while place and place not in self.slots:
            place = place[:-1]
        # A rule about several fields begins with the name of the one to change.
        first, _, rest = sentence.partition(" ")
        name = first.lower()
        return (place, sentence) if place or (name,) not in self.slots else ((name,), f"{label_of(name)} {rest}")


def ask(
    config: type[BaseModel],
    prefix: str,
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    start: Mapping[str, Any] | None = None,
    columns: int = 2,
) -> Form:
    """Draw a widget for every field of ``config``.

    Args:
        config: the config class.
        prefix: start of the widgets' keys.
        only: draw these fields alone.
        without: leave these fields out.
        start: values to begin with, in place of the defaults.
        columns: fields side by side.
    """
    form = Form()
    chosen = [
        replace(item, default=(start or {}).get(item.name, item.default))
        for item in fields_of(config)
        if (only is None or item.name in only) and item.name not in without
    ]
    _draw(form, chosen, prefix, (), form.values, columns)
    form.slots[()] = st.empty()
    return form


def _draw(form: Form, fields: list[FormField], prefix: str, place: Place, values: dict[str, Any], columns: int) -> None:
    simple = [item for item in fields if item.kind != "group"]
    cells = st.columns(columns) if len(simple) > 1 else [st.container()]
    for index, item in enumerate(simple):
        here = (*place, item.name)
        with cells[index % len(cells)]:
            value = _widget(form, item, f"{prefix}_{item.name}", here)
            form.slots.setdefault(here, st.empty())
        # An empty optional field means "automatic": leaving it out lets the config decide.
        if value is not None or not item.optional:
            values[item.name] = value
    for item in fields:
        if item.group is not None:
            values[item.name] = {}
            inner, here = f"{prefix}_{item.name}", (*place, item.name)
            with st.expander(item.label):
                _draw(form, fields_of(item.group), inner, here, values[item.name], columns)


def _widget(form: Form, item: FormField, key: str, place: Place) -> Any:
    text = plain_markdown(item.help)
    if item.kind == "switch":
        return st.toggle(item.label, bool(item.default), key=key, help=text, persist_state="session")
    if item.kind == "choice":
        start = item.choices.index(item.default) if item.default in item.choices else None if item.optional else 0
        return st.selectbox(item.label, item.choices, start, key=key, help=text, persist_state="session")
    if item.kind == "integer":
        default = None if item.default is None else int(item.default)
        return st.number_input(item.label, value=default, step=1, key=key, help=text, persist_state="session")
    if item.kind == "number":
        return _number(item, key, text)
    if item.kind == "integers":
        return _integers(form, item, key, text, place)
    shown = "" if item.default is None else str(item.default)
    written = st.text_input(item.label, shown, key=key, help=text, persist_state="session")
    return written or (None if item.optional else "")


def _number(item: FormField, key: str, text: str) -> float | None:
    default = None if item.default is None else float(item.default)
    size = abs(default) if default else 1.0
    step = 10.0 ** (math.floor(math.log10(size)) - (1 if math.log10(size).is_integer() else 0))
    return st.number_input(
        item.label, value=default, step=step, format="%g", key=key, help=text, persist_state="session"
    )


def _integers(form: Form, item: FormField, key: str, text: str, place: Place) -> list[int]:
    shown = ", ".join(str(number) for number in item.default or ())
    written = st.text_input(item.label, shown, key=key, help=text, persist_state="session")
    form.slots[place] = st.empty()
    try:
        return parse_integers(written)
    except ValueError as error:
        form.blame(place, str(error))
        return []
