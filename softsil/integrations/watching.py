"""What the callbacks share: a fixed sample, embedded after every epoch, and numbers sorted by split."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from softsil.integrations.tags import by_split
from softsil.runs.recorder import Recorder

Embed = Callable[[Any, Any], Tensor]
_LOG = logging.getLogger("softsil")


class Watching:
    """Embeds a fixed sample with a model and records it.

    Args:
        name: what people will call the run.
        inputs: the watched sample, a tensor ``[n, …]``; None records numbers only.
        labels: class of each watched input, length n.
        embed: takes the model and a batch of inputs, returns their embeddings ``[batch, d]``.
        batch_size: inputs embedded at once.
        strict: raise errors instead of logging them.
        **settings: further arguments of :class:`~softsil.runs.recorder.Recorder`.

    Raises:
        ValueError: inputs without labels or without ``embed``, or of different lengths.
    """

    def __init__(
        self,
        name: str,
        inputs: Tensor | None = None,
        labels: Any = None,
        embed: Embed | None = None,
        *,
        batch_size: int = 256,
        strict: bool = False,
        **settings: Any,
    ) -> None:
        if inputs is not None and (labels is None or embed is None or len(labels) != len(inputs)):
            raise ValueError("watching inputs needs as many labels, and embed=function(model, inputs) → embeddings")
        self.inputs, self.embed, self.batch_size, self.strict = inputs, embed, batch_size, strict
        self.recorder = Recorder(name, labels=labels, strict=strict, **settings)

    def numbers(self, epoch: int, values: Mapping[str, Any]) -> None:
        """Record numbers under the split that their tags name."""
        for split, named in by_split(values).items():
            self.recorder.log(epoch, split=split, **named)

    def embeddings(self, epoch: int, model: Any) -> None:
        """Embed the watched sample as the model is now; the model's mode is left as it was."""
        if self.inputs is None or self.embed is None:
            return
        try:
            self.recorder.log(epoch, self._embedded(model))
        except Exception as error:
            if self.strict:
                raise
            _LOG.warning("embeddings of epoch %s are not recorded: %s: %s", epoch, type(error).__name__, error)

    @torch.no_grad()
    def _embedded(self, model: Any) -> Tensor:
        assert self.inputs is not None
        assert self.embed is not None
        training = bool(getattr(model, "training", False))
        device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
        model.eval()
        try:
            parts = torch.split(self.inputs, self.batch_size)
            return torch.cat([self.embed(model, part.to(device)) for part in parts])
        finally:
            model.train(training)
