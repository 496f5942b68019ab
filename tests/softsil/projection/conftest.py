import numpy as np
import pytest

from softsil.runs.writer import RunWriter

COUNT, WIDTH, CLASSES = 240, 12, 4


@pytest.fixture(scope="session")
def labels():
    return np.arange(COUNT) % CLASSES


@pytest.fixture(scope="session")
def training(labels):
    """Seven epochs of four classes that drift apart, as a training would move them."""
    generator = np.random.default_rng(0)
    centers, points = generator.normal(size=(CLASSES, WIDTH)), generator.normal(size=(COUNT, WIDTH))
    wobble = generator.normal(size=(7, COUNT, WIDTH))
    return [(points + e * 0.5 * centers[labels] + 0.05 * wobble[e]).astype(np.float32) for e in range(7)]


@pytest.fixture(scope="session")
def rotation():
    return np.linalg.qr(np.random.default_rng(1).normal(size=(WIDTH, WIDTH)))[0].astype(np.float32)


@pytest.fixture
def record(tmp_path, labels):
    """record(snapshots, name=…, experiment=…, epochs=…, first_id=…) writes a finished run and returns its id."""

    def write(snapshots, name="run", experiment=None, epochs=None, first_id=0):
        root = tmp_path / "runs"
        ids = first_id + np.arange(len(snapshots[0]))
        with RunWriter(name, ids, labels[: len(ids)], root=root, experiment=experiment) as recorder:
            for epoch, embeddings in zip(epochs or range(len(snapshots)), snapshots, strict=True):
                recorder.log(epoch, embeddings=embeddings)
        return recorder.run_id

    write.root = tmp_path / "runs"
    return write
