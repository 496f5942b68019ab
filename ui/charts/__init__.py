"""Plotly figures from plain data: one file a chart, no Streamlit, no disk. Used live and in exports."""

from ui.charts.curves import Curve, curves_figure
from ui.charts.silhouettes import ClassSilhouettes, class_bars_figure, class_lines_figure
from ui.charts.theme import RUN_COLORS, run_color

__all__ = [
    "RUN_COLORS",
    "ClassSilhouettes",
    "Curve",
    "class_bars_figure",
    "class_lines_figure",
    "curves_figure",
    "run_color",
]
