"""Figures of the report as SVG text: static, small, the same in HTML, Markdown and the app."""
