"""Sums of Euclidean distances to classes: no closed form, so every pair once, tile by tile.

Rows are sorted by class and cut into tiles: a large class into pieces, small classes gathered into groups. One matrix
product gives the squared distances of a pair of tiles, and the tile's roots are added up along both sides, so each pair
of rows is computed once. Coordinates are taken about the mean, and about the mean of the class for pairs within one
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
from softsil.metrics._inputs import centered, rows_per_block

# Larger tiles fall out of the cache, smaller ones pay more calls (measured at 10,000 × 64).
MAX_TILE = 1100
# Pairs inside a tile are halved down to this size, because a square on the diagonal holds every pair twice.
MIN_TILE = 256
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
    """Sum of |x_i − x_j| over each class ``(C, N)``; float32 unless the rows are float64."""
    order = torch.argsort(index, stable=True)
    index = index[order]
    placed = centered(rows)[order]
    scale = torch.linalg.vector_norm(placed, torch.inf).clamp_(min=torch.finfo(placed.dtype).tiny)
    placed /= scale  # squares stay inside the range of the type
    means = class_sums(placed, index, count.numel()).div_(count[:, None])
    everywhere, within = _Sides(placed), _Sides(placed - means[index])
    totals = placed.new_zeros(count.numel(), rows.shape[0])
    size = _tile_size(max_megabytes, totals.element_size())
    tiles = cut_tiles(count.tolist(), size)
    for tile in tiles:
        _add_inner(totals, everywhere, within, tile)
    for position, tile in enumerate(tiles):
        for other in tiles[position + 1 :]:
            _add_pair(totals, within if tile.classes == other.classes else everywhere, tile, other)
    return torch.empty_like(totals).index_copy_(1, order, totals.mul_(scale))


def cut_tiles(count: list[int], size: int) -> list[Tile]:
    """Tiles of at most ``size`` rows: pieces of one class, or several whole classes."""
    tiles: list[Tile] = []
    start = 0
    for position, number in enumerate(count):
        last = tiles[-1] if tiles else None
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


class _Sides:
    """The two factors whose product is the squared distances: [−2x, |x|², 1] and [x, 1, |x|²].

    Distances are written to one buffer that the next call overwrites: fresh memory for every tile costs page faults.
    """

    def __init__(self, rows: Tensor) -> None:
        number, size = rows.shape
        squares = torch.linalg.vector_norm(rows, dim=1).square_()
        self.left = rows.new_empty(number, size + 2)
        torch.mul(rows, -2, out=self.left[:, :size])
        self.left[:, size] = squares
        self.left[:, size + 1] = 1
        self.right = rows.new_empty(size + 2, number)
        self.right[:size] = rows.T
        self.right[size] = 1
        self.right[size + 1] = squares
        self._buffer = rows.new_empty(0)

    def distances(self, first: slice, second: slice) -> Tensor:
        """Distances of two runs of rows."""
        height, width = first.stop - first.start, second.stop - second.start
        stride = -(-width // ALIGNED) * ALIGNED
        if self._buffer.numel() < height * stride:
            self._buffer = self.left.new_zeros(height * stride)
        padded = self._buffer[: height * stride].view(height, stride)
        torch.mm(self.left[first], self.right[:, second], out=padded[:, :width])
        return _take_roots(padded.clamp_(min=0))[:, :width]


def _take_roots(squares: Tensor) -> Tensor:
    """Square roots in place; on processors by numpy, whose loop takes three quarters of the time of torch's."""
    if squares.device.type != "cpu":
        return squares.sqrt_()
    numpy.sqrt(squares.numpy(), out=squares.numpy())
    return squares


def _tile_size(max_megabytes: float, item: int) -> int:
    return max(16, min(MAX_TILE, isqrt(rows_per_block(item, max_megabytes))))


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


def _add_rows(totals: Tensor, distances: Tensor, tile: Tile, columns: Tile) -> None:
    for position, part in zip(columns.classes, torch.split(distances, columns.lengths, dim=1), strict=True):
        totals[position, tile.rows] += part.sum(1)
