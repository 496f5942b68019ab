import numpy as np
import pytest

from softsil.analysis.classes import class_margins, confusion, mean_distances, unit_rows


@pytest.fixture
def cloud():
    """Unit rows and labels of 60 points in four classes, the last of them absent."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, size=60)
    return unit_rows(np.eye(5)[labels] + 0.3 * rng.normal(size=(60, 5))), labels


def test_unit_rows_have_length_one_and_a_zero_row_stays():
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 0.0]]


def test_mean_distances_are_those_of_all_pairs(cloud):
    rows, labels = cloud
    every = 1 - rows.astype(float) @ rows.T.astype(float)
    found = mean_distances(rows, labels, 4)
    for one in range(3):
        for two in range(3):
            block = every[np.ix_(labels == one, labels == two)]
            expected = block.mean() if one != two else block[~np.eye(len(block), dtype=bool)].mean()
            assert found[one, two] == pytest.approx(expected, abs=1e-6)
    assert np.isnan(found[3]).all()


def test_a_class_of_one_sample_has_no_width():
    assert np.isnan(mean_distances(unit_rows(np.eye(2)), np.array([0, 1]), 2)[0, 0])


def test_confusion_is_the_share_of_each_true_class():
    found = confusion(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), 3)
    assert found[:2].tolist() == [[pytest.approx(1 / 3), pytest.approx(2 / 3), 0], [0, 1, 0]]
    assert np.isnan(found[2]).all()


def test_a_prediction_outside_the_classes_counts_in_the_total():
    assert confusion(np.array([0, 0]), np.array([0, -1], dtype=np.int32), 2)[0].tolist() == [0.5, 0.0]


def test_margins_leave_the_sample_itself_out_of_its_class(cloud):
    rows, labels = cloud
    found = class_margins(rows, labels, 4)
    others = [place for place in np.flatnonzero(labels == labels[0]) if place != 0]
    mean = unit_rows(rows[others].sum(axis=0)[None])[0]
    assert found.own[0] == pytest.approx(1 - float(rows[0] @ mean), abs=1e-6)


def test_the_nearest_other_class_is_never_the_own_or_an_absent_one(cloud):
    rows, labels = cloud
    found = class_margins(rows, labels, 4)
    assert (found.nearest != labels).all()
    assert found.nearest.max() < 3


def test_a_point_nearer_to_another_class_has_a_negative_margin():
    rows = unit_rows(np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0], [1.0, 0.05]]))
    found = class_margins(rows, np.array([0, 0, 1, 1, 1]), 2)
    assert found.margin[4] < 0 < found.margin[0]
    assert found.nearest[4] == 0


def test_margins_need_two_classes():
    with pytest.raises(ValueError, match="at least two classes, got 1"):
        class_margins(unit_rows(np.eye(2)), np.array([1, 1]), 2)
