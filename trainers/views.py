"""What the network sees of a batch: one or two views, changed at random in the same way whatever the loss."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from trainers.network import derived_seed
from trainers.recipe import Recipe


class Views:
    """Augments batches where they lie.

    Args:
        recipe: names the augmentation.
        seed: of the run.
        device: where the batches are.
    """

    def __init__(self, recipe: Recipe, seed: int, device: torch.device) -> None:
        spec, settings = recipe.augmentation_entry
        self._seed, self._device = seed, device
        self._first = spec.first(settings)
        self._second = self._first if spec.second is None else spec.second(settings)
        self._draws_first = spec.images_only
        self._format = torch.channels_last if recipe.channels_last else torch.contiguous_format

    def __call__(self, batch: Tensor, *, two: bool, epoch: int, step: int) -> list[Tensor]:
        """One view of ``batch``, or two: float32, of the same shape.

        What is drawn depends on seed, epoch and step alone, so runs that differ in the loss see the same first views.

        Args:
            batch: float32, or uint8 images, ``[n, …]``.
            two: whether a second view is needed.
            epoch: of the training.
            step: within the epoch.
        """
        with self._drawing(epoch, step):
            views = [self._first(batch), self._second(batch)] if two else [self._first(batch)]
        return [view.contiguous(memory_format=self._format) if view.ndim == 4 else view for view in views]

    @contextmanager
    def _drawing(self, epoch: int, step: int) -> Iterator[None]:
        """Draws have a seed of their own and leave no trace, unless the first view needs none."""
        if not self._draws_first:
            yield
            return
        with torch.random.fork_rng(devices=[self._device] if self._device.type == "cuda" else []):
            torch.manual_seed(derived_seed(self._seed, "views", epoch, step))
            yield
