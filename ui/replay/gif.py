"""The training as an animated GIF: one picture an epoch and some between two, all in the same frame."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from ui.replay import layout
from ui.replay.export import Export
from ui.replay.layout import Box, Sheet, lay_out
from ui.replay.palette import OTHER, PALETTE
from ui.replay.reel import Points, Reel, Track, read_reel

MAX_BYTES = 8_000_000
MAX_WIDTH = 1280
MAX_PICTURES = 200
FEWEST_PICTURES = 60
# Points drawn in all pictures together: seconds, not minutes.
MAX_POINTS = 3_000_000
BETWEEN = 2
STEP_MS = 70
FIRST_MS = 700
LAST_MS = 2000
SMALLEST_WIDTH = 320
# Points are stamped twice as large and averaged down: smooth edges.
FINE = 2


@dataclass(frozen=True)
class _Moment:
    """A picture between two epochs: the share ``t`` of the way from one to the other."""

    start: int
    end: int
    t: float


def map_gif(
    run_ids: Sequence[str],
    root: Path | None = None,
    projection: str | None = None,
    *,
    width: int = MAX_WIDTH,
    limit: int = MAX_BYTES,
) -> Export:
    """The maps of one to six runs over their epochs, colored by class.

    Args:
        run_ids: the runs, in order.
        root: the runs folder.
        projection: method, or key of a projection; None for the usual one.
        width: pixels, at most 1280.
        limit: largest size in bytes; where it would be exceeded, the pictures get smaller, down to 320 pixels.

    Raises:
        ReplayError, RunNotFoundError: as :func:`ui.replay.reel.read_reel`.
    """
    reel = read_reel(run_ids, root, projection)
    epochs, between = _plan(reel.epochs, sum(len(track.labels) for track in reel.tracks))
    notes = () if len(epochs) == len(reel.epochs) else (f"{len(epochs)} of {len(reel.epochs)} epochs, evenly chosen.",)
    moments = _moments(epochs, between)
    width = min(width, MAX_WIDTH)
    width = _narrower(width, limit / _expected_bytes(reel, lay_out(reel, width), moments))
    while True:
        gif = _encoded(reel, lay_out(reel, width), moments)
        if len(gif) <= limit or width <= SMALLEST_WIDTH:
            return Export(gif, (*reel.notes, *notes))
        width = _narrower(width, 0.95 * limit / len(gif))


def _narrower(width: int, share: float) -> int:
    """The width of a file of ``share`` its size: points and words shrink too, so a size falls about as its width."""
    return width if share >= 1 else max(SMALLEST_WIDTH, int(width * share))


def _expected_bytes(reel: Reel, sheet: Sheet, moments: Sequence[_Moment]) -> float:
    """Size of the whole file, told from three short pieces: most of a picture is what changed since the last one."""
    starts = {int(at) for at in np.linspace(0, max(0, len(moments) - 3), 3)}
    pieces = [moments[start : start + 3] for start in starts]
    first = [len(_encoded(reel, sheet, piece[:1])) for piece in pieces]
    changes = [len(_encoded(reel, sheet, piece)) - one for piece, one in zip(pieces, first, strict=True)]
    return first[0] + len(moments) * sum(changes) / max(1, sum(len(piece) - 1 for piece in pieces))


def _plan(epochs: Sequence[int], points: int) -> tuple[list[int], int]:
    """Which epochs are shown, and how many pictures come between two; the fewer, the more points are to be drawn."""
    most = max(FEWEST_PICTURES, min(MAX_PICTURES, MAX_POINTS // points))
    if len(epochs) <= most:
        return list(epochs), min(BETWEEN, max(0, most // len(epochs) - 1))
    chosen = np.linspace(0, len(epochs) - 1, most).round().astype(int)
    return [epochs[index] for index in chosen], 0


def _moments(epochs: Sequence[int], between: int) -> list[_Moment]:
    steps = [step / (between + 1) for step in range(between + 1)]
    pairs = itertools.pairwise(epochs)
    # Slow at both ends of a step: an epoch is read before it moves on.
    inner = [_Moment(start, end, t * t * (3 - 2 * t)) for start, end in pairs for t in steps]
    return [*inner, _Moment(epochs[-1], epochs[-1], 0.0)]


def _encoded(reel: Reel, sheet: Sheet, moments: Sequence[_Moment]) -> bytes:
    pictures = _pictures(reel, sheet, moments)
    times = [STEP_MS] * len(moments)
    times[0], times[-1] = FIRST_MS, LAST_MS
    file = io.BytesIO()
    first = next(pictures)
    first.save(file, "GIF", save_all=True, append_images=pictures, duration=times, loop=0, optimize=False)
    return file.getvalue()


def _pictures(reel: Reel, sheet: Sheet, moments: Sequence[_Moment]) -> Iterator[Image.Image]:
    frame, palette = _frame(reel, sheet), _palette(len(reel.colored))
    for moment in moments:
        picture = frame.copy()
        pen = ImageDraw.Draw(picture)
        for track, stage in zip(reel.tracks, sheet.stages, strict=True):
            points = _between(track, moment)
            x, y = round(stage.x) + 1, round(stage.y) + 1
            picture.paste(_points(reel, track, sheet, points), (x, y))
            _names(pen, reel, track, sheet, stage, points)
            words = f"{reel.method}, epoch {track.shown(moment.start if moment.t < 0.5 else moment.end)}"
            at = (stage.x + stage.width - 2, stage.y - layout.HEADER / 2)
            pen.text(at, words, layout.TEXT, layout.font(layout.TEXT_SIZE), anchor="rm")
        yield picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _between(track: Track, moment: _Moment) -> Points:
    start, end = track.at(moment.start), track.at(moment.end)
    return start + (end - start) * np.float32(moment.t)


def _frame(reel: Reel, sheet: Sheet) -> Image.Image:
    """What stays: titles, borders, legend."""
    picture = Image.new("RGB", (sheet.width, sheet.height), layout.BACKGROUND)
    pen = ImageDraw.Draw(picture)
    for track, stage in zip(reel.tracks, sheet.stages, strict=True):
        pen.rectangle((round(stage.x), round(stage.y), *_corner(stage)), outline=layout.LINE)
        room = int(stage.width / 9) - 16
        title = layout.shorten(track.title, max(6, room))
        pen.text((stage.x + 2, stage.y - layout.HEADER / 2), title, layout.TEXT, layout.font(layout.TEXT_SIZE), "lm")
    for entry in sheet.legend:
        pen.ellipse((entry.x - 5, entry.y - 5, entry.x + 5, entry.y + 5), fill=entry.color)
        pen.text((entry.x + 10, entry.y), entry.text, layout.TEXT, layout.font(layout.NAME_SIZE), "lm")
    return picture


def _corner(stage: Box) -> tuple[int, int]:
    return round(stage.x + stage.width), round(stage.y + stage.height)


def _points(reel: Reel, track: Track, sheet: Sheet, points: Points) -> Image.Image:
    """The points of one stage, inside its border."""
    stage = sheet.stages[0]
    x_offsets, y_offsets = _stamp(FINE * sheet.radius)
    # A rim as wide as a point, cut off in the end, saves asking which pixels are inside.
    rim, width, height = int(x_offsets.max()), FINE * (int(stage.width) - 2), FINE * (int(stage.height) - 2)
    canvas = np.zeros((height + 2 * rim, width + 2 * rim), dtype=np.uint8)
    index = _color_indices(reel, track)
    order = np.argsort(index != 1, kind="stable")  # gray points first, so that they cover no colored one
    center = np.rint(FINE * (sheet.on_stage(points) - 1)).astype(np.intp)[order]
    inside = ((center >= 0) & (center < [width, height])).all(axis=1)
    row = canvas.shape[1]
    at = (center[inside] + rim) @ [1, row]
    canvas.ravel()[at[:, None] + (x_offsets + row * y_offsets)] = index[order][inside, None]
    fine = Image.fromarray(canvas[rim : rim + height, rim : rim + width])
    inks = (layout.BACKGROUND, OTHER, *PALETTE)
    fine.putpalette([part for ink in inks for part in ImageColor.getrgb(ink)])
    return fine.convert("RGB").reduce(FINE)


def _color_indices(reel: Reel, track: Track) -> NDArray[np.uint8]:
    """Place of each point's color among background, gray and the palette, uint8 ``[n]``."""
    of_class = np.ones(len(reel.class_names), dtype=np.uint8)
    of_class[list(reel.colored)] = 2 + np.arange(len(reel.colored))
    return of_class[track.labels]


