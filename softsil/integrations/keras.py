"""A callback for Keras 3 on its torch backend: ``model.fit(…, callbacks=[SoftsilCallback("my run", …)])``."""

from __future__ import annotations

from typing import Any

import keras
from torch import Tensor

from softsil.integrations.watching import Embed, Watching


class SoftsilCallback(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]
    """Records what Keras logs, and the embeddings of a fixed sample, after every epoch.

    Args:
        name: what people will call the run.
        inputs: the watched sample ``[n, …]``; None records numbers only.
        labels: class of each watched input.
        embed: takes the model and a batch of inputs, returns embeddings ``[batch, d]``.
        **settings: see :class:`~softsil.integrations.watching.Watching`.

    Raises:
        RuntimeError: Keras runs on another backend than torch.
    """

    def __init__(
        self, name: str, inputs: Tensor | None = None, labels: Any = None, embed: Embed | None = None, **settings: Any
    ) -> None:
        super().__init__()
        if keras.backend.backend() != "torch":
            raise RuntimeError(
                f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=torch before importing it, or use "
                "softsil.Recorder with embeddings as arrays"
            )
        self.watching = Watching(name, inputs, labels, embed, **settings)

    def on_train_begin(self, logs: Any = None) -> None:
        """Epoch 0: before any training."""
        self.watching.embeddings(0, self.model)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Numbers and embeddings, after every epoch."""
        self.watching.numbers(epoch + 1, logs or {})
        self.watching.embeddings(epoch + 1, self.model)

    def on_train_end(self, logs: Any = None) -> None:
        """The run is done."""
        self.watching.recorder.finish()
