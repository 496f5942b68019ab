"""Which of two sides is better, and how sure that is: numbers and the sentences that say them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from softsil.analysis.uncertainty import bootstrap_mean
from trainers.bench.statistics import interval, interval_of_difference
from ui.comparison import Side, same_samples, shared_seeds, unfair_settings


@dataclass(frozen=True)
class Difference:
    """How much larger a value is on the second side.

    Attributes:
        mean: mean difference, second − first.
        low: lower end of the 95 % interval; NaN where it is unknown.
        high: upper end.
        over: what the interval is over, in words, e.g. ``"3 seeds"``; empty where it is unknown.
    """

    mean: float
    low: float = math.nan
    high: float = math.nan
    over: str = ""

    def turned(self, around: bool) -> Difference:
        """The same seen from the other side, if ``around``."""
        return Difference(-self.mean, -self.high, -self.low, self.over) if around else self

    @property
    def sure(self) -> bool:
        """Whether the interval is known and 0 lies outside it."""
        return self.low > 0 or self.high < 0


def seed_difference(first: Side, second: Side, split: str, name: str, epoch: int | None) -> Difference | None:
    """Difference of one recorded value, with an interval over seeds; None where one side has no value.

    Runs of the same seed start from the same weights and see the same batches, so they are compared in pairs. Without
    two pairs the two sides are compared as groups (Welch).
    """
    one, two = first.values(split, name, epoch), second.values(split, name, epoch)
    pairs = shared_seeds(first, second)
    gaps = np.array([two[right] - one[left] for left, right in pairs])
    gaps = gaps[np.isfinite(gaps)]
    if len(gaps) >= 2:
        found, over = interval(gaps), f"{len(gaps)} seeds, compared in pairs"
    else:
        found = interval_of_difference(two, one)
        over = f"{np.isfinite(one).sum()} and {np.isfinite(two).sum()} seeds"
    if math.isnan(found.mean):
        return None
    known = math.isfinite(found.half)
    return Difference(found.mean, found.low, found.high, over if known else "")


def sample_difference(first: Side, second: Side, epoch: int | None) -> Difference | None:
    """Difference of the silhouettes of two single runs, with a bootstrap interval over the samples that both watch."""
    one, two = first.views(epoch), second.views(epoch)
    if len(one) != 1 or len(two) != 1:
        return None
    left, right = same_samples(one[0], two[0])
    gaps = two[0].silhouettes[right] - one[0].silhouettes[left]
    gaps = gaps[np.isfinite(gaps)]
    if len(gaps) < 2:
        return None
    return Difference(float(gaps.mean()), *bootstrap_mean(gaps), over=f"{len(gaps):,} samples")


def silhouette_sentence(first: Side, second: Side, epoch: int | None) -> str:
    """Who separates the classes better."""
    found = seed_difference(first, second, "watched", "silhouette", epoch)
    if found is None:
        return "No silhouettes to compare yet."
    better, worse = (second, first) if found.mean >= 0 else (first, second)
    gap = f"mean silhouette {signed(found.mean, 3)}"
    if found.sure:
        said = f"{better.label} separates the classes better than {worse.label}"
        interval_words = _interval(found.turned(better is first))
        return f"{said}: mean silhouette {signed(abs(found.mean), 3)} ({interval_words})."
    if found.over:
        return f"No certain difference between {first.label} and {second.label}: {gap} ({_interval(found)})."
    unknown = "What another seed would change is unknown: train more seeds."
    sampled = sample_difference(first, second, epoch)
    if sampled is not None and not sampled.sure:
        return (
            f"No certain difference between {first.label} and {second.label}: {gap} ({_interval(sampled)}). {unknown}"
        )
    known = f" ({_interval(sampled.turned(better is first))})" if sampled else ""
    said = f"In these runs {better.label} separates the classes better than {worse.label}"
    return f"{said}: mean silhouette {signed(abs(found.mean), 3)}{known}. {unknown}"


def accuracy_sentence(first: Side, second: Side, epoch: int | None) -> str:
    """How the accuracies differ: on the test split where it was measured and the newest epoch is shown."""
    test = seed_difference(first, second, "test", "accuracy", None) if epoch is None else None
    found = test or seed_difference(first, second, "validation", "accuracy", epoch)
    if found is None:
        return ""
    if found.low == found.high == 0:
        return f"{'Test' if test else 'Validation'} accuracy is the same in every pair."
    percent = Difference(100 * found.mean, 100 * found.low, 100 * found.high, found.over)
    said = f"{'Test' if test else 'Validation'} accuracy of {second.label}: {signed(percent.mean, 1)} points"
    if not found.over:
        return f"{said} (seed spread unknown)."
    return f"{said} ({_interval(percent, 1)}{'' if found.sure else '; it includes 0: not certain'})."


def fairness_sentence(first: Side, second: Side, epoch: int | None) -> str:
    """What else differs than the loss, and how far the two have come where the newest epoch is shown."""
    return " ".join(filter(None, [_other_settings(first, second), _progress(first, second) if epoch is None else ""]))


def _progress(first: Side, second: Side) -> str:
    one, two = (min(run.status.epoch for run in side.runs) for side in (first, second))
    return "" if one == two else f"{first.label} is at epoch {one}, {second.label} at epoch {two}."


def _other_settings(first: Side, second: Side) -> str:
    names = unfair_settings(first, second)
    if not names:
        return "Everything but the loss is the same." if first.settings else ""
    shown = ", ".join(name.replace("_", " ") for name in names[:4]) + (" and more" if len(names) > 4 else "")
    return f"Careful: not only the loss differs, but also {shown}. The difference may come from there."


def signed(value: float, digits: int) -> str:
    """A number with its sign, a true minus, and no sign on a zero."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def _interval(found: Difference, digits: int = 3) -> str:
    return f"95 % interval {signed(found.low, digits)} to {signed(found.high, digits)} over {found.over}"
