"""Shape of the embedding space: spreads, their ratios, uniformity, effective rank, neural collapse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from softsil._class_sums import class_sums, find_classes
from softsil.metrics._inputs import MAX_MEGABYTES, accurate, centered, read_inputs, rows_per_block


class Spread(NamedTuple):
    """Mean distances within and between classes.

    Attributes:
        within: root mean square distance of samples to the center of their class.
        between: root mean square distance of class centers (weighed by class size) to the center of all.
        ratio: within / between; smaller is better separated, 0 when classes are points.
    """

    within: float
    between: float
    ratio: float


class NeuralCollapse(NamedTuple):
    """How far a space is from neural collapse; all are 0 at full collapse.

    Attributes:
        nc1: within-class variability, tr(Σ_W Σ_B⁺) / C.
        nc2_norms: coefficient of variation of the lengths of the class means (about their common mean).
        nc2_angles: mean deviation of the cosines between class means from −1/(C−1), the simplex's.
        nc3: distance of the classifier's weights from the class means, each scaled to length 1; NaN without weights.
    """

    nc1: float
    nc2_norms: float
    nc2_angles: float
    nc3: float


@dataclass(frozen=True)
class _Classes:
    rows: Tensor
    index: Tensor
    count: Tensor
    means: Tensor

    @property
    def gaps(self) -> Tensor:
        """From each row to the mean of its class."""
        return self.means.index_select(0, self.index).sub_(self.rows)

    @property
    def between(self) -> Tensor:
        """Sum over samples of the squared distance of their class's mean to the mean of all."""
        weights = self.count.to(self.means)
        center = weights @ self.means / self.rows.shape[0]
        return weights @ (self.means - center).square().sum(1)


def _read(embeddings: Any, labels: Any) -> _Classes:
    """Rows (nearly) about their mean in float64, and the class means."""
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    if count.numel() < 2:
        raise ValueError(f"this metric compares classes, so it needs at least two; got {count.numel()}")
    placed = accurate(rows, copy=True)
    placed -= placed.mean(0)
    return _Classes(placed, index, count, class_sums(placed, index, count.numel()) / count[:, None])


@torch.no_grad()
def class_spread(embeddings: Any, labels: Any) -> Spread:
    """Root mean square distances within and between classes (Euclidean), and their ratio.

    Args:
        embeddings: ``(N, d)``, any float type.
        labels: ``(N,)`` integers, at least two classes.

    Raises:
        ValueError: shapes do not fit, or there is only one class.
    """
    data = _read(embeddings, labels)
    within = torch.linalg.vector_norm(data.gaps) / data.rows.shape[0] ** 0.5
    between = (data.between / data.rows.shape[0]).sqrt()
    return Spread(float(within), float(between), float(within / between))


@torch.no_grad()
def calinski_harabasz(embeddings: Any, labels: Any) -> float:
    """Ratio of the variance between classes to that within, each by its degrees of freedom; higher is better.

    Arguments and errors of `class_spread`. 1 where nothing varies within classes, as scikit-learn has it. Why not by
    another library: ``docs/metrics.md``.

    Reference:
        Caliński & Harabasz 1974, A dendrite method for cluster analysis.
    """
    data = _read(embeddings, labels)
    number, classes = data.rows.shape[0], data.count.numel()
    if number == classes:
        raise ValueError("every sample is alone in its class, so nothing varies within classes")
    within = torch.linalg.vector_norm(data.gaps).square_()
    return float(data.between * (number - classes) / (within * (classes - 1))) if float(within) else 1.0


@torch.no_grad()
def davies_bouldin(embeddings: Any, labels: Any) -> float:
    """Mean over classes of the worst (spread_i + spread_j) / distance of centers; lower is better, 0 the best.

    Arguments and errors of `class_spread`. Coinciding centers count as infinitely far, as scikit-learn has it.

    Reference:
        Davies & Bouldin 1979, A Cluster Separation Measure.
    """
    data = _read(embeddings, labels)
    spread = class_sums(data.gaps.norm(dim=1), data.index, data.count.numel()) / data.count
    distances = torch.cdist(data.means, data.means, compute_mode="donot_use_mm_for_euclid_dist")
    distances = distances.masked_fill(distances == 0, torch.inf)
    return float(((spread[:, None] + spread) / distances).amax(1).mean())


