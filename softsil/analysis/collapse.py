"""Whether an embedding has collapsed to one place or one line: a map, drawn to fill its frame, would not show it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Root mean square angle to the common direction. A network that was never trained has more: 13° on the digits.
POINT_DEGREES = 4.0
LINE_SHARE = 0.98
# Evenly spaced rows suffice: a collapse is seen in any of them.
_MOST_ROWS = 512


class Collapse(NamedTuple):
    """What is left of the space.

    Attributes:
        kind: ``"point"``: all samples have nearly one direction; ``"line"``: they differ along one line only.
        amount: of a point, degrees between samples and their common direction; of a line, its share of the variance.
    """

    kind: Literal["point", "line"]
    amount: float


def find_collapse(embeddings: NDArray[np.floating], classes: int) -> Collapse | None:
    """Whether directions in the embedding space, which cosine silhouettes and maps compare, have collapsed.

    Args:
        embeddings: ``[n, d]``, any float type.
        classes: how many classes there are; two need no more than a line.

    Returns:
        None where they have not, with fewer than three samples, or where some are not finite.
    """
    rows = embeddings[:: -(-len(embeddings) // _MOST_ROWS) or 1].astype(np.float64)
    if len(rows) < 3 or not np.isfinite(rows).all():
        return None
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(lengths > 0, lengths, 1.0)
    unit -= unit.mean(axis=0)
    total = float(np.square(unit).sum())
    degrees = float(np.degrees(np.arcsin(min(1.0, np.sqrt(total / len(rows))))))
    if degrees < POINT_DEGREES:
        return Collapse("point", round(degrees, 2))
    small = unit @ unit.T if unit.shape[0] < unit.shape[1] else unit.T @ unit
    share = float(np.linalg.eigvalsh(small)[-1]) / total
    return Collapse("line", round(share, 4)) if classes > 2 and unit.shape[1] > 2 and share > LINE_SHARE else None