def _stamp(radius: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Offsets x and y of the pixels of a disc, each ``[k]``."""
    reach = np.arange(-int(radius), int(radius) + 1)
    x, y = np.meshgrid(reach, reach)
    inside = x**2 + y**2 <= radius**2
    return x[inside], y[inside]


def _names(pen: ImageDraw.ImageDraw, reel: Reel, track: Track, sheet: Sheet, stage: Box, points: Points) -> None:
    for name in layout.class_names(reel, track, sheet, points):
        pen.text(
            (stage.x + name.x, stage.y + name.y),
            name.text,
            layout.TEXT,
            layout.font(layout.NAME_SIZE),
            anchor="mm",
            stroke_width=2,
            stroke_fill=layout.BACKGROUND,
        )


def _palette(classes: int) -> Image.Image:
    """The colors that occur, with their steps towards the background: few, so that the file stays small."""
    white = np.array(ImageColor.getrgb(layout.BACKGROUND), dtype=np.float64)
    names = (*PALETTE[: max(classes, 10)], OTHER, layout.LINE, layout.TEXT)
    inks = [np.array(ImageColor.getrgb(name)) for name in names]
    count = min(4, 255 // len(inks))
    steps = [white + (ink - white) * step / count for ink in inks for step in range(1, count + 1)]
    colors = np.rint([white, *steps]).astype(int).ravel().tolist()
    palette = Image.new("P", (1, 1))
    palette.putpalette(colors + colors[:3] * (256 - len(colors) // 3))
    return palette
