"""The embeddings that were read lately: the next frame, another method and the next run need them again."""

from __future__ import annotations

from collections import OrderedDict

from softsil.errors import UnreadableFileError
from softsil.projection.points import Metric, Points
from softsil.runs.reader import RunReader


class Snapshots:
    """A few :class:`~softsil.projection.points.Points` in memory, with the neighbors they have found.

    Args:
        capacity: how many to keep; 10,000 points of 64 numbers take about 4 MB each.
    """

    def __init__(self, capacity: int = 8) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, int, str, int], Points] = OrderedDict()

    def points(self, reader: RunReader, epoch: int, metric: Metric) -> Points:
        """The embeddings of ``epoch``; read again when their file has changed.

        Raises:
            UnreadableFileError: missing, torn, or not a finite matrix.
        """
        try:
            stamp = reader.paths.embeddings(epoch).stat().st_mtime_ns
        except OSError as error:
            raise UnreadableFileError(f"{reader.run_id} has no embeddings of epoch {epoch}") from error
        key = (reader.run_id, epoch, metric, stamp)
        if key not in self._kept:
            embeddings = reader.embeddings(epoch)
            if len(embeddings) == 0:
                raise UnreadableFileError(f"{reader.run_id}/embeddings/epoch_{epoch:05d}.npy holds no points")
            self._kept[key] = Points(embeddings, metric)
        self._kept.move_to_end(key)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return self._kept[key]
