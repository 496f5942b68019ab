import pytest

from benchmarks.palette import PAGES, contrast, parsed, smallest_distance
from ui.replay.palette import PALETTE

# Distances in Oklab times 100: about two are just seen.
SEEN = ["most people", "protanopia", "deuteranopia", "tritanopia"]


@pytest.mark.parametrize("vision", SEEN)
@pytest.mark.parametrize(("classes", "least"), [(10, 6.0), (26, 6.0), (100, 2.5)])
def test_any_two_colors_differ_for_people_with_any_kind_of_sight(classes, least, vision):
    assert smallest_distance(PALETTE[:classes], vision) > least


@pytest.mark.parametrize("page", PAGES)
def test_every_color_stands_out_from_a_light_and_from_a_dark_page(page):
    assert contrast(parsed(PALETTE), page).min() >= 1.5


def test_there_are_a_hundred_different_colors():
    assert len(set(PALETTE)) == len(PALETTE) == 100
