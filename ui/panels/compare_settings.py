"""In what the sides differ: settings and environment, only what is not the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from softsil.analysis.settings import differing
from ui.comparison import Side, different_settings
from ui.panels.charts import heading
from ui.words import plain_markdown


def settings_table(sides: Sequence[Side]) -> None:
    """Draw one row for each setting that differs, one column a side."""
    heading("Settings that differ", "Everything that is not listed here is the same for all of them.")
    found = {name: values for name, values in different_settings(sides).items() if worth_a_row(name, values)}
    if found:
        st.dataframe(_table(found, sides), key="compare_settings", hide_index=True)
    else:
        st.caption("None: they differ in their seeds only.")
    elsewhere = differing([_environment(side) for side in sides])
    if elsewhere:
        names = ", ".join(sorted(elsewhere))
        st.caption(plain_markdown(f"They also ran with different versions or on different machines: {names}."))


def worth_a_row(name: str, values: Sequence[Any]) -> bool:
    """Whether a setting says more than that a loss has a term that another lacks: its weight already says that."""
    given = [value for value in values if value is not None]
    whole_term_absent = name.startswith("objective.terms.") and len(given) < len(values)
    return not whole_term_absent or name.endswith(".weight") or any(value != given[0] for value in given)


def _table(found: dict[str, list[Any]], sides: Sequence[Side]) -> pd.DataFrame:
    rows = {"setting": [_said(name) for name in found]}
    for index, side in enumerate(sides):
        rows[side.label] = [_value(values[index]) for values in found.values()]
    return pd.DataFrame(rows)


def _said(name: str) -> str:
    return name.removeprefix("objective.terms.").replace(".", " · ").replace("_", " ")


def _value(value: Any) -> str:
    return "–" if value is None else str(value)


def _environment(side: Side) -> dict[str, Any]:
    found = side.runs[0].config.get("environment")
    return found if isinstance(found, dict) else {}
