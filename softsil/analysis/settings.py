"""In which settings runs differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any


def flattened(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted names; lists stay as they are."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def differing(all_settings: Sequence[Mapping[str, Any]], ignored: Collection[str] = ()) -> dict[str, list[Any]]:
    """The settings that are not the same everywhere: dotted name to one value for each mapping, None where absent.

    Args:
        all_settings: what to compare.
        ignored: names at the top level that may differ.
    """
    flat = [flattened({k: v for k, v in settings.items() if k not in ignored}) for settings in all_settings]
    names = dict.fromkeys(name for settings in flat for name in settings)
    rows = {name: [settings.get(name) for settings in flat] for name in names}
    return {name: values for name, values in rows.items() if any(value != values[0] for value in values)}
