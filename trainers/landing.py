"""Where a picture of one's own lands: through the network of a run, among its watched samples, onto its maps."""

from __future__ import annotations

import base64
import io
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.analysis.classes import class_sums, unit_rows
from softsil.analysis.neighbors import nearest_to
from softsil.errors import SoftsilError, UnreadableFileError
from softsil.runs.reader import RunReader
from trainers.checkpoint import Checkpoint, CheckpointStore
from trainers.config import RunConfig, read_run
from trainers.data.dataset import Dataset
from trainers.network import build_network
from trainers.pictures import Reading, read_picture, reading_of

NEIGHBORS = 10
_NEAREST_WEIGHT = 1e-3

APPROXIMATE = (
    "The place on the map is approximate: the mean of the places of its nearest neighbors, the nearer the heavier. "
    "The neighbors themselves are exact, in the embedding space."
)


@dataclass(frozen=True)
class Neighbor:
    """One of the nearest watched samples: its id as text, its class, and how far it is (cosine distance)."""

    sample: str
    row: int
    label: str
    distance: float


@dataclass(frozen=True)
class Landing:
    """Where a picture lands.

    Attributes:
        run_id: the run.
        epoch: the epoch of the network that read it.
        prediction: the class that the network says.
        probability: how sure the network is, the softmax of its class scores.
        nearest_class: the class whose mean direction is nearest.
        class_distance: cosine distance to it.
        neighbors: the nearest watched samples, nearest first.
        places: coordinates on each map of that epoch, by projection key.
        picture: what the network saw, a PNG in base64.
        notes: sentences to show beside it.
    """

    run_id: str
    epoch: int
    prediction: str
    probability: float
    nearest_class: str
    class_distance: float
    neighbors: list[Neighbor]
    places: dict[str, list[float]]
    picture: str
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return asdict(self)


def land(reader: RunReader, picture_path: Path, epoch: int | None = None) -> Landing:
    """Read a picture with a run's network and find its nearest watched samples.

    Args:
        reader: a run that the trainers trained.
        picture_path: the file.
        epoch: use the kept checkpoint nearest to this epoch; None: the newest.

    Raises:
        SoftsilError: no checkpoint, no embeddings of its epoch, no pictures in this data set, no picture in the file.
    """
    config = read_run(reader.paths)
    checkpoint = _checkpoint(reader, epoch)
    samples = reader.samples
    if samples is None:
        raise UnreadableFileError(f"{reader.run_id} has no watched samples to compare with")
    rows = unit_rows(reader.embeddings(checkpoint.epoch))
    spec, settings = config.data_entry
    data = spec.load(settings)
    reading = reading_of(data)
    picture, size = read_picture(picture_path, reading.shape)
    embedding, scores = _through_network(config, data, checkpoint, reading, picture)
    point = unit_rows(embedding[None])[0]
    near = nearest_to(point, rows, NEIGHBORS)
    distances = 1 - rows[near] @ point
    means = unit_rows(class_sums(rows, samples.labels, len(samples.class_names))[0])
    to_classes = 1 - means @ point
    said = int(scores.argmax())
    return Landing(
        run_id=reader.run_id,
        epoch=checkpoint.epoch,
        prediction=data.class_names[said],
        probability=float(scores[said]),
        nearest_class=samples.class_names[int(to_classes.argmin())],
        class_distance=float(to_classes.min()),
        neighbors=[
            Neighbor(str(samples.ids[row]), int(row), samples.class_names[samples.labels[row]], float(distance))
            for row, distance in zip(near, distances, strict=True)
        ],
        places=_places(reader, checkpoint.epoch, near, distances),
        picture=_png(picture),
        notes=[_resized(size, reading), APPROXIMATE],
    )


def _checkpoint(reader: RunReader, epoch: int | None) -> Checkpoint:
    store = CheckpointStore(reader.paths)
    found = store.newest() if epoch is None else store.nearest(epoch)
    if found is None:
        raise UnreadableFileError(
            f"{reader.run_id} has no trained network: it was not trained here, or no epoch has ended yet"
        )
    return found


def _through_network(
    config: RunConfig, data: Dataset, checkpoint: Checkpoint, reading: Reading, picture: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embedding ``[d]`` and class probabilities ``[C]``, both float32."""
    import torch

    from trainers.training_state import weights_to_evaluate

    inputs = torch.from_numpy(reading.inputs(picture))
    spec, settings = config.encoder_entry
    frozen = spec.frozen_part(settings, data.input_shape)
    if frozen is not None:
        inputs = frozen(inputs)
    network = build_network(config, tuple(inputs.shape[1:]), len(data.class_names))
    network.load_state_dict(weights_to_evaluate(checkpoint.weights))
    network.eval()
    with torch.no_grad():
        embeddings, logits = network(inputs)
    return embeddings[0].float().numpy(), logits[0].float().softmax(0).numpy()


def _places(
    reader: RunReader, epoch: int, near: NDArray[np.int64], distances: NDArray[np.float32]
) -> dict[str, list[float]]:
    weights = 1 / (np.maximum(distances, 0) + _NEAREST_WEIGHT)
    places = {}
    for key in reader.projections():
        try:
            frame = reader.frame(key, epoch)
        except SoftsilError:
            continue
        if len(frame) > near.max():
            places[key] = [float(value) for value in np.average(frame[near], axis=0, weights=weights)]
    return places


def _resized(size: tuple[int, int], reading: Reading) -> str:
    channels, height, width = reading.shape
    color = "gray" if channels == 1 else "color"
    return f"The network sees {width}×{height} pixels in {color}; the picture had {size[0]}×{size[1]}."


def _png(picture: NDArray[np.uint8]) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()
