"""How losses, numbers and p values are written in a report."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trainers.bench.statistics import Interval

TITLES = {
    "ce": "CE",
    "ce+sil": "CE+Sil",
    "sil": "Sil",
    "supcon": "SupCon",
    "supcon2": "SupCon2",
    "ce+supcon": "CE+SupCon",
    "ce+sil+supcon": "CE+Sil+SupCon",
    "ce+supcon2": "CE+SupCon2",
    "ce+sil+supcon2": "CE+Sil+SupCon2",
    "proxynca": "Proxy-NCA",
    "ce+center": "Center (with CE)",
}
# Paul Tol's "muted" scheme: told apart by color-blind eyes on white and on dark.
COLORS = ("#8c8c8c", "#ee8866", "#44bb99", "#228877", "#77aadd", "#cc4477", "#aaaa00", "#9966aa")
_BASELINE_COLOR = COLORS[0]
NOTHING = "–"


def title(loss: str) -> str:
    """How a loss is called."""
    return TITLES.get(loss, loss)


def color(loss: str, losses: Sequence[str]) -> str:
    """The color of a loss, the same in every figure of a report."""
    others = [name for name in losses if name != "ce"]
    return _BASELINE_COLOR if loss == "ce" else COLORS[1 + others.index(loss) % (len(COLORS) - 1)]


def number(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """A value, or a dash where there is none."""
    return f"{value:{'+' if sign else ''}.{digits}f}" if math.isfinite(value) else NOTHING


def spread(found: Interval, digits: int = 2, *, sign: bool = False) -> str:
    """A mean and its 95 % interval: ``96.31 ± 0.42``."""
    if not math.isfinite(found.mean):
        return NOTHING
    mean = f"{found.mean:{'+' if sign else ''}.{digits}f}"
    return f"{mean} ± {found.half:.{digits}f}" if math.isfinite(found.half) else mean


def p_value(value: float) -> str:
    """A p value with two digits."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if math.isfinite(value) else NOTHING


def percent_more(ratio: float) -> str:
    """``1.25`` → ``25 % more``, ``0.9`` → ``10 % less``."""
    change = round(100 * (ratio - 1))
    return f"{abs(change)} % {'more' if change >= 0 else 'less'}"
