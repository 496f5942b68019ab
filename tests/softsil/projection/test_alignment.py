import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softsil.projection.alignment import register, rms_radius


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), dims=st.sampled_from([2, 3]))
def test_a_turned_mirrored_and_shifted_copy_lands_on_the_original(seed, dims):
    generator = np.random.default_rng(seed)
    layout = generator.normal(size=(30, dims))
    turn = np.linalg.qr(generator.normal(size=(dims, dims)))[0]
    result = register(layout @ turn + generator.normal(size=dims) * 9, layout)
    np.testing.assert_allclose(result.layout, layout, atol=1e-4)
    assert result.residual < 1e-5


def test_size_is_kept_unless_scaling_is_asked_for():
    layout = np.random.default_rng(0).normal(size=(50, 2))
    assert rms_radius(register(3 * layout, layout).layout) == pytest.approx(3 * rms_radius(layout), rel=1e-5)
    assert register(3 * layout, layout, scale=True).residual < 1e-5


def test_the_residual_is_the_unexplained_move_in_units_of_the_radius():
    generator = np.random.default_rng(0)
    layout, noise = generator.normal(size=(5000, 2)), generator.normal(size=(5000, 2))
    assert register(layout + 0.1 * noise, layout).residual == pytest.approx(0.1, rel=0.05)


def test_a_collapsed_layout_gives_finite_numbers():
    result = register(np.zeros((6, 2)), np.zeros((6, 2)))
    assert np.isfinite(result.layout).all()
    assert result.residual == 0


def test_layouts_of_different_shape_are_refused():
    with pytest.raises(ValueError, match=r"\[3, 2\] to a target \[4, 2\]"):
        register(np.zeros((3, 2)), np.zeros((4, 2)))
