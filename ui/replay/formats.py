"""The kinds of files a training can be taken along as; the page and the command line offer the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ui.replay.export import Export
from ui.replay.gif import map_gif
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
        make: builds it from run ids, the runs folder and an epoch (None: the newest).
        of_one_epoch: whether it shows a single epoch.
    """

    suffix: str
    title: str
    summary: str
    media_type: str
    make: Callable[[Sequence[str], Path | None, int | None], Export]
    of_one_epoch: bool = False


def _sheet(suffix: str, run_ids: Sequence[str], root: Path | None, epoch: int | None) -> Export:
    return figure_sheet(run_ids, root, epoch, suffix)


FORMATS = {
    one.suffix: one
    for one in (
        Format(
            ".html",
            "HTML replay",
            "The live map itself with all epochs, in one file that plays in any browser, offline.",
            "text/html",
            lambda run_ids, root, epoch: replay_html(run_ids, root),
        ),
        Format(
            ".gif",
            "Animated GIF",
            "The maps over all epochs as an animation, at most 8 MB.",
            "image/gif",
            lambda run_ids, root, epoch: map_gif(run_ids, root),
        ),
        Format(
            ".svg",
            "SVG figure",
            "The maps at the epoch shown, as a vector drawing for papers and slides.",
            "image/svg+xml",
            lambda run_ids, root, epoch: map_svg(run_ids, root, epoch=epoch),
            of_one_epoch=True,
        ),
        *(
            Format(
                suffix,
                f"{suffix[1:].upper()} figure sheet",
                "Maps, class silhouettes and curves at the epoch shown, on one page for a paper.",
                media_type,
                partial(_sheet, suffix),
                of_one_epoch=True,
            )
            for suffix, media_type in ((".pdf", "application/pdf"), (".png", "image/png"))
        ),
    )
}
