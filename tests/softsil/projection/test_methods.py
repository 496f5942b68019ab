import numpy as np
import pytest
from pydantic import ValidationError

from softsil.errors import UnknownNameError
from softsil.projection.alignment import register, rms_radius
from softsil.projection.methods.umap import warm_epochs
from softsil.projection.points import Points
from softsil.projection.quality import jitter, map_neighbors, trustworthiness
from softsil.projection.registry import METHODS, Frame, default_projections, parse_projection

NAMES = METHODS.names()


@pytest.fixture(params=NAMES)
def projection(request):
    chosen = parse_projection(request.param)
    if (sentence := chosen.spec.missing()) is not None:
        pytest.skip(sentence)
    return chosen


def draw(projection, embeddings, previous=None):
    return projection.spec.project(Points(embeddings), projection.settings, previous).layout


def test_a_first_frame_is_far_more_faithful_than_chance(projection, training):
    near = map_neighbors(draw(projection, training[6]))
    assert trustworthiness(Points(training[6]), near) > 0.85


def test_a_frame_is_the_same_bit_for_bit_when_drawn_again(projection, training):
    first = draw(projection, training[1])
    start = Frame(Points(training[1]), first)
    assert np.array_equal(draw(projection, training[1]), first)
    assert np.array_equal(draw(projection, training[2], start), draw(projection, training[2], start))


def test_maps_of_all_methods_have_about_one_size(projection, training):
    assert 3 < rms_radius(draw(projection, training[4])) < 15


@pytest.mark.parametrize("count", [1, 2, 3, 5, 20])
def test_a_handful_of_points_is_drawn_too(projection, training, count):
    layout = draw(projection, training[0][:count])
    assert layout.shape == (count, 2)
    assert np.isfinite(draw(projection, training[1][:count], Frame(Points(training[0][:count]), layout))).all()


def test_collapsed_embeddings_become_one_dot(projection):
    layout = draw(projection, np.ones((50, 6)))
    assert np.ptp(layout, axis=0).max() < 1e-3


@pytest.mark.parametrize("name", ["pca", "umap"])
def test_three_dimensions(name, training):
    layout = draw(parse_projection({"method": name, "dims": 3}), training[3])
    assert layout.shape == (len(training[3]), 3)
    assert layout.std(axis=0).min() > 0.1


@pytest.mark.parametrize("seed", range(4))
def test_pca_of_a_rotated_copy_is_the_same_map(training, seed):
    size = training[3].shape[1]
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]
    pca = parse_projection({"method": "pca", "metric": "euclidean"})
    np.testing.assert_allclose(draw(pca, training[3] @ rotation), draw(pca, training[3]), atol=1e-3)


def test_a_rotated_copy_started_from_the_same_frame_gives_the_same_umap(training, rotation):
    umap = parse_projection("umap")
    layout = draw(umap, training[3])
    plain = draw(umap, training[4], Frame(Points(training[3]), layout))
    turned = draw(umap, training[4] @ rotation, Frame(Points(training[3] @ rotation), layout))
    assert jitter(turned, plain) < 0.02


def test_a_still_input_keeps_the_map_almost_still(training):
    umap = parse_projection("umap")
    start = Frame(Points(training[5]), draw(umap, training[5]))
    again = register(draw(umap, training[5], start), start.layout).layout
    assert jitter(again, start.layout) < 0.05


def test_following_is_ten_times_calmer_than_drawing_afresh(training):
    umap = parse_projection("umap")
    start = Frame(Points(training[5]), draw(umap, training[5]))
    followed = register(draw(umap, training[6], start), start.layout).layout
    other = parse_projection({"method": "umap", "seed": 1})
    afresh = draw(other, np.random.default_rng(0).permutation(training[6]))
    assert jitter(followed, start.layout) < 0.1 * jitter(afresh, start.layout)


def test_the_noise_does_not_depend_on_where_the_points_lie(training):
    umap = parse_projection("umap")
    layout = draw(umap, training[2])
    plain, mirrored = (
        draw(umap, training[3], Frame(Points(training[2]), sign * layout)) for sign in (np.float32(1), np.float32(-1))
    )
    assert np.array_equal(mirrored, -plain)


def test_more_stability_means_less_movement(training):
    start = Frame(Points(training[2]), draw(parse_projection("umap"), training[2]))
    maps = [parse_projection({"method": "umap", "stability": stability}) for stability in (0.0, 0.75, 0.98)]
    moved = [jitter(draw(projection, training[3], start), start.layout) for projection in maps]
    assert moved[0] > 1.2 * moved[1] > 2 * moved[2] > 0


def test_more_changed_neighbors_mean_more_passes_within_bounds():
    passes = [warm_epochs(changed, 30) for changed in (0.0, 0.2, 0.3, 0.6, 1.0)]
    assert passes == sorted(passes)
    assert passes[2] == 30
    assert passes[0] == 15


def test_the_key_names_method_and_dimensions_and_changes_with_any_setting():
    keys = {
        parse_projection({"method": "umap", **change}).key
        for change in ({}, {"seed": 1}, {"min_dist": 0.2}, {"stability": 0.5}, {"dims": 3}, {"metric": "euclidean"})
    }
    assert len(keys) == 6
    assert {key.rsplit("-", 1)[0] for key in keys} == {"umap-2d", "umap-3d"}


def test_a_projection_survives_the_way_through_json():
    projection = parse_projection({"method": "umap", "n_neighbors": 30})
    assert parse_projection(projection.as_config()) == projection


def test_every_run_gets_pca_and_umap_by_default():
    assert [projection.method for projection in default_projections()] == ["pca", "umap"]


def test_an_unknown_method_answers_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="Did you mean 'umap'"):
        parse_projection("umapp")


@pytest.mark.parametrize("bad", [{"n_neighbors": 1}, {"dims": 4}, {"colour": "red"}, {"min_dist": float("nan")}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(ValidationError):
        parse_projection({"method": "umap", **bad})


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_explained(name):
    assert all(field.description for field in METHODS.get(name).settings.model_fields.values())


def test_a_method_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install openTSNE" in METHODS.get("tsne").missing()
