"""Where a run was carried out: enough to explain a different number later."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

_PACKAGES = (
    "softsil",
    "torch",
    "torchvision",
    "numpy",
    "scikit-learn",
    "umap-learn",
    "pytorch-metric-learning",
)


def describe_environment() -> dict[str, str | None]:
    """Versions of Python and the packages that matter, the platform, and the git commit of the current folder."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": str(os.cpu_count()),
        **{name: _version(name) for name in _PACKAGES},
        "git_commit": _git_commit(Path.cwd()),
    }


def _version(package: str) -> str | None:
    if package == "softsil":
        from softsil import __version__

        return __version__
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _git_commit(folder: Path) -> str | None:
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() or None
