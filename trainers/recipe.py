"""How a network is trained, beyond data, encoder and loss: optimizer, schedule, augmentation, precision."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from trainers.augmentation.registry import AUGMENTATIONS, AugmentationConfig, AugmentationSpec, takes
from trainers.entries import chosen_entry, read_entry
from trainers.heads.registry import HEADS, HeadConfig, HeadSpec
from trainers.optimizers.registry import OPTIMIZERS, OptimizerConfig, OptimizerSpec
from trainers.schedules.registry import SCHEDULES, ScheduleConfig, ScheduleSpec


def _choice(name: str, description: str) -> Any:
    return Field(default_factory=lambda: {"name": name}, validate_default=True, description=description)


class Recipe(BaseModel):
    """What all runs of an experiment share about the way they train; the defaults are those of a small network."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    learning_rate: float = Field(
        1e-3, gt=0, le=10, description="Step size of the optimizer; the largest one of a schedule."
    )
    weight_decay: float = Field(0.0, ge=0, le=1, description="How strongly the optimizer pulls weights toward zero.")
    optimizer: dict[str, Any] = _choice("adamw", "How weights follow the gradient: its name and settings.")
    schedule: dict[str, Any] = _choice("constant", "How the learning rate moves: its name and settings.")
    augmentation: dict[str, Any] = _choice("none", "How samples are changed each time: its name and settings.")
    projection_head: dict[str, Any] = _choice(
        "none", "What stands between the embedding and losses that compare samples: its name and settings."
    )
    precision: Literal["automatic", "float32", "bfloat16", "float16"] = Field(
        "automatic", description="Numbers that the network computes with; automatic: float16 on a graphics card."
    )
    gradient_clip: float | None = Field(
        None, gt=0, le=1e6, description="Largest length of the gradient; longer ones are shortened. Empty: none are."
    )
    ema_decay: float | None = Field(
        None,
        gt=0,
        lt=1,
        title="EMA decay",
        description="Measure a moving average of the weights that keeps this share a step; empty: the weights.",
    )
    channels_last: bool = Field(False, description="Keep images as graphics cards like them; the same network.")
    compile: bool = Field(False, description="Compile the encoder with torch.compile: slow to start, quicker steps.")

    @field_validator("optimizer", mode="before")
    @classmethod
    def _read_optimizer(cls, value: Any) -> dict[str, Any]:
        return read_entry(OPTIMIZERS, value)

    @field_validator("schedule", mode="before")
    @classmethod
    def _read_schedule(cls, value: Any) -> dict[str, Any]:
        return read_entry(SCHEDULES, value)

    @field_validator("augmentation", mode="before")
    @classmethod
    def _read_augmentation(cls, value: Any) -> dict[str, Any]:
        return read_entry(AUGMENTATIONS, value)

    @field_validator("projection_head", mode="before")
    @classmethod
    def _read_projection_head(cls, value: Any) -> dict[str, Any]:
        return read_entry(HEADS, value)

    def check_recipe(self, epochs: int, shape: tuple[int, ...], device: str, frozen: bool) -> None:
        """See whether it fits the run.

        Args:
            epochs: of the run.
            shape: of one input.
            device: of the run.
            frozen: whether the encoder reads every image once only.

        Raises:
            ValueError: it does not; one sentence says why.
        """
        self.schedule_entry[1].check(epochs)
        augmentation = self.augmentation_entry[0]
        if not takes(augmentation, shape):
            raise ValueError(
                f"augmentation {augmentation.name} needs images [1 or 3, height, width]; the inputs here are {shape}"
            )
        if frozen and augmentation.images_only:
            raise ValueError(
                f"augmentation {augmentation.name} changes images in every step, and frozen weights read them once; "
                "take augmentation none, or an encoder that is not frozen"
            )
        if self.channels_last and len(shape) != 3:
            raise ValueError(f"channels_last needs images [channels, height, width]; the inputs here are {shape}")
        if self.precision == "float16" and device == "cpu":
            raise ValueError("precision float16 needs a graphics card; take bfloat16 or float32")

    @property
    def optimizer_entry(self) -> tuple[OptimizerSpec, OptimizerConfig]:
        """The chosen optimizer and its settings."""
        return chosen_entry(OPTIMIZERS, self.optimizer)

    @property
    def schedule_entry(self) -> tuple[ScheduleSpec, ScheduleConfig]:
        """The chosen learning-rate schedule and its settings."""
        return chosen_entry(SCHEDULES, self.schedule)

    @property
    def augmentation_entry(self) -> tuple[AugmentationSpec, AugmentationConfig]:
        """The chosen augmentation and its settings."""
        return chosen_entry(AUGMENTATIONS, self.augmentation)

    @property
    def head_entry(self) -> tuple[HeadSpec, HeadConfig]:
        """The chosen projection head and its settings."""
        return chosen_entry(HEADS, self.projection_head)
