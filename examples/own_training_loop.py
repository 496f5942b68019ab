"""Watch a training loop of your own.

From the checkout, with the app open: `python -m examples.own_training_loop --pause 1`. The page Live then offers
"my own loop"; without the pause the training is over in seconds, and its epochs play afterwards.
"""

from __future__ import annotations

import argparse
import time

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from softsil import Recorder, SoftSilhouetteLoss


def main() -> None:
    """Train a small network on scikit-learn's digits and record what its embedding space does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds of rest after every epoch, to watch it")
    options = parser.parse_args()
    digits = load_digits()
    images = torch.tensor(digits.data / 16, dtype=torch.float32)
    labels = torch.tensor(digits.target)
    train, watched = slice(0, 1000), slice(1000, None)

    torch.manual_seed(0)
    encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 32))
    head = nn.Linear(32, 10)
    silhouette = SoftSilhouetteLoss()
    optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=1e-3)

    pictures = (255 - digits.images[watched] * 15).astype("uint8")
    ids = range(1000, len(labels))
    with Recorder("my own loop", labels=labels[watched], samples=ids, thumbnails=pictures) as recorder:
        for epoch in range(1, options.epochs + 1):
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
            recorder.log(epoch, embeddings=embeddings, predictions=predicted, loss=loss)
            accuracy = (predicted == labels[watched]).float().mean()
            recorder.log(epoch, split="validation", accuracy=accuracy)  # of samples that it never trains on
            time.sleep(options.pause)


if __name__ == "__main__":
    main()
