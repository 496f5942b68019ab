"""The table of benchmark presets, and what a preset says."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from softsil.registry import Registry

# The paper's comparison; Center has no classifier of its own, so it accompanies cross-entropy as in Wen et al. 2016.
LOSSES = ("ce", "ce+sil", "supcon", "supcon2", "ce+supcon2", "ce+sil+supcon2", "proxynca", "ce+center")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Setup(_Record):
    """How one data set is trained on; the same for every loss."""

    data: dict[str, Any] = Field(description="Data set: its name and settings.")
    encoder: dict[str, Any] = Field(description="Network from input to embedding: its name and settings.")
    epochs: int = Field(30, ge=1, description="Passes over the training data.")
    batch_size: int = Field(128, ge=2, description="Samples in one optimizer step.")
    learning_rates: tuple[float, ...] = Field(
        (1e-3, 3e-3, 1e-2, 3e-2),
        min_length=1,
        description="Candidates; cross-entropy chooses, all losses use its choice.",
    )
    more: dict[str, Any] = Field(default_factory=dict, description="Any other field of an experiment.")

    @property
    def name(self) -> str:
        """The data set."""
        return str(self.data["name"])


class Condition(_Record):
    """One way to make the training data worse, at several levels."""

    name: str = Field(description="What the report calls it.")
    field: str = Field(description="The setting of the data set that does it.")
    levels: tuple[tuple[str, Any], ...] = Field(description="Each level: its label and the value of the setting.")


class Preset(_Record):
    """One entry: everything that a benchmark trains."""

    name: str = Field(description="What users type.")
    summary: str = Field(description="One sentence on what it is for.")
    setups: tuple[Setup, ...] = Field(min_length=1, description="The data sets.")
    losses: tuple[str, ...] = Field(LOSSES, min_length=1, description="The losses compared, as recipes.")
    seeds: int = Field(5, ge=1, le=100, description="Runs of every loss on every data set.")
    grid_seeds: tuple[int, ...] = Field((1000, 1001), description="Seeds of the grid runs; no result counts them.")
    conditions: tuple[Condition, ...] = Field((), description="The robustness study.")
    condition_data: tuple[str, ...] | None = Field(None, description="Data sets of the robustness study; None: all.")
    condition_losses: tuple[str, ...] = Field((), description="Losses in the robustness study.")
    condition_seeds: int = Field(3, ge=1, description="Seeds of the robustness study.")
    batch_data: tuple[str, ...] = Field((), description="Data sets of the batch study.")
    batch_losses: tuple[str, ...] = Field((), description="Losses in the batch study.")
    batch_sizes: tuple[int, ...] = Field((), description="Batch sizes tried, batches drawn at random.")
    classes_per_batch: tuple[int, ...] = Field((), description="Classes in a batch of fixed size, class-balanced.")
    balanced_batch: int = Field(64, ge=4, description="Batch size while the classes in a batch vary.")
    batch_seeds: int = Field(3, ge=1, description="Seeds of the batch study.")

    @property
    def degraded(self) -> list[Setup]:
        """The setups of the robustness study."""
        return [setup for setup in self.setups if self.condition_data is None or setup.name in self.condition_data]

    def setup(self, data: str) -> Setup:
        """The setup of a data set; one that the preset does not know gets that of the first one, with an MLP."""
        known = {setup.name: setup for setup in self.setups}
        first = self.setups[0]
        return known.get(data) or first.model_copy(update={"data": {"name": data}, "encoder": {"name": "mlp"}})

    def narrowed(self, data: list[str] | None, losses: list[str] | None, seeds: int | None) -> Preset:
        """The same benchmark on other data sets, losses or numbers of seeds."""
        names = data or [setup.name for setup in self.setups]
        chosen = tuple(losses or self.losses)
        return self.model_copy(
            update={
                "setups": tuple(self.setup(name) for name in names),
                "losses": chosen,
                "seeds": seeds or self.seeds,
                "condition_data": tuple(name for name in self.condition_data or names if name in names),
                "condition_losses": tuple(loss for loss in self.condition_losses if loss in chosen),
                "condition_seeds": min(self.condition_seeds, seeds or self.seeds),
                "batch_data": tuple(name for name in self.batch_data if name in names),
                "batch_losses": tuple(loss for loss in self.batch_losses if loss in chosen),
                "batch_seeds": min(self.batch_seeds, seeds or self.seeds),
            }
        )


PRESETS: Registry[Preset] = Registry("benchmark preset", "trainers.bench.presets")
