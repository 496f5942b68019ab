"""The paper's numbers beside ours, and what the numbers say about its three claims."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trainers.bench.plan import BASELINE
from trainers.bench.report.accuracy import differences, gain, seed_means
from trainers.bench.report.cost import log_ratios, ratios
from trainers.bench.report.document import Outcome, Section, Table, Verdict
from trainers.bench.report.words import number, p_value, percent_more, spread, title
from trainers.bench.results import Results, judge
from trainers.bench.statistics import interval

# Todescato & Carbonera 2026, arXiv 2604.08573: mean top-1 over seven image sets, percent. The value of CE+Sil is not
# stated; it is said to gain about 0.4 points over cross-entropy.
PAPER = {"ce": 36.71, "supcon2": 37.85, "ce+sil+supcon2": 39.08}
PAPER_GAINS = {"ce": 0.0, "ce+sil": 0.4, "supcon2": 1.14, "ce+sil+supcon2": 2.37}
SIGNIFICANT = 0.05
SIL, HYBRID, WITHOUT_SIL = "ce+sil", "ce+sil+supcon2", "ce+supcon2"
CONTRASTIVE = ("supcon", "supcon2", "ce+supcon2")
_CLAIMS = (
    "1. CE+Sil+SupCon2 has a higher mean top-1 than CE and than SupCon2.",
    "2. CE+Sil gains over CE.",
    "3. CE+Sil costs less than the contrastive losses.",
)


def verdicts(main: Results) -> list[Verdict]:
    """One sentence on each claim, from the numbers alone."""
    return [_hybrid_verdict(main), _sil_verdict(main), _cost_verdict(main)]


def outcome(gaps_and_p: Sequence[tuple[float, float]]) -> Outcome:
    """What comparisons say together: each a difference that should be above 0, and its p.

    Supported if all are above 0 and significant; contradicted if one is significantly below 0.
    """
    if any(gap < 0 and p < SIGNIFICANT for gap, p in gaps_and_p):
        return "contradicted"
    supported = all(gap > 0 and p < SIGNIFICANT for gap, p in gaps_and_p)
    return "supported" if gaps_and_p and supported else "inconclusive"


def _hybrid_verdict(main: Results) -> Verdict:
    rivals = [loss for loss in (BASELINE, "supcon2") if loss in main.losses]
    if HYBRID not in main.losses or len(rivals) < 2:
        return Verdict(_CLAIMS[0], "not tested", "The losses that it compares were not all trained.")
    found = _accuracy_verdict(main, _CLAIMS[0], HYBRID, rivals)
    return replace(found, sentence=f"{found.sentence}{_what_the_silhouette_adds(main)}")


def _what_the_silhouette_adds(main: Results) -> str:
    if WITHOUT_SIL not in main.losses:
        return ""
    gap = gain(main, HYBRID, WITHOUT_SIL)
    probe = interval(seed_means(main, HYBRID, "probe") - seed_means(main, WITHOUT_SIL, "probe"))
    return (
        f" Against {title(WITHOUT_SIL)}, the same without the silhouette, it has {spread(gap, sign=True)} points "
        f"({spread(probe, sign=True)} by the probe)."
    )


def _sil_verdict(main: Results) -> Verdict:
    if SIL not in main.losses or BASELINE not in main.losses:
        return Verdict(_CLAIMS[1], "not tested", "The losses that it compares were not both trained.")
    return _accuracy_verdict(main, _CLAIMS[1], SIL, [BASELINE])


def _accuracy_verdict(main: Results, claim: str, loss: str, rivals: Sequence[str]) -> Verdict:
    parts, found = [], []
    for rival in rivals:
        _, p = differences(main, rival)[loss]
        gap, value = gain(main, loss, rival), judge(main, loss, rival)
        by_data = (main.table(value, loss) - main.table(value, rival)).mean(axis=1)
        found.append((gap.mean, p if abs(gap.mean) > gap.half else 1.0))
        probe = interval(seed_means(main, loss, "probe") - seed_means(main, rival, "probe"))
        other = f"; {number(probe.mean, sign=True)} by the probe" if value == "top1" else ", both by the probe"
        parts.append(
            f"{spread(gap, sign=True)} points against {title(rival)} (p = {p_value(p)}; higher on "
            f"{int((by_data > 0).sum())} of {len(main.data)} data sets{other})"
        )
    said = outcome(found)
    return Verdict(claim, said, f"{said.capitalize()} here: {title(loss)} has {' and '.join(parts)}.")


def _cost_verdict(main: Results) -> Verdict:
    rivals = [loss for loss in CONTRASTIVE if loss in main.losses]
    if not {SIL, BASELINE} <= set(main.losses) or not rivals:
        return Verdict(_CLAIMS[2], "not tested", "The losses that it compares were not all trained.")
    found = []
    for rival in rivals:
        gap = interval(log_ratios(main, rival, "seconds", SIL).mean(axis=0))
        # With one seed there is no interval: no significance either way.
        significant = math.isfinite(gap.half) and abs(gap.mean) > gap.half
        found.append((gap.mean, 0.0 if significant else 1.0))
    said = outcome(found)
    words = ", ".join(f"{title(loss)} {percent_more(ratios(main, loss, 'seconds').mean)}" for loss in rivals)
    memory = ", ".join(f"{title(loss)} {number(ratios(main, loss, 'megabytes').mean, 1)} ×" for loss in [SIL, *rivals])
    return Verdict(
        _CLAIMS[2],
        said,
        f"{said.capitalize()} here: relative to CE an epoch takes CE+Sil "
        f"{percent_more(ratios(main, SIL, 'seconds').mean)} time, {words}; "
        f"the memory of a step is {memory} that of CE.",
    )


def paper_section(main: Results, differs: Sequence[tuple[str, str, str]]) -> Section:
    """The paper's means and gains beside ours.

    Args:
        main: the comparison.
        differs: rows of what differs: aspect, the paper, here.
    """
    rows = []
    for loss in dict.fromkeys([*PAPER_GAINS, *main.losses]):
        ours = interval(seed_means(main, loss)) if loss in main.losses else None
        more = None
        if loss in main.losses and BASELINE in main.losses and loss != BASELINE:
            more = gain(main, loss, BASELINE)
        rows.append(
            [
                title(loss),
                number(PAPER.get(loss, np.nan)),
                f"{PAPER_GAINS[loss]:+.2f}" if PAPER_GAINS.get(loss) else "",
                spread(ours) if ours else "",
                spread(more, sign=True) if more else "",
            ]
        )
    beside = Table(
        "Mean top-1 in percent and gain over CE in points",
        ["loss", "paper", "paper, gain", "here", "here, gain"],
        rows,
        note="Paper: Todescato & Carbonera 2026, arXiv 2604.08573; “about 0.4” is its word for CE+Sil. The levels "
        "cannot be compared, only the signs and sizes of the gains, and those with care.",
    )
    what = Table("What differs", ["", "paper", "here"], [list(row) for row in differs], words=True)
    return Section("Beside the paper", "", [beside, what])
