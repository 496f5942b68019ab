"""Sums of Euclidean distances to classes: no closed form, so pair by pair, tile by tile.

Rows are sorted by class and cut into tiles: a large class into pieces, small classes gathered into groups. One matrix
product gives the squared distances of a pair of tiles, and the tile's roots are added up along both sides, so each pair
of rows is computed once. Where bounds leave only few classes that may be the nearest of a row, only they and its own
class are summed. Coordinates are taken about the mean, and about the mean of the class for pairs within one
class, so that |x|² + |y|² − 2 x·y keeps its digits far from the origin and inside tight classes.
"""

from __future__ import annotations

from itertools import pairwise
from math import isqrt
from typing import NamedTuple

import numpy
import torch
from torch import Tensor

from softsil._class_sums import class_sums
from softsil.metrics._candidates import possibly_nearest
from softsil.metrics._inputs import centered, rows_per_block

# Larger tiles fall out of the cache, smaller ones pay more calls (measured at 10,000 × 64).
MAX_TILE = 1100
# Pairs inside a tile are halved down to this size, because a square on the diagonal holds every pair twice.
MIN_TILE = 256
# With fewer rows a class, statistics of classes take as long as the pairs that they save.
WORTHWHILE = 50
# A product writes rows that start at multiples of a cache line a tenth faster.
ALIGNED = 16


class Tile(NamedTuple):
    """Rows ``start:stop`` of the sorted data, and the classes they belong to with the number of rows of each."""

    start: int
    stop: int
    classes: list[int]
    lengths: list[int]

    @property
    def rows(self) -> slice:
        """The rows, as a slice."""
        return slice(self.start, self.stop)

    def halves(self) -> tuple[Tile, Tile]:
        """Half of the classes and the others, or half of the rows of the only class and the others."""
        middle = len(self.classes) // 2
        if middle:
            lengths, others = self.lengths[:middle], self.lengths[middle:]
            edge = self.start + sum(lengths)
            first, second = self.classes[:middle], self.classes[middle:]
        else:
            edge = (self.start + self.stop) // 2
            first = second = self.classes
            lengths, others = [edge - self.start], [self.stop - edge]
        return Tile(self.start, edge, first, lengths), Tile(edge, self.stop, second, others)


