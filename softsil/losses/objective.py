"""The objective: a weighted sum of loss terms that also says what each term was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import torch
from torch import Tensor, nn

from softsil.losses._precision import full_precision, single_or_double
from softsil.losses.across import ACROSS, Across, alone
from softsil.losses.schedule import Schedule, constant

if TYPE_CHECKING:
    from softsil.terms.recipe import ObjectiveConfig
    from softsil.terms.registry import TermConfig

Reads = Literal["logits", "embeddings", "projections"]


class ObjectiveOutput(NamedTuple):
    """One evaluation of an objective.

    Attributes:
        total: weighted sum, scalar, to call ``backward`` on.
        terms: unweighted value of each term, detached scalars, for logging.
    """

    total: Tensor
    terms: dict[str, Tensor]


@dataclass(frozen=True)
class Term:
    """One part of an objective.

    Args:
        loss: module called as ``loss(input, labels)`` that returns a scalar.
        weight: factor in the sum, or a `Schedule` of it over epochs.
        reads: which input the module gets; by default logits for ``nn.CrossEntropyLoss`` and ``nn.NLLLoss``,
            embeddings for all others. ``"projections"`` are what a projection head makes of embeddings, or the
            embeddings themselves where there is no head.
        two_views: whether the module gets both views stacked, ``(2N, …)`` with labels repeated.
        across: what the value is made of where the batch is spread over processes; see `softsil.losses.across`.
    """

    loss: nn.Module
    weight: float | Schedule = 1.0
    reads: Reads | None = None
    two_views: bool = False
    across: Across = "gather"

    @property
    def input(self) -> Reads:
        """The input that the module gets."""
        if self.reads is not None:
            return self.reads
        return "logits" if isinstance(self.loss, nn.CrossEntropyLoss | nn.NLLLoss) else "embeddings"

    @property
    def schedule(self) -> Schedule:
        """The weight over epochs."""
        return self.weight if isinstance(self.weight, Schedule) else constant(float(self.weight))


class Objective(nn.Module):
    """Weighted sum of loss terms.

    Parameters of the terms (proxies, centers) are parameters of the objective: give ``objective.parameters()`` to
    the optimizer and ``objective.state_dict()`` to the checkpoint.

    Args:
        terms: by name, a `Term`, or a tuple ``(loss, weight)`` or ``(loss, weight, reads)``.
        distributed: in training, each batch is one process's share of a global batch over ``torch.distributed``: values
            are those of the global batch, and gradients are right once they are averaged over processes, as
            DistributedDataParallel does. In evaluation mode a batch is a batch, and no other process is asked.

    Raises:
        ValueError: no terms, a negative weight, or an unknown ``reads`` or ``across``.

    Example:
        >>> from softsil import SoftSilhouetteLoss
        >>> objective = Objective({"ce": (nn.CrossEntropyLoss(), 1.0), "sil": (SoftSilhouetteLoss(), 0.5)})
        >>> embeddings, labels = torch.randn(8, 4), torch.arange(8) % 2
        >>> output = objective(embeddings, labels, logits=torch.randn(8, 2))
        >>> sorted(output.terms)
        ['ce', 'sil']
    """

    def __init__(
        self,
        terms: Mapping[str, Term | tuple[nn.Module, float] | tuple[nn.Module, float, Reads]],
        *,
        distributed: bool = False,
    ) -> None:
        super().__init__()
        self.distributed = distributed
        if not terms:
            raise ValueError("an objective needs at least one term")
        plan = {name: term if isinstance(term, Term) else Term(*term) for name, term in terms.items()}
        for name, term in plan.items():
            _check_term(name, term)
        self.losses = nn.ModuleDict({name: term.loss for name, term in plan.items()})
        self._plan = plan

    @classmethod
    def from_recipe(cls, recipe: str, *, num_classes: int, embedding_dim: int) -> Objective:
        """The objective that a recipe such as ``"ce+sil"`` names, with default settings.

        Raises:
            UnknownNameError: a term is not registered.
        """
        from softsil.terms.recipe import parse_objective

        return build_objective(parse_objective(recipe), num_classes=num_classes, embedding_dim=embedding_dim)

    @property
    def needs_two_views(self) -> bool:
        """Whether ``forward`` must be given ``second_view``."""
        return any(term.two_views for term in self._plan.values())

    @property
    def needs_logits(self) -> bool:
        """Whether any term reads the logits, so that training the objective trains a classifier."""
        return any(term.input == "logits" for term in self._plan.values())

    @property
    def may_leave_parameters_out(self) -> bool:
        """Whether parameters of a term get no gradient at some epoch, because its weight is 0 then."""
        learning = [term for term in self._plan.values() if any(True for _ in term.loss.parameters())]
        return any(min(term.schedule(0), term.schedule(term.schedule.epochs)) == 0 for term in learning)

    def weights(self, epoch: float | None = None) -> dict[str, float]:
        """Weight of each term at ``epoch`` (passes over the data so far; ``None`` counts as 0)."""
        return {name: term.schedule(epoch or 0.0) for name, term in self._plan.items()}

    def forward(
        self,
        embeddings: Tensor,
        labels: Tensor,
        *,
        logits: Tensor | None = None,
        projections: Tensor | None = None,
        second_view: Tensor | None = None,
        second_projections: Tensor | None = None,
        epoch: float | None = None,
    ) -> ObjectiveOutput:
        """Evaluate every term and add them up.

        Args:
            embeddings: ``(N, d)``, output of the encoder.
            labels: ``(N,)`` class of each sample.
            logits: ``(N, C)``, output of the classifier; only needed by terms that read it.
            projections: ``(N, p)``, output of the projection head; the embeddings where there is none.
            second_view: ``(N, d)``, embeddings of a second augmentation of the same samples; only needed by terms
                on two views.
            second_projections: ``(N, p)``, likewise, from the projection head.
            epoch: passes over the data so far, may be fractional; moves scheduled weights and temperatures.

        Half-precision inputs, as autocast makes them, are computed in float32.

        Raises:
            ValueError: a term needs logits or a second view and there is none.
        """
        with full_precision(embeddings):
            if projections is None:
                projections, second_projections = embeddings, second_view
            views = {
                "embeddings": (embeddings, second_view),
                "logits": (logits, None),
                "projections": (projections, second_projections),
            }
            inputs = {
                name: [None if view is None else single_or_double(view) for view in both]
                for name, both in views.items()
            }
            values = {name: self._evaluate(name, inputs, labels, epoch) for name in self._plan}
            # A term of weight 0 is only watched: it must not turn the total into 0 · inf.
            parts = [weight * values[name] for name, weight in self.weights(epoch).items() if weight]
            total = torch.stack(parts).sum() if parts else single_or_double(embeddings)[:0].sum()
        return ObjectiveOutput(total, {name: value.detach() for name, value in values.items()})

    def _evaluate(
        self, name: str, inputs: Mapping[str, Sequence[Tensor | None]], labels: Tensor, epoch: float | None
    ) -> Tensor:
        term = self._plan[name]
        set_epoch = getattr(term.loss, "set_epoch", None)
        if epoch is not None and callable(set_epoch):
            set_epoch(epoch)
        first, second = inputs[term.input]
        if first is None:
            raise ValueError(f"the loss term {name!r} reads logits, so call the objective with logits=…")
        views = [first]
        if term.two_views:
            if second is None:
                raise ValueError(f"the loss term {name!r} compares two views, so call the objective with second_view=…")
            views.append(second)
        evaluate = ACROSS[term.across] if self.distributed and self.training else alone
        return evaluate(term.loss, views, labels)

    def extra_repr(self) -> str:
        """Weights, for ``print``."""
        return ", ".join(f"{name}: weight {weight:g}" for name, weight in self.weights().items())


def build_objective(
    config: ObjectiveConfig,
    *,
    num_classes: int,
    embedding_dim: int,
    projection_dim: int | None = None,
    distributed: bool = False,
) -> Objective:
    """The module for a checked config.

    Terms with parameters of their own draw them from torch's global generator: build the encoder first if its
    initial weights must not depend on the loss.

    Args:
        config: what `softsil.terms.recipe.parse_objective` returned.
        num_classes: classes of the data; labels are ``0 … num_classes - 1``.
        embedding_dim: length of one embedding.
        projection_dim: length of one projection; None: there is no projection head.
        distributed: as for `Objective`.
    """
    from softsil.terms.registry import TERMS, TermContext

    lengths = {"logits": embedding_dim, "embeddings": embedding_dim, "projections": projection_dim or embedding_dim}
    terms = {}
    for name, settings in config.terms.items():
        spec = TERMS.get(name)
        reads = settings.place or spec.reads
        loss = spec.build(settings, TermContext(num_classes, lengths[reads]))
        terms[name] = Term(loss, weight_schedule(settings), reads, settings.needs_two_views, spec.across)
    return Objective(terms, distributed=distributed)


def weight_schedule(config: TermConfig) -> Schedule:
    """How the weight of a term moves over epochs."""
    start, end = config.weight, config.final_weight
    if config.weight_schedule == "warmup":
        start, end = 0.0, config.weight
    return Schedule(start, end, config.schedule_epochs, config.weight_schedule)


def _check_term(name: str, term: Term) -> None:
    if term.input not in get_args(Reads):
        raise ValueError(f"the loss term {name!r} can read {', '.join(get_args(Reads))}, got {term.reads!r}")
    if term.across not in ACROSS:
        raise ValueError(f"across of the loss term {name!r} can be {', '.join(ACROSS)}, got {term.across!r}")
    schedule = term.schedule
    if min(schedule.start, schedule.end) < 0:
        raise ValueError(f"the weight of the loss term {name!r} must be 0 or more, got {term.weight}")
