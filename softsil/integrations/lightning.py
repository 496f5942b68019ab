"""A callback for Lightning: ``Trainer(callbacks=[SoftsilCallback("my run", inputs, labels, embed)])``."""

from __future__ import annotations

from typing import Any

import lightning
from torch import Tensor

from softsil.integrations.watching import Embed, Watching


class SoftsilCallback(lightning.Callback):
    """Records what a module logs, and the embeddings of a fixed sample, after every epoch.

    Args:
        name: what people will call the run.
        inputs: the watched sample ``[n, …]``; None records numbers only.
        labels: class of each watched input.
        embed: takes the module and a batch of inputs, returns embeddings ``[batch, d]``.
        **settings: see :class:`~softsil.integrations.watching.Watching`.

    Example:
        >>> callback = SoftsilCallback("ce", x, y, lambda module, inputs: module.encoder(inputs))  # doctest: +SKIP
    """

    def __init__(
        self, name: str, inputs: Tensor | None = None, labels: Any = None, embed: Embed | None = None, **settings: Any
    ) -> None:
        self.watching = Watching(name, inputs, labels, embed, **settings)

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Epoch 0: before any training."""
        if trainer.is_global_zero:
            self.watching.embeddings(trainer.current_epoch, pl_module)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """After the epoch's training and validation."""
        if trainer.is_global_zero:
            self.watching.numbers(trainer.current_epoch + 1, trainer.callback_metrics)
            self.watching.embeddings(trainer.current_epoch + 1, pl_module)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """The run is done."""
        self.watching.recorder.finish()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """The run failed, or was stopped from the keyboard."""
        self.watching.recorder.__exit__(type(exception), exception, exception.__traceback__)
