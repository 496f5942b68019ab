"""Watch a training loop of your own.

From the checkout: `python -m examples.own_training_loop`, then open the app and choose "my own loop" on its Live page.
"""

from __future__ import annotations

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from softsil import Recorder, SoftSilhouetteLoss


def main() -> None:
    """Train a small network on scikit-learn's digits and record what its embedding space does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    epochs = parser.parse_args().epochs
    digits = load_digits()
    images = torch.tensor(digits.data / 16, dtype=torch.float32)
    labels = torch.tensor(digits.target)
    train, watched = slice(0, 1000), slice(1000, None)

    torch.manual_seed(0)
    encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 32))
    head = nn.Linear(32, 10)
    silhouette = SoftSilhouetteLoss()
    optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=1e-3)

    with Recorder("my own loop", labels=labels[watched], samples=range(1000, len(labels))) as recorder:
        for epoch in range(1, epochs + 1):
            for batch in torch.randperm(1000).split(128):
                embeddings = functional.normalize(encoder(images[train][batch]))
                loss = functional.cross_entropy(head(embeddings) * 10, labels[batch]) + silhouette(
                    embeddings, labels[batch]
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                embeddings = functional.normalize(encoder(images[watched]))
            predicted = head(embeddings).argmax(1)
            accuracy = (predicted == labels[watched]).float().mean()
            recorder.log(epoch, embeddings=embeddings, predictions=predicted, loss=loss, accuracy=accuracy)


if __name__ == "__main__":
    main()
