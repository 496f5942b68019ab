"""A SummaryWriter that records: change one import, and a loop that wrote for TensorBoard is live in the app."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy as np

from softsil.integrations.tags import by_split
from softsil.runs.recorder import Recorder
from softsil.runs.writer import as_array


class SummaryWriter:
    """Takes the calls of ``torch.utils.tensorboard.SummaryWriter``; steps become epochs.

    ``add_scalar``, ``add_scalars`` and ``add_embedding`` are recorded. With ``mirror``, a writer of TensorBoard, every
    call also goes there; without it, calls that softsil has no use for (``add_histogram`` …) do nothing.

    Args:
        name: what people will call the run.
        mirror: a TensorBoard writer that gets every call too.
        **settings: further arguments of :class:`~softsil.runs.recorder.Recorder`.

    Example:
        >>> from softsil.integrations.tensorboard import SummaryWriter
        >>> with SummaryWriter("my run", root=tmp) as writer:  # doctest: +SKIP
        ...     writer.add_scalar("val/accuracy", 0.9, 1)
    """

    def __init__(self, name: str = "run", *, mirror: Any = None, **settings: Any) -> None:
        self.recorder = Recorder(name, **settings)
        self.mirror = mirror
        self._has_samples = "labels" in settings

    def add_scalar(self, tag: str, scalar_value: Any, global_step: int | None = None, *rest: Any, **more: Any) -> None:
        """Record one number under the split that its tag names."""
        for split, values in by_split({tag: scalar_value}).items():
            self.recorder.log(int(global_step or 0), split=split, **values)
        self._pass_on("add_scalar", tag, scalar_value, global_step, *rest, **more)

    def add_scalars(self, main_tag: str, tag_scalar_dict: Mapping[str, Any], global_step: int | None = None) -> None:
        """Record several numbers, each under ``main_tag/tag``."""
        for split, values in by_split({f"{main_tag}/{tag}": v for tag, v in tag_scalar_dict.items()}).items():
            self.recorder.log(int(global_step or 0), split=split, **values)
        self._pass_on("add_scalars", main_tag, dict(tag_scalar_dict), global_step)

    def add_embedding(
        self, mat: Any, metadata: Any = None, label_img: Any = None, global_step: int | None = None, **more: Any
    ) -> None:
        """Record embeddings ``[n, d]``; the first call fixes the sample: ``metadata`` are its classes.

        Args:
            mat: the embeddings.
            metadata: class of each row; needed once.
            label_img: pictures ``[n, channels, height, width]`` in [0, 1].
            global_step: becomes the epoch.
            **more: passed on to the mirror.
        """
        if not self._has_samples and metadata is not None:
            self._has_samples = True
            self.recorder.write_samples(metadata, thumbnails=_thumbnails(label_img))
        self.recorder.log(int(global_step or 0), mat)
        self._pass_on("add_embedding", mat, metadata, label_img, global_step, **more)

    def close(self) -> None:
        """Mark the run done."""
        self.recorder.close()
        self._pass_on("close")

    def flush(self) -> None:
        """Wait until everything is on disk."""
        self.recorder.flush()
        self._pass_on("flush")

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.recorder.__exit__(kind, error, trace)
        self._pass_on("close")

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("add_"):
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
        return lambda *arguments, **more: self._pass_on(name, *arguments, **more)

    def _pass_on(self, name: str, *arguments: Any, **more: Any) -> None:
        if self.mirror is not None:
            getattr(self.mirror, name)(*arguments, **more)


def _thumbnails(pictures: Any) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
    if pictures is None:
        return None
    values = (as_array(pictures) * 255).clip(0, 255).astype(np.uint8)
    return values[:, 0] if values.shape[1] == 1 else values.transpose(0, 2, 3, 1)
