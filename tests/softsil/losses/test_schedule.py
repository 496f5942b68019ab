"""Values that move over epochs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softsil.losses.schedule import Schedule, constant

KINDS = ["warmup", "linear", "cosine"]
numbers = st.floats(0, 100)


def test_a_constant_never_moves():
    assert [constant(0.3)(epoch) for epoch in (0, 1, 1000)] == [0.3] * 3


@pytest.mark.parametrize("kind", KINDS)
@given(start=numbers, end=numbers, epochs=st.floats(0.5, 1000))
def test_it_starts_at_the_start_and_ends_at_the_end(kind, start, end, epochs):
    schedule = Schedule(start, end, epochs, kind)
    assert (schedule(0), schedule(epochs), schedule(10 * epochs)) == (start, end, end)


@pytest.mark.parametrize("kind", KINDS)
@given(start=numbers, end=numbers, epoch=st.floats(0, 10))
def test_it_stays_between_its_ends(kind, start, end, epoch):
    low, high = min(start, end), max(start, end)
    assert low - 1e-9 <= Schedule(start, end, 10, kind)(epoch) <= high + 1e-9


def test_cosine_is_half_way_at_half_time_and_slow_at_the_ends():
    schedule = Schedule(0, 1, 10, "cosine")
    assert schedule(5) == pytest.approx(0.5)
    assert schedule(1) < 0.05


def test_a_length_of_zero_is_refused():
    with pytest.raises(ValueError, match="length above 0 epochs, got 0"):
        Schedule(0, 1, 0)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown schedule 'steps'"):
        Schedule(0, 1, 1, "steps")  # type: ignore[arg-type]
