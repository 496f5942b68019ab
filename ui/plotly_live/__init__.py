"""A Plotly chart that stays mounted: new data moves the lines in place, zoom and hidden curves are kept.

``st.plotly_chart`` makes a new element for every new figure. This component keeps one element a key and hands new
figures to ``Plotly.react``. plotly.js comes from the installed wheel through our own route, so it works offline.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ui.plotly_live.source import PLOTLY_JS_URL

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ASSETS = Path(__file__).parent / "assets"


def plotly_live(figure: go.Figure, *, key: str, label: str) -> None:
    """Show ``figure``, in place of what this ``key`` showed before.

    Args:
        figure: the chart; its ``layout.height`` sets the height in pixels. Text and grid take the page's theme.
        key: identity of the chart on the page.
        label: one phrase that says what the chart shows, read out by screen readers.
    """
    chart = st.components.v2.component(
        "softsil_plotly_live", html='<div class="plotly-live" role="group"></div>', js=_script(), isolate_styles=False
    )
    chart(
        key=key,
        data={"figure": figure.to_json(), "source": PLOTLY_JS_URL, "label": label, "chart": key},
        height=int(figure.layout.height or 300),
    )


@cache
def _script() -> str:
    return (_ASSETS / "plotly_live.js").read_text(encoding="utf-8")
