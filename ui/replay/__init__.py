"""A training to take along: as one HTML file that plays offline, as an animated GIF, and as an SVG of one epoch.

Everything here reads run folders and returns bytes or text; no Streamlit. ``python -m ui.replay`` is the command line.
"""

from ui.replay.errors import ReplayError
from ui.replay.page import Replay, replay_html

__all__ = ["Replay", "ReplayError", "replay_html"]
