"""The training loop: seeded, resumable to the same numbers, watched by a RunWriter."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from softsil.losses.objective import Objective, ObjectiveOutput, build_objective
from softsil.runs.writer import PROGRESS_INTERVAL_SECONDS, RunWriter
from trainers.background import Background
from trainers.checkpoint import Checkpoint, CheckpointStore
from trainers.config import RunConfig
from trainers.data.dataset import Dataset, Split
from trainers.errors import StopRequested, TrainingDivergedError
from trainers.frozen import with_frozen_features
from trainers.memory import StepMemory
from trainers.network import Network, build_network, derived_seed, load_first_weights
from trainers.optimization import Optimization, autocast, moving_average
from trainers.placement import PlacedInputs, batch_within_memory
from trainers.probe import LinearProbe
from trainers.step import Step
from trainers.team.share import ALONE, Team
from trainers.totals import Totals
from trainers.training_state import AVERAGE, NETWORK, TrainingState
from trainers.views import Views

FINITE_CHECK_STEPS = 50


class Trainer:
    """Trains one run and records it.

    Everything random in epoch e comes from a seed derived from (run seed, e): an interrupted run that continues from
    the checkpoint of e − 1 gives the same numbers as one that was never interrupted (bit for bit on the CPU).

    Args:
        config: the run.
        data: the loaded data set.
        recorder: an open recorder of the run.
        device: where to train.
        stop_requested: asked after every step.
        join_team: called once the data is as the network reads it: the processes that train the run together, of which
            this one is the first.
    """

    def __init__(
        self,
        config: RunConfig,
        data: Dataset,
        recorder: RunWriter,
        device: str = "cpu",
        stop_requested: Callable[[], bool] = lambda: False,
        join_team: Callable[[], Team] = lambda: ALONE,
    ) -> None:
        self.device = torch.device(device)
        data = with_frozen_features(config, data, self.device)
        self.config, self.data, self.recorder = config, data, recorder
        self.stop_requested = stop_requested
        self.team = join_team()
        self.store = CheckpointStore(recorder.paths)
        classes = len(data.class_names)
        self.network: Network = build_network(config, data.input_shape, classes).to(self.device)
        if config.channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)
        self.average = moving_average(config, self.network)
        torch.manual_seed(derived_seed(config.seed, "objective"))
        self.objective: Objective = build_objective(
            config.objective,
            num_classes=classes,
            embedding_dim=config.encoder_entry[1].embedding_dim,
            projection_dim=config.head_entry[1].width(config.encoder_entry[1].embedding_dim),
            distributed=self.team.size > 1,
        ).to(self.device)
        self._forward_step: nn.Module = Step(self.network, self.objective)
        parameters = [*self.network.parameters(), *self.objective.parameters()]
        self.optimization = Optimization(config, parameters, self.device, len(self._batches(1)))
        self._views = Views(config, config.seed, self.device)
        modules = {NETWORK: self.network, "objective": self.objective}
        modules |= {} if self.average is None else {AVERAGE: self.average}
        self._state = TrainingState(modules, self.optimization.parts)
        self.epoch = self.step = 0
        self._fresh = True
        self._step_bytes: int | None = None
        self._writing = Background()
        self._last_said = 0.0
        self.watched = data.watched(config.watched_samples)
        self._watched_rows = torch.from_numpy(np.flatnonzero(np.isin(data.validation.ids, self.watched.ids)))
        self._inputs = {name: self._on_device(split) for name, split in self._splits()}
        self.watched_train = data.train.fair_share(config.watched_train_samples)
        self._watched_train_inputs = PlacedInputs(self.watched_train.inputs, self.device)

    def write_samples(self) -> None:
        """Fix the watched sample in the order in which it is recorded: validation samples, then training samples."""
        parts = {"validation": self.watched, "train": self.watched_train}
        ids, labels = (np.concatenate([getattr(part, of) for part in parts.values()]) for of in ("ids", "labels"))
        split = np.repeat(list(parts), [len(part) for part in parts.values()])
        pictures = None if self.data.thumbnails is None else self.data.thumbnails[ids]
        self.recorder.write_samples(ids, labels, self.data.class_names, split, pictures)

    def restore(self) -> int | None:
        """Load the newest whole checkpoint; the epoch it belongs to, or None if there is none."""
        checkpoint = self.store.newest()
        if checkpoint is None:
            return None
        self._state.load(checkpoint)
        self.epoch, self.step = checkpoint.epoch, checkpoint.training["step"]
        self._fresh = False
        return checkpoint.epoch

    def run(self) -> None:
        """Train from the current epoch to the last, then test once.

        Raises:
            StopRequested: somebody asked to stop; the checkpoint of the last whole epoch is kept.
            TrainingDivergedError: the loss became NaN or infinite; likewise.
        """
        with self._writing:
            self._train()
        self._conclude()

    def _train(self) -> None:
        self.team.check_same("epoch to go on from", self.epoch)
        if self._fresh:
            load_first_weights(self.config, self.network)
        if self.config.compile:
            self.network.encoder.compile()
        self._forward_step = self.team.wrap(
            self._forward_step,
            leaves_parameters_out=self.objective.may_leave_parameters_out or self.network.projector is not None,
        )
        if self._fresh:
            self._record(train={})
        times: list[float] = []
        for epoch in range(self.epoch + 1, self.config.epochs + 1):
            started, processor = time.monotonic(), time.process_time()
            train = self._train_epoch(epoch, times)
            times.append(time.monotonic() - started)
            self.epoch = epoch
            train |= self._cost(times[-1], time.process_time() - processor)
            if epoch % self.config.record_every == 0 or epoch == self.config.epochs:
                self._record(train)
            else:
                self._writing.begin(partial(self.recorder.log, epoch, split="train", step=self.step, **train))

    def _conclude(self) -> None:
        """The one look at the test split, and what a linear classifier makes of the frozen embeddings."""
        inputs, labels = self._inputs["train"]
        probe = LinearProbe(self._forward(inputs)[0], labels, len(self.data.class_names))
        test, embeddings, _ = self._evaluate("test")
        test["probe_accuracy"] = probe.accuracy(embeddings, self._inputs["test"][1])
        inputs, labels = self._inputs["validation"]
        accuracy = probe.accuracy(self._forward(inputs)[0], labels)
        self.recorder.log(self.epoch, split="probe", step=self.step, accuracy=accuracy)
        self.recorder.log(self.epoch, split="test", step=self.step, **test)

    def _cost(self, seconds: float, processor_seconds: float) -> dict[str, float]:
        memory = {} if self._step_bytes is None else {"step_megabytes": round(self._step_bytes / 1e6, 4)}
        # On a busy machine the clock also counts what others do meanwhile.
        processor = {"processor_seconds": round(processor_seconds, 4)} if self.device.type == "cpu" else {}
        return {"learning_rate": self.optimization.learning_rate, "seconds": round(seconds, 4), **processor, **memory}

    def _train_epoch(self, epoch: int, times: list[float]) -> dict[str, float]:
        torch.manual_seed(derived_seed(self.config.seed, "epoch", epoch))
        batches = self._batches(epoch)
        inputs, labels = self._inputs["train"]
        feed = inputs.batches(batches)
        started = time.monotonic()
        totals, mine, losses = Totals(), Totals(), []
        pace = statistics.median(times) if times else None
        self.network.train()
        for number, (rows, batch) in enumerate(zip(batches, feed, strict=True), start=1):
            target = labels[torch.from_numpy(rows).to(self.device, non_blocking=True)]
            views = self._views(batch, two=self.objective.needs_two_views, epoch=epoch, step=number)
            output, right = self._measured_step(views, target, epoch - 1 + (number - 1) / len(batches))
            losses.append(output.total.detach())
            totals.add(len(rows), loss=output.total, **_term_names(output))
            mine.add(len(right), accuracy=right.sum() / max(1, len(right)))
            self.step += 1
            if number % FINITE_CHECK_STEPS == 0 or number == len(batches):
                self._check_finite(losses, epoch)
            if self.stop_requested():
                raise StopRequested
            left = None if pace is None else round(pace * (self.config.epochs - epoch + 1 - number / len(batches)), 1)
            self._say_progress(step=number, steps_per_epoch=len(batches), seconds_left=left)
        waiting = feed.waited / (time.monotonic() - started)
        return totals.means() | self.team.means(mine) | {"waiting": round(waiting, 4)}

    def _say_progress(self, **changes: Any) -> None:
        """Now and then, and never while a record is being written: a step waits for neither."""
        now = time.monotonic()
        if now - self._last_said >= PROGRESS_INTERVAL_SECONDS and self._writing.is_idle:
            self._last_said = now
            self._writing.begin(partial(self.recorder.progress, force=True, **changes))

    def _measured_step(self, views: list[Tensor], labels: Tensor, epoch: float) -> tuple[ObjectiveOutput, Tensor]:
        # The first step makes what the optimizer keeps; the second one is like all that follow.
        if self._step_bytes is not None or not self.optimization.optimizer.state:
            return self._step(views, labels, epoch)
        with StepMemory(self.device) as memory:
            result = self._step(views, labels, epoch)
        self._step_bytes = memory.peak_bytes
        return result

    def _step(self, views: list[Tensor], labels: Tensor, epoch: float) -> tuple[ObjectiveOutput, Tensor]:
        """One step on a batch: what it was worth, and which of this process's samples were classified right."""
        # Drawn for the whole batch, then shared out: several processes see what one would.
        views, labels = [self.team.share(view) for view in views], self.team.share(labels)
        with autocast(self.config, self.device):
            total, output, logits = self._forward_step(views, labels, epoch)
        self.optimization.minimize(total)
        if self.average is not None:
            self.average.update_parameters(self.network)
        return output, logits.detach().argmax(1) == labels

    def _record(self, train: dict[str, float]) -> None:
        """Measure; what was measured is written while the next epoch trains."""
        validation, embeddings, logits = self._evaluate("validation")
        if not all(math.isfinite(value) for value in validation.values()) or not embeddings.isfinite().all():
            word = "infinite" if math.isinf(validation["loss"]) else "NaN"
            raise self._diverged(f"loss became {word} on the validation split after epoch {self.epoch}")
        watched, predictions = self._watch(embeddings, logits)
        checkpoint = self._state.copy(self.epoch, self.step, validation["accuracy"])
        self._writing.begin(partial(self._write, train, validation, watched, predictions, checkpoint))

    def _write(
        self,
        train: dict[str, float],
        validation: dict[str, float],
        watched: Tensor,
        predictions: Tensor,
        checkpoint: Checkpoint,
    ) -> None:
        """Log, then checkpoint: in this order, so that a checkpoint never claims an epoch without its history."""
        epoch, step = checkpoint.epoch, checkpoint.training["step"]
        if train:
            self.recorder.log(epoch, split="train", step=step, **train)
        self.recorder.log(epoch, split="validation", step=step, **validation)
        self.recorder.log(epoch, watched, predictions=predictions, step=step)
        self.store.save(checkpoint)

    def _watch(self, embeddings: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings and predictions of the watched sample: validation samples, then training samples if asked for."""
        rows = self._watched_rows.to(self.device)
        embeddings, predictions = embeddings[rows], logits[rows].argmax(1)
        if len(self.watched_train):
            learned, guesses = self._forward(self._watched_train_inputs)
            embeddings, predictions = torch.cat([embeddings, learned]), torch.cat([predictions, guesses.argmax(1)])
        return embeddings.cpu(), predictions.cpu()

    def _evaluate(self, name: str) -> tuple[dict[str, float], Tensor, Tensor]:
        """Mean loss, terms and accuracy over a split, in batches as large as in training; embeddings and logits."""
        inputs, labels = self._inputs[name]
        embeddings, logits = self._forward(inputs)
        totals = Totals()
        self.objective.eval()
        with torch.no_grad():
            for rows in _shuffled_once(len(labels), self.config.batch_size):
                picked = torch.from_numpy(rows).to(self.device)
                target = labels[picked]
                view = embeddings[picked]
                projections = self._measured.projected(view)
                output = self.objective(
                    view,
                    target,
                    logits=logits[picked],
                    projections=projections,
                    second_projections=projections,
                    second_view=view if self.objective.needs_two_views else None,
                    epoch=float(self.epoch),
                )
                correct = (logits[picked].argmax(1) == target).float().mean()
                totals.add(len(rows), loss=output.total, accuracy=correct, **_term_names(output))
        self.objective.train()
        return totals.means(), embeddings, logits

    @property
    def _measured(self) -> Network:
        """The network that is recorded: with the moving average of the weights, where there is one by now."""
        return self.network if self.average is None or not self.step else cast(Network, self.average.module)

    @torch.no_grad()
    def _forward(self, inputs: PlacedInputs) -> tuple[Tensor, Tensor]:
        """Embeddings and logits in evaluation mode, float32."""
        network = self._measured.eval()
        parts = [network(chunk) for chunk in inputs.chunks(batch_within_memory(self.data.input_shape))]
        return torch.cat([part[0] for part in parts]).float(), torch.cat([part[1] for part in parts]).float()

    def _batches(self, epoch: int) -> list[Any]:
        spec, settings = self.config.sampler_entry
        rng = np.random.default_rng(derived_seed(self.config.seed, "batches", epoch))
        return spec.batches(settings, self.data.train.labels, self.config.batch_size, rng)

    def _check_finite(self, losses: list[Tensor], epoch: int) -> None:
        bad = (~torch.stack(losses).isfinite()).nonzero()
        if len(bad):
            value = losses[int(bad[0])].item()
            word = "NaN" if math.isnan(value) else "infinite"
            raise self._diverged(f"loss became {word} at epoch {epoch}, step {int(bad[0]) + 1}")

    def _diverged(self, what: str) -> TrainingDivergedError:
        return TrainingDivergedError(f"{what}; try a smaller learning rate (now {self.config.learning_rate:g})")

    def _on_device(self, split: Split) -> tuple[PlacedInputs, Tensor]:
        labels = torch.from_numpy(split.labels).to(self.device, non_blocking=True)
        return PlacedInputs(split.inputs, self.device), labels

    def _splits(self) -> Iterator[tuple[str, Split]]:
        yield from (("train", self.data.train), ("validation", self.data.validation), ("test", self.data.test))


def _term_names(output: ObjectiveOutput) -> dict[str, Tensor]:
    return {f"term/{name}": value for name, value in output.terms.items()}


def _shuffled_once(count: int, batch_size: int) -> list[Any]:
    # A fixed order, the same for all runs; shuffled, because a split may be sorted by class.
    order = np.random.default_rng(0).permutation(count)
    return np.split(order, range(batch_size, count, batch_size))
