"""A callback for the Trainer of Hugging Face transformers."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import TrainerCallback

from softsil.integrations.watching import Embed, Watching


class SoftsilCallback(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Records what a Trainer logs, and the embeddings of a fixed sample, after every epoch.

    Args:
        name: what people will call the run.
        inputs: the watched sample ``[n, …]``; None records numbers only.
        labels: class of each watched input.
        embed: takes the model and a batch of inputs, returns embeddings ``[batch, d]``.
        **settings: see :class:`~softsil.integrations.watching.Watching`.

    Example:
        >>> embed = lambda model, ids: model.base_model(ids).last_hidden_state[:, 0]  # doctest: +SKIP
        >>> Trainer(model, callbacks=[SoftsilCallback("bert", ids, labels, embed)])  # doctest: +SKIP
    """

    def __init__(
        self, name: str, inputs: Tensor | None = None, labels: Any = None, embed: Embed | None = None, **settings: Any
    ) -> None:
        self.watching = Watching(name, inputs, labels, embed, **settings)

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **others: Any) -> None:
        """Epoch 0: before any training."""
        if state.is_world_process_zero:
            self.watching.embeddings(_epoch(state), model)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **others: Any) -> None:
        """Numbers, whenever the Trainer logs them."""
        if state.is_world_process_zero and logs:
            self.watching.numbers(_epoch(state), logs)

    def on_epoch_end(self, args: Any, state: Any, control: Any, model: Any = None, **others: Any) -> None:
        """Embeddings, after every epoch."""
        if state.is_world_process_zero:
            self.watching.embeddings(_epoch(state), model)

    def on_train_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """The run is done."""
        self.watching.recorder.finish()


def _epoch(state: Any) -> int:
    return round(state.epoch or 0)
