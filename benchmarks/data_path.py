"""How much of an epoch waits for data: ``python -m benchmarks.data_path``.

The same random pictures in memory and in a mapped file, the small CNN, each augmentation. A share within one run is
worth more than seconds on a busy machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from trainers.augmentation.registry import AUGMENTATIONS
from trainers.config import RunConfig
from trainers.encoders.registry import ENCODERS
from trainers.placement import PlacedInputs
from trainers.views import Views

BATCH, SIDE = 64, 32


def waiting(inputs: PlacedInputs, augmentation: str, device: torch.device) -> tuple[float, float]:
    """Share of an epoch that waits for data, and the share that augments."""
    config = RunConfig(data="digits", objective="ce", augmentation=augmentation)
    views = Views(config, 0, device)
    spec = ENCODERS.get("cnn")
    encoder = spec.build(spec.config(embedding_dim=10), (3, SIDE, SIDE)).to(device)
    labels = torch.randint(0, 10, (BATCH,), device=device)
    feed = inputs.batches(np.random.default_rng(0).permutation(len(inputs)).reshape(-1, BATCH))
    started, augmenting = time.perf_counter(), 0.0
    for step, batch in enumerate(feed):
        before = time.perf_counter()
        (view,) = views(batch, two=False, epoch=1, step=step)
        augmenting += time.perf_counter() - before
        functional.cross_entropy(encoder(view), labels).backward()
    whole = time.perf_counter() - started
    return feed.waited / whole, augmenting / whole


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    device = torch.device(options.device)
    torch.set_num_threads(1)
    pictures = np.random.default_rng(0).integers(0, 256, (options.samples, 3, SIDE, SIDE), dtype=np.uint8)
    where_and_what = f"{options.device}, torch {torch.__version__}"
    print(f"{options.samples} pictures of {SIDE}×{SIDE} in batches of {BATCH}, {where_and_what}\n")
    print("| pictures lie in | augmentation | waiting for data | augmenting |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "pictures.npy", pictures)
        mapped = np.load(Path(folder) / "pictures.npy", mmap_mode="r")
        for place, where in (("memory", pictures), ("a mapped file", mapped)):
            for spec in AUGMENTATIONS:
                waited, augmented = waiting(PlacedInputs(where, device), spec.name, device)
                print(f"| {place} | `{spec.name}` | {waited:.1%} | {augmented:.0%} |")


if __name__ == "__main__":
    main()
