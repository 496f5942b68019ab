import numpy as np

from softsil.analysis.classes import class_margins, unit_rows
from softsil.analysis.neighbors import nearest
from softsil.analysis.suspects import suspected_label_errors
from softsil.metrics import silhouette_samples

CLASSES, EACH = 4, 40


def clouds(spread=0.25):
    labels = np.repeat(np.arange(CLASSES), EACH)
    noise = np.random.default_rng(0).normal(size=(len(labels), 8))
    return unit_rows(np.eye(8)[labels] + spread * noise), labels


def suspects(rows, labels):
    silhouettes = silhouette_samples(rows, labels).numpy()
    return suspected_label_errors(labels, class_margins(rows, labels, CLASSES), silhouettes, nearest(rows, 10))


def test_swapped_labels_are_found_with_the_class_they_belong_to():
    rows, truth = clouds()
    labels = truth.copy()
    swapped = [3, 50, 90]
    labels[swapped] = (truth[swapped] + 1) % CLASSES
    found = suspects(rows, labels)
    # Those that are as near as the average member; the threshold is strict on purpose.
    assert len(found.rows) > 0
    assert set(found.rows) <= set(swapped)
    assert found.classes.tolist() == truth[found.rows].tolist()


def test_clean_classes_have_no_suspects():
    assert len(suspects(*clouds(0.1)).rows) == 0


def test_the_strongest_suspicion_comes_first():
    rows, truth = clouds()
    labels = truth.copy()
    labels[::9] = (truth[::9] + 1) % CLASSES
    shares = suspects(rows, labels).neighbors
    assert len(shares) > 2
    assert (np.diff(shares) <= 0).all()


def test_without_silhouettes_nothing_is_suspected():
    rows, truth = clouds()
    labels = np.roll(truth, 1)
    unknown = np.full(len(labels), np.nan, dtype=np.float32)
    found = suspected_label_errors(labels, class_margins(rows, labels, CLASSES), unknown, nearest(rows, 10))
    assert len(found.rows) == 0
