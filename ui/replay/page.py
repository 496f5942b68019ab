"""The training as one self-contained HTML file: the live map itself, with its answers inside."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from softsil.runs.reader import RunReader
from ui.replay.embedded import Embedded, embed
from ui.replay.errors import ReplayError
from ui.replay.export import Export
from ui.replay.look import Look
from ui.run_view import RunView, view_runs

MAX_BYTES = 50_000_000
MAX_RUNS = 6  # as many as Live shows

_OWN = Path(__file__).parent / "assets"
_MAP = Path(__file__).parents[1] / "map" / "assets"
# Nothing may be loaded from anywhere; the modules are data, the pictures blobs of this page.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
_IMPORT = re.compile(r'((?:from|import)\s+")\./([\w.-]+")')


def replay_html(
    run_ids: Sequence[str], root: Path | None = None, look: Look | None = None, *, limit: int = MAX_BYTES
) -> Export:
    """The maps of the runs as a page that needs no server and no network.

    Args:
        run_ids: one to six runs; their maps appear in this order.
        root: the runs folder.
        look: projection and coloring that it opens with.
        limit: about how large the file may get, in bytes; above it fewer epochs are embedded, evenly
            chosen, and a note says so, here and in the file.

    Raises:
        ReplayError: no run or too many, one has no map yet, or nothing fits below the limit.
        RunNotFoundError: no such run.
    """
    readers = open_runs(run_ids, root)
    modules = _import_map()
    embedded = embed(readers, limit - len(modules))
    runs = view_runs(run_ids, root)
    return Export(_page(runs, embedded, modules, look or Look()).encode(), tuple(embedded.notes))


def open_runs(run_ids: Sequence[str], root: Path | None) -> list[RunReader]:
    """A reader for each of one to six runs."""
    if not 1 <= len(run_ids) <= MAX_RUNS or len(set(run_ids)) < len(run_ids):
        raise ReplayError(f"choose one to {MAX_RUNS} different runs, got {len(run_ids)}: {', '.join(run_ids)}")
    return [RunReader(run_id, root) for run_id in run_ids]


def _page(runs: Sequence[RunView], embedded: Embedded, modules: str, look: Look) -> str:
    title = html.escape(" and ".join(run.label for run in runs))
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in embedded.notes)
    data = {
        "runs": [{"run_id": run.run_id, "title": run.label, "color": run.color} for run in runs],
        "addresses": embedded.addresses,
        "parts": embedded.parts,
        "look": {"projection": look.projection, "color": look.color},
    }
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_text(_MAP / "map.css")}{_text(_OWN / "replay.css")}</style>
<script type="importmap">{modules}</script>
</head>
<body>
<h1>{title}</h1>
<div class="softsil-map"></div>
<footer>{notes}<p>A training replayed by softsil: ▶ or space plays, the slider shows one epoch. \
Needs no network.</p></footer>
<script type="application/json" id="replay">{_inside_script(data)}</script>
<script type="module">import "softsil/replay.js";</script>
</body>
</html>
"""


def _import_map() -> str:
    """All modules of the map as addresses that hold their own text; "./x.js" becomes a name of the import map."""
    paths = [*sorted(_MAP.glob("*.js")), _OWN / "replay.js"]
    return _inside_script({"imports": {f"softsil/{path.name}": _module(path) for path in paths}})


def _module(path: Path) -> str:
    source = _IMPORT.sub(r"\1softsil/\2", _text(path))
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"


def _inside_script(value: object) -> str:
    # "</script>" or "<!--" in a name would end the element or hide its end.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
