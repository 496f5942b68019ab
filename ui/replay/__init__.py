"""A training to take along: an HTML file that plays offline, an animated GIF, an SVG, a figure sheet for a paper.

Everything here reads run folders and returns bytes; no Streamlit. ``python -m ui.replay`` is the command line.
"""

from ui.replay.errors import ReplayError
from ui.replay.export import Export
from ui.replay.formats import FORMATS, Format
from ui.replay.gif import map_gif
from ui.replay.page import replay_html
from ui.replay.svg import map_svg

__all__ = ["FORMATS", "Export", "Format", "ReplayError", "map_gif", "map_svg", "replay_html"]
