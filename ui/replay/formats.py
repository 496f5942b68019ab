"""The kinds of files a training can be taken along as; the page and the command line offer the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ui.replay.export import Export
from ui.replay.gif import map_gif
from ui.replay.look import Look
from ui.replay.page import replay_html
from ui.replay.sheet import figure_sheet
from ui.replay.svg import map_svg


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Attributes:
        suffix: how its name ends.
        title: what a button says.
        summary: one sentence.
        media_type: its type for a browser.
        make: builds it from run ids, the runs folder and how the maps are shown.
        of_one_epoch: whether it shows a single epoch.
        on_page: whether the page offers it; the live map itself saves what is on the screen as PNG and SVG.
    """

    suffix: str
    title: str
    summary: str
    media_type: str
    make: Callable[[Sequence[str], Path | None, Look], Export]
    of_one_epoch: bool = False
    on_page: bool = True


def _sheet(suffix: str, run_ids: Sequence[str], root: Path | None, look: Look) -> Export:
    return figure_sheet(run_ids, root, look, suffix)


FORMATS = {
    one.suffix: one
    for one in (
        Format(
            ".html",
            "HTML replay",
            "The live map itself with all epochs, in one file that plays in any browser, offline.",
            "text/html",
            replay_html,
        ),
        Format(
            ".gif",
            "Animated GIF",
            "The maps over all epochs, colored by class, as an animation of at most 8 MB.",
            "image/gif",
            lambda run_ids, root, look: map_gif(run_ids, root, look.projection),
        ),
        Format(
            ".svg",
            "SVG figure",
            "The whole maps at one epoch, as a vector drawing for papers and slides.",
            "image/svg+xml",
            map_svg,
            of_one_epoch=True,
            on_page=False,
        ),
        *(
            Format(
                suffix,
                f"{suffix[1:].upper()} figure sheet",
                "Maps as chosen above, class silhouettes and curves at the epoch shown, on one page for a paper.",
                media_type,
                partial(_sheet, suffix),
                of_one_epoch=True,
            )
            for suffix, media_type in ((".pdf", "application/pdf"), (".png", "image/png"))
        ),
    )
}
