"""One epoch of the maps as SVG: for papers and slides, every point a circle and every word still text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from ui.replay import layout
from ui.replay.coloring import Colors, point_colors
from ui.replay.export import Export
from ui.replay.layout import Box, Name, Sheet, lay_out
from ui.replay.look import Coloring, Look
from ui.replay.palette import OTHER
from ui.replay.reel import Reel, Track, read_reel

WIDTH = 1200
# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def map_svg(run_ids: Sequence[str], root: Path | None = None, look: Look | None = None) -> Export:
    """The whole maps of one to six runs at an epoch; a run without it shows its last one before.

    Args:
        run_ids: the runs, in order.
        root: the runs folder.
        look: epoch, projection and coloring.

    Raises:
        ReplayError, RunNotFoundError: as :func:`ui.replay.reel.read_reel`.
    """
    look = look or Look()
    reel = read_reel(run_ids, root, look.projection)
    return Export(draw(reel, look.epoch, look.color).encode(), reel.notes)


def draw(reel: Reel, epoch: int | None = None, color: Coloring = "class") -> str:
    """``reel`` at ``epoch`` as an SVG document."""
    sheet = lay_out(reel, WIDTH, color)
    shown = reel.epochs[-1] if epoch is None else epoch
    maps = "".join(
        _map(reel, track, sheet, stage, shown, color) for track, stage in zip(reel.tracks, sheet.stages, strict=True)
    )
    legend = "".join(
        f'<circle cx="{entry.x:.1f}" cy="{entry.y:.1f}" r="5" fill="{entry.color}"/>'
        f'<text x="{entry.x + 10:.1f}" y="{entry.y:.1f}">{_text(entry.text)}</text>'
        for entry in sheet.legend
    )
    title = _text(f"{' and '.join(track.title for track in reel.tracks)}, {reel.method}, epoch {shown}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{sheet.height}" '
        f'viewBox="0 0 {sheet.width} {sheet.height}" font-family="Helvetica, Arial, sans-serif" '
        f'font-size="{layout.NAME_SIZE}" fill="{layout.TEXT}" dominant-baseline="central">\n'
        f'<title>{title}</title>\n<rect width="100%" height="100%" fill="{layout.BACKGROUND}"/>\n'
        f"{maps}{legend}\n</svg>\n"
    )


def _map(reel: Reel, track: Track, sheet: Sheet, stage: Box, epoch: int, color: Coloring) -> str:
    points = track.at(epoch)
    names = "".join(map(_name, layout.class_names(reel, track, sheet, points)))
    dots = _dots(track, sheet, epoch, point_colors(reel, track, epoch, color))
    header, size = -layout.HEADER / 2, f'font-size="{layout.TEXT_SIZE}"'
    # A nested svg clips what sticks out.
    return (
        f'<g transform="translate({stage.x:.1f} {stage.y:.1f})">'
        f'<rect width="{stage.width:.1f}" height="{stage.height:.1f}" fill="none" stroke="{layout.LINE}"/>'
        f'<text x="2" y="{header}" {size} font-weight="600">{_text(layout.shorten(track.title, 48))}</text>'
        f'<text x="{stage.width - 2:.1f}" y="{header}" {size} text-anchor="end">'
        f"{_text(f'{reel.method}, epoch {track.shown(epoch)}')}</text>"
        f'<svg width="{stage.width:.1f}" height="{stage.height:.1f}">\n'
        f'{dots}<g text-anchor="middle" font-weight="600">{names}</g></svg></g>\n'
    )


def _dots(track: Track, sheet: Sheet, epoch: int, colors: Colors) -> str:
    # Gray points first, so that they cover no colored one; the others in their own order: no class on top.
    order = sorted(range(len(colors)), key=lambda row: colors[row] != OTHER)
    at = sheet.on_stage(track.at(epoch))
    circles = "".join(
        f'<circle cx="{at[row, 0]:.1f}" cy="{at[row, 1]:.1f}" r="{sheet.radius:.1f}" fill="{colors[row]}"/>'
        for row in order
    )
    return f'<g fill-opacity="0.85">{circles}</g>\n'


def _name(name: Name) -> str:
    halo = f'stroke="{layout.BACKGROUND}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{name.x:.1f}" y="{name.y:.1f}" {halo}>{_text(name.text)}</text>'


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("�", text))
