"""A training whose embeddings :mod:`benchmarks.projection` and others draw, of any number of points.

A small network is trained on scikit-learn's digits. The larger sets repeat the digits with noise of their own on every
pixel: not new images, but a real training sequence of that size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def training_sequence(count: int, frames: int, seed: int = 0) -> tuple[list[NDArray[np.float32]], str]:
    """Embeddings ``[count, 64]`` of the same points before training and after each epoch, and what they are."""
    import torch
    from sklearn.datasets import load_digits

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    images, classes = load_digits(return_X_y=True)
    generator = np.random.default_rng(seed)
    chosen = np.arange(count) % len(images)
    inputs = images[chosen] / 16.0
    if count > len(images):
        inputs = np.clip(inputs + generator.normal(scale=0.15, size=inputs.shape), 0.0, 1.0)
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(classes[chosen])
    encoder = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64))
    head = torch.nn.Linear(64, 10)
    optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=1e-3)
    snapshots = [encoder(x).detach().numpy()]
    for _ in range(frames - 1):
        # As many steps an epoch as the digits have, so that frames lie equally far apart at every size.
        for batch in torch.randperm(len(x))[: len(images)].split(128):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(head(encoder(x[batch])), y[batch]).backward()
            optimizer.step()
        snapshots.append(encoder(x).detach().numpy())
    kind = "digits" if count <= len(images) else "digits repeated, with noise on every pixel"
    return snapshots, f"{kind}; network 64-128-64, Adam, batch 128"
