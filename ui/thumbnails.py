"""Pictures of watched samples for tables and grids: small PNGs inside the page, no request more for any of them."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsil.runs.samples import Samples

LARGEST = 64


@dataclass(frozen=True)
class Tile:
    """One picture with words below it.

    Attributes:
        picture: as :func:`picture_of` gives it; None draws an empty square.
        words: lines below the picture.
        hint: shown when the pointer rests on it.
        marked: a border that stands out: something is wrong with this one.
    """

    picture: str | None
    words: Sequence[str]
    hint: str = ""
    marked: bool = False


def picture_of(samples: Samples, row: int) -> str | None:
    """The thumbnail of one sample as a data address, at most 64 pixels wide and high; None where there is none."""
    if samples.thumbnails is None:
        return None
    return data_address(samples.thumbnails[row])


def data_address(pixels: NDArray[np.uint8]) -> str:
    """A uint8 picture ``[h, w]`` or ``[h, w, 3]`` as a PNG in a data address."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    if max(picture.size) > LARGEST:
        picture.thumbnail((LARGEST, LARGEST))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def grid(tiles: Sequence[Tile], *, size: int = 56) -> str:
    """The tiles side by side as HTML, everything in them escaped.

    Args:
        tiles: what to show, in reading order.
        size: width and height of a picture in pixels.
    """
    cells = "".join(_cell(tile, size) for tile in tiles)
    return f'<div role="list" style="display:flex;flex-wrap:wrap;gap:10px 8px">{cells}</div>'


def _cell(tile: Tile, size: int) -> str:
    border = "2px solid #e76300" if tile.marked else "1px solid rgba(128,128,128,.35)"
    box = f"width:{size}px;height:{size}px;border:{border};border-radius:4px;box-sizing:border-box;margin:0 auto"
    words = "".join(f"<div>{html.escape(line)}</div>" for line in tile.words)
    hint = html.escape(tile.hint, quote=True)
    picture = (
        f'<img src="{tile.picture}" alt="{hint}" style="{box};display:block;object-fit:contain;'
        'image-rendering:pixelated;background:#fff"/>'
        if tile.picture
        else f'<div style="{box}"></div>'
    )
    return (
        f'<div role="listitem" title="{hint}" style="min-width:{size + 14}px;text-align:center;font-size:.74rem;'
        f'line-height:1.25">{picture}{words}</div>'
    )
