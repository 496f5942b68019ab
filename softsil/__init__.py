"""softsil: differentiable silhouette losses, exact silhouettes, and a recorder to watch embeddings train.

The public names load on first use, so that reading a run folder does not import torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softsil.losses.objective import Objective
    from softsil.losses.soft_silhouette import SoftSilhouetteLoss
    from softsil.runs.reader import RunReader
    from softsil.runs.recorder import Recorder

__version__ = "0.1.0"
__all__ = ["Objective", "Recorder", "RunReader", "SoftSilhouetteLoss", "__version__"]

_HOMES = {
    "SoftSilhouetteLoss": "softsil.losses.soft_silhouette",
    "Objective": "softsil.losses.objective",
    "Recorder": "softsil.runs.recorder",
    "RunReader": "softsil.runs.reader",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'softsil' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