@torch.no_grad()
def alignment(embeddings: Any, labels: Any) -> float:
    """Mean squared distance of two members of one class on the unit sphere; 0 is best.

    The expectation over all pairs of samples with the same label, in closed form from class sums: O(N·d).

    Args:
        embeddings: ``(N, d)``, normalized here.
        labels: ``(N,)`` integers; some class must have two samples.

    Raises:
        ValueError: shapes do not fit, or no two samples share a label.

    Reference:
        Wang & Isola 2020, arXiv 2005.10242, with α = 2; our reading: all pairs of one class are positive.
    """
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    pairs = float((count * (count - 1)).sum())
    if not pairs:
        raise ValueError("alignment needs two samples of the same class")
    unit = torch.nn.functional.normalize(accurate(rows))
    # Σ over ordered pairs of |x − y|² = 2·(n·Σ|x|² − |Σx|²) in each class.
    squares = class_sums(unit.square().sum(1), index, count.numel())
    sums = class_sums(unit, index, count.numel()).square().sum(1)
    return max(0.0, float(2 * (count * squares - sums).sum()) / pairs)


@torch.no_grad()
def uniformity(embeddings: Any, t: float = 2.0, *, max_megabytes: float = MAX_MEGABYTES) -> float:
    """Logarithm of the mean of exp(−t·|x − y|²) over all pairs of samples on the unit sphere; lower is more uniform.

    Args:
        embeddings: ``(N, d)`` with N ≥ 2, normalized here.
        t: sharpness, above 0.
        max_megabytes: bound on one block of similarities; a copy of the embeddings comes on top.

    Raises:
        ValueError: fewer than two samples, or ``t`` not above 0.

    Reference:
        Wang & Isola 2020, arXiv 2005.10242.
    """
    rows = torch.as_tensor(embeddings).detach()
    number = rows.shape[0]
    if number < 2 or not t > 0:
        raise ValueError(f"uniformity needs two samples and t above 0, got {number} samples and t={t}")
    unit = torch.nn.functional.normalize(accurate(rows))
    total = 0.0
    for block in torch.split(unit, rows_per_block(number * unit.element_size(), max_megabytes)):
        total += float((block @ unit.T).sub_(1).mul_(2 * t).exp_().sum())
    return float(torch.tensor((total - number) / (number * (number - 1)), dtype=torch.float64).log())


@torch.no_grad()
def effective_rank(embeddings: Any) -> float:
    """Number of directions the space really uses: exp of the entropy of the singular values' shares.

    Args:
        embeddings: ``(N, d)``; taken about their mean.

    Returns:
        Between 1 and min(N, d); 1 where all points coincide.

    Reference:
        Roy & Vetterli 2007, The effective rank: a measure of effective dimensionality.
    """
    rows = centered(torch.as_tensor(embeddings).detach())
    values = torch.linalg.svdvals(accurate(rows))
    total = values.sum()
    if not float(total):
        return 1.0
    shares = values / total
    return float(torch.special.entr(shares).sum().exp())


@torch.no_grad()
def neural_collapse(embeddings: Any, labels: Any, classifier: Any = None) -> NeuralCollapse:
    """NC1 to NC3 of last-layer features.

    Args:
        embeddings: ``(N, d)`` features that the classifier reads.
        labels: ``(N,)`` integers, at least two classes.
        classifier: ``(C, d)`` weights of the linear classifier, one row for each label in sorted order; for NC3.

    Raises:
        ValueError: shapes do not fit, or there is only one class.

    Reference:
        Papyan, Han & Donoho 2020, Prevalence of neural collapse during the terminal phase of deep learning training,
        arXiv 2008.08186. As there, the class means are weighed equally.
    """
    data = _read(embeddings, labels)
    number = data.count.numel()
    means = data.means - data.means.mean(0)
    within = data.gaps.T @ data.gaps / data.rows.shape[0]
    between = means.T @ means / number
    lengths = means.norm(dim=1)
    unit = means / lengths.clamp(min=1e-300)[:, None]
    off_diagonal = ~torch.eye(number, dtype=torch.bool, device=unit.device)
    cosines = (unit @ unit.T)[off_diagonal]
    return NeuralCollapse(
        nc1=float(torch.trace(within @ torch.linalg.pinv(between, hermitian=True))) / number,
        nc2_norms=float(lengths.std(correction=0) / lengths.mean()),
        nc2_angles=float((cosines + 1 / (number - 1)).abs().mean()),
        nc3=float("nan") if classifier is None else _self_duality(classifier, means),
    )


def _self_duality(classifier: Any, means: Tensor) -> float:
    weights = accurate(torch.as_tensor(classifier, device=means.device).detach())
    if weights.shape != means.shape:
        raise ValueError(f"classifier must have shape {tuple(means.shape)}, got {tuple(weights.shape)}")
    return float((weights / weights.norm() - means / means.norm()).norm())