def euclidean_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of |x_i − x_j| over each class ``(C, N)``; float32 unless the rows are float64.

    Infinity for classes that cannot be the nearest of a row, if leaving them out saves time.
    """
    order = torch.argsort(index, stable=True)
    index = index[order]
    placed = centered(rows).index_select(0, order)
    scale = torch.stack(placed.aminmax()).abs().max().clamp_(min=torch.finfo(placed.dtype).tiny)
    placed /= scale  # squares stay inside the range of the type
    wanted = _wanted(placed, index, count, max_megabytes)
    means = class_sums(placed, index, count.numel()).div_(count[:, None])
    totals = placed.new_zeros(count.numel(), rows.shape[0])
    size = _tile_size(max_megabytes, totals.element_size())
    buffer = placed.new_zeros(min(size, rows.shape[0]) * (min(size, rows.shape[0]) + ALIGNED))
    everywhere, within = _Sides(placed, buffer), _Sides(placed - means.index_select(0, index), buffer)
    tiles = cut_tiles(count.tolist(), size, group=wanted is None)
    for tile in tiles:
        _add_inner(totals, everywhere, within, tile)
    for position, tile in enumerate(tiles):
        for other in tiles[position + 1 :]:
            same = tile.classes == other.classes
            if same or wanted is None:
                _add_pair(totals, within if same else everywhere, tile, other)
    if wanted is not None:
        _add_wanted(totals, everywhere, tiles, wanted, size)
        totals.masked_fill_(wanted.scatter_(0, index[None], True).logical_not_(), torch.inf)
    return torch.empty_like(totals).index_copy_(1, order, totals.mul_(scale))


def cut_tiles(count: list[int], size: int, group: bool = True) -> list[Tile]:
    """Tiles of at most ``size`` rows: pieces of one class, or (``group``) several whole classes."""
    tiles: list[Tile] = []
    start = 0
    for position, number in enumerate(count):
        last = tiles[-1] if tiles and group else None
        if (
            last
            and len(last.lengths)
            and last.stop - last.start + number <= size
            and last.lengths[0] == count[last.classes[0]]
        ):
            tiles[-1] = Tile(last.start, last.stop + number, [*last.classes, position], [*last.lengths, number])
        else:
            pieces = -(-number // size)
            edges = [start + number * piece // pieces for piece in range(pieces + 1)]
            tiles += [Tile(low, high, [position], [high - low]) for low, high in pairwise(edges)]
        start += number
    return tiles


def _wanted(placed: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor | None:
    """Rows ``(C, N)`` whose distances to a class are wanted; None if it is less work to take every pair once."""
    if count.numel() == 2 or index.numel() < WORTHWHILE * count.numel():
        return None
    wanted = possibly_nearest(placed, index, count, max_megabytes)
    every = (index.numel() ** 2 - int((count * count).sum())) / 2
    return wanted if int((wanted.sum(1) * count).sum()) < every else None


class _Sides:
    """The two factors whose product is the squared distances: [−2x, |x|², 1] and [x, 1, |x|²].

    Distances are written to one buffer that the next call overwrites: fresh memory for every tile costs page faults.
    """

    def __init__(self, rows: Tensor, buffer: Tensor) -> None:
        number, size = rows.shape
        squares = torch.linalg.vector_norm(rows, dim=1).square_()
        self.left, self.right = rows.new_empty(2, number, size + 2)
        torch.mul(rows, -2, out=self.left[:, :size])
        self.left[:, size] = self.right[:, size + 1] = squares
        self.left[:, size + 1] = self.right[:, size] = 1
        self.right[:, :size] = rows
        self._buffer = buffer

    def distances(self, first: slice | Tensor, second: slice) -> Tensor:
        """Distances of some rows from a run of rows."""
        left = self.left[first] if isinstance(first, slice) else self.left.index_select(0, first)
        right = self.right[second]
        stride = -(-right.shape[0] // ALIGNED) * ALIGNED
        padded = self._buffer[: left.shape[0] * stride].view(left.shape[0], stride)
        distances = padded[:, : right.shape[0]]
        torch.mm(left, right.T, out=distances)
        _take_roots(padded.clamp_(min=0))
        return distances


def _take_roots(squares: Tensor) -> None:
    """Square roots in place; on processors by numpy, whose loop takes three quarters of the time of torch's."""
    if squares.device.type == "cpu":
        numpy.sqrt(squares.numpy(), out=squares.numpy())
    else:
        squares.sqrt_()


def _tile_size(max_megabytes: float, item: int) -> int:
    return max(16, min(MAX_TILE, isqrt(rows_per_block(item, max_megabytes)) - ALIGNED // 2))


def _add_inner(totals: Tensor, everywhere: _Sides, within: _Sides, tile: Tile) -> None:
    """Pairs inside one tile."""
    several = len(tile.classes) > 1
    if tile.stop - tile.start > MIN_TILE:
        first, second = tile.halves()
        _add_inner(totals, everywhere, within, first)
        _add_inner(totals, everywhere, within, second)
        _add_pair(totals, everywhere if several else within, first, second)
        return
    if several:
        _add_rows(totals, everywhere.distances(tile.rows, tile.rows), tile, tile)
    start = tile.start
    for position, length in zip(tile.classes, tile.lengths, strict=True):
        rows = slice(start, start + length)
        inner = within.distances(rows, rows).fill_diagonal_(0).sum(1)
        # Where classes share a tile they are whole, and the sums just added for pairs within them are less exact.
        totals[position, rows] = inner if several else totals[position, rows] + inner
        start += length


def _add_pair(totals: Tensor, sides: _Sides, tile: Tile, other: Tile) -> None:
    """Pairs between two tiles, for both of them."""
    distances = sides.distances(tile.rows, other.rows)
    _add_rows(totals, distances, tile, other)
    _add_rows(totals, distances.T, other, tile)


def _add_wanted(totals: Tensor, sides: _Sides, tiles: list[Tile], wanted: Tensor, size: int) -> None:
    """Pairs of the members of every class with the rows that want it."""
    for tile in tiles:
        (position,) = tile.classes
        for rows in torch.split(wanted[position].nonzero().squeeze(1), size):
            totals[position, rows] += sides.distances(rows, tile.rows).sum(1)


def _add_rows(totals: Tensor, distances: Tensor, tile: Tile, columns: Tile) -> None:
    for position, part in zip(columns.classes, torch.split(distances, columns.lengths, dim=1), strict=True):
        totals[position, tile.rows] += part.sum(1)
