"""The devices of this machine, without importing torch."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from trainers.errors import LaunchError

CPU_SLOTS_VARIABLE = "SOFTSIL_CPU_SLOTS"


@dataclass(frozen=True)
class Device:
    """One place to train.

    Attributes:
        name: what a config says, e.g. ``"cuda:0"``.
        title: what a form shows.
    """

    name: str
    title: str


@functools.cache
def graphics_cards() -> tuple[str, ...]:
    """Names of the NVIDIA cards, in the driver's order; empty without a driver or with a torch for processors only."""
    command = shutil.which("nvidia-smi")
    if command is None or not _torch_knows_cuda() or os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        return ()
    try:
        query = [command, "--query-gpu=name", "--format=csv,noheader"]
        result = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.strip() for line in result.stdout.splitlines() if line.strip()) if result.returncode == 0 else ()


def _torch_knows_cuda() -> bool:
    # torch's own version file says for which CUDA it was built; importing it would cost seconds.
    spec = importlib.util.find_spec("torch")
    version = Path(spec.origin).with_name("version.py") if spec and spec.origin else None
    text = version.read_text(encoding="utf-8") if version and version.exists() else ""
    return re.search(r"^cuda\b.*=\s*['\"]", text, re.MULTILINE) is not None


def available_devices() -> list[Device]:
    """``auto`` first, then the processor, then every graphics card."""
    cards = [Device(f"cuda:{index}", f"{name} (cuda:{index})") for index, name in enumerate(graphics_cards())]
    best = "a free graphics card" if cards else "the processor: there is no graphics card"
    return [Device("auto", f"Automatic ({best})"), Device("cpu", f"Processor ({os.cpu_count()} cores)"), *cards]


def cpu_slots() -> int:
    """How many runs may train on the processor at once: ``$SOFTSIL_CPU_SLOTS``, default 1.

    Two jobs that each grab all cores run slower than one after the other.
    """
    text = os.environ.get(CPU_SLOTS_VARIABLE, "1")
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise LaunchError(f"{CPU_SLOTS_VARIABLE} must be a whole number from 1 to 256, got {text!r}")
    return int(text)
