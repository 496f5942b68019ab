"""What a form asks for, read from a pydantic config: one record a field, no Streamlit."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

Kind = Literal["switch", "integer", "number", "choice", "integers", "text", "group"]

_BOUNDS = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
_SPELLED = {"n": "", "dims": "dimensions", "min": "minimum", "dist": "distance"}
_RULES = {
    "greater_than": "above {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "below {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "one of {expected}",
    "missing": "filled in",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
}


@dataclass(frozen=True)
class FormField:
    """One field of a config.

    Attributes:
        name: its name in the config.
        label: what people read.
        kind: which widget it needs.
        default: its default; None where it has none, or where None means "automatic".
        help: its description, range and default, in one line.
        choices: what may be chosen, for a choice.
        optional: None is allowed.
        group: the nested config, for a group.
    """

    name: str
    label: str
    kind: Kind
    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    optional: bool = False
    group: type[BaseModel] | None = None


def fields_of(config: type[BaseModel]) -> list[FormField]:
    """All fields of ``config``, in order of definition."""
    return [_field(name, info) for name, info in config.model_fields.items()]


def label_of(name: str) -> str:
    """A field's name as people read it, e.g. ``"Batch size"``."""
    return " ".join(filter(None, (_SPELLED.get(word, word) for word in name.split("_")))).capitalize()


def sentences(error: ValidationError) -> dict[tuple[str, ...], str]:
    """One sentence for each place of ``error``: the path of the field (empty for the whole) to what would be right."""
    found: dict[tuple[str, ...], str] = {}
    for detail in error.errors():
        place = tuple(str(part) for part in detail["loc"])
        found.setdefault(place, _sentence(place, detail))
    return found


def parse_integers(text: str) -> list[int]:
    """The whole numbers in ``text``, separated by commas or spaces.

    Raises:
        ValueError: a part is not a whole number.
    """
    parts = text.replace(",", " ").split()
    for part in parts:
        if not re.fullmatch(r"-?\d+", part):
            raise ValueError(f"{part!r} is not a whole number; write for example 0, 1, 2.")
    return [int(part) for part in parts]


def _field(name: str, info: FieldInfo) -> FormField:
    annotation, optional = _without_none(info.annotation)
    kind, choices = _kind(annotation)
    default = None if info.default_factory or info.default is PydanticUndefined else info.default
    if info.default_factory is not None:
        default = info.get_default(call_default_factory=True, validated_data={})
    return FormField(
        name=name,
        label=info.title or label_of(name),
        kind=kind,
        default=default,
        help=_help(info, default, optional),
        choices=choices,
        optional=optional,
        group=annotation if kind == "group" else None,
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    rest = [part for part in get_args(annotation) if part is not type(None)]
    return (rest[0] if len(rest) == 1 else str), len(rest) < len(get_args(annotation))


def _kind(annotation: Any) -> tuple[Kind, tuple[Any, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) in (list, tuple) and int in map(_bare, get_args(annotation)):
        return "integers", ()
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return "choice", tuple(member.value for member in annotation)
        if issubclass(annotation, BaseModel):
            return "group", ()
        simple: Mapping[type, Kind] = {bool: "switch", int: "integer", float: "number"}
        return simple.get(annotation, "text"), ()
    return "text", ()


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _help(info: FieldInfo, default: Any, optional: bool) -> str:
    bounds = [
        words.format(_plain(getattr(rule, name)))
        for name, words in _BOUNDS.items()
        for rule in info.metadata
        if getattr(rule, name, None) is not None
    ]
    parts = [info.description or "", " ".join(bounds)]
    if default is not None and not isinstance(default, (BaseModel, dict)):
        parts.append(f"default {_plain(default)}")
    elif optional:
        parts.append("empty means automatic")
    text = [part[0].upper() + part[1:].rstrip(".") + "." for part in parts if part]
    return " ".join(text)


def _sentence(place: tuple[str, ...], detail: ErrorDetails) -> str:
    if not place:
        return _end(detail["msg"].removeprefix("Value error, "))
    label = label_of(next((part for part in reversed(place) if not part.isdecimal()), place[-1]))
    rule = _RULES.get(detail["type"])
    if rule is None:
        return _end(f"{label}: {detail['msg'].removeprefix('Value error, ')}")
    context = {name: _plain(value) for name, value in (detail.get("ctx") or {}).items()}
    given = detail["input"]
    got = "" if detail["type"] == "missing" or given is None else f", not {_plain(given)}"
    return f"{label} must be {rule.format(**context)}{got}."


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def _end(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
