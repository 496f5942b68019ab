"""What a projection method is, and the table of all of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from softsil.projection.points import Metric, Points
from softsil.registry import Registry


class ProjectionSettings(BaseModel):
    """Settings that every method has."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dims: Literal[2, 3] = Field(2, description="Dimensions of the map.")
    metric: Metric = Field(
        "cosine", description="What makes two embeddings near: the angle between them, or their straight distance."
    )


@dataclass(frozen=True)
class Frame:
    """One epoch on the map: what was projected, and where it came to lie.

    Attributes:
        points: the embeddings.
        layout: their coordinates, float32 ``[n, dims]``.
    """

    points: Points
    layout: NDArray[np.float32]


@dataclass(frozen=True)
class Projected:
    """What a method gives back.

    Attributes:
        layout: coordinates, float32 ``[n, dims]``, not yet registered.
        details: figures of this frame worth storing, e.g. ``{"layout_epochs": 30}``.
    """

    layout: NDArray[np.float32]
    details: Mapping[str, float | int | None]


@dataclass(frozen=True)
class MethodSpec:
    """One entry of the method registry.

    Args:
        name: what keys begin with, e.g. ``"umap"``.
        title: what forms and legends show.
        summary: one sentence: what the map shows and what it hides.
        settings: class of its settings.
        project: makes a layout of ``points``; ``previous`` is the frame to start from, or None for a first frame.
        missing: a sentence on what to install when the method cannot run here, else None.
        reference: where the method comes from.
    """

    name: str
    title: str
    summary: str
    settings: type[ProjectionSettings]
    project: Callable[[Points, Any, Frame | None], Projected]
    missing: Callable[[], str | None]
    reference: str


METHODS: Registry[MethodSpec] = Registry("projection method", "softsil.projection.methods")


@dataclass(frozen=True)
class Projection:
    """A method with its settings: what one folder under ``projections/`` holds.

    Args:
        method: name in :data:`METHODS`.
        settings: settings of that method's own class.
    """

    method: str
    settings: ProjectionSettings

    @property
    def key(self) -> str:
        """Folder name: method, dimensions, and eight digits that change with any setting."""
        text = json.dumps(self.settings.model_dump(mode="json"), sort_keys=True)
        return f"{self.method}-{self.settings.dims}d-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @property
    def spec(self) -> MethodSpec:
        """The registry entry of the method."""
        return METHODS.get(self.method)

    def as_config(self) -> dict[str, Any]:
        """The projection as JSON: ``{"method": …, setting: value, …}``."""
        return {"method": self.method, **self.settings.model_dump(mode="json")}


def parse_projection(config: str | Mapping[str, Any]) -> Projection:
    """Read ``"umap"`` or ``{"method": "umap", "dims": 3, …}``; keys that are not settings are refused.

    Raises:
        UnknownNameError: no such method.
        pydantic.ValidationError: a setting is unknown or out of range.
    """
    values = {"method": config} if isinstance(config, str) else dict(config)
    method = METHODS.get(str(values.pop("method", "")))
    return Projection(method.name, method.settings.model_validate(values))


def default_projections() -> list[Projection]:
    """What every run gets without asking: PCA, there at once, and UMAP, which takes its place."""
    return [parse_projection("pca"), parse_projection("umap")]
