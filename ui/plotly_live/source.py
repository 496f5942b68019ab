"""Where the browser gets plotly.js: the copy inside the installed plotly wheel, under an address with its version."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

# The version in the address lets browsers keep the file for good and still get a new one after an upgrade.
PLOTLY_JS_URL = f"/softsil/plotly-{version('plotly')}.min.js"


def plotly_js_path() -> Path:
    """The file to serve at ``PLOTLY_JS_URL``."""
    return Path(str(files("plotly") / "package_data" / "plotly.min.js"))
