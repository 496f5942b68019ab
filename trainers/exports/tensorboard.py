"""Runs as TensorBoard event files: scalars, and the embeddings of the last epoch for its projector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.errors import LaunchError
from trainers.exports.registry import EXPORTS, ExportFormat, need
from trainers.exports.scalars import scalars


def _write(readers: Sequence[RunReader], target: Path) -> None:
    need("tensorboard", "tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    for reader in readers:
        folder = target / reader.run_id
        if folder.exists():
            raise LaunchError(f"{folder} is there already; remove it, or name another folder with --to")
        with SummaryWriter(str(folder)) as writer:
            for name, value, epoch, time in scalars(reader):
                writer.add_scalar(name, value, epoch, walltime=time)
            add_embeddings(writer, reader)


def add_embeddings(writer: object, reader: RunReader) -> None:
    """Give a ``SummaryWriter`` the last embeddings of a run with labels and pictures; nothing where there are none."""
    samples, epochs = reader.samples, reader.embedding_epochs()
    if samples is None or not epochs:
        return
    import torch

    pictures = None
    if samples.thumbnails is not None:
        images = torch.from_numpy(samples.thumbnails).float() / 255
        pictures = images[:, None] if images.ndim == 3 else images.permute(0, 3, 1, 2)
    writer.add_embedding(  # type: ignore[attr-defined]
        torch.from_numpy(reader.embeddings(epochs[-1])),
        metadata=[samples.class_names[label] for label in samples.labels],
        label_img=pictures,
        global_step=epochs[-1],
        tag="embeddings",
    )


EXPORTS.register(ExportFormat("tensorboard", "event files; open them with: tensorboard --logdir FOLDER", "", _write))
