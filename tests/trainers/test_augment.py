import pytest
import torch

from trainers.augment import second_view


@pytest.mark.parametrize("shape", [(6, 1, 8, 8), (6, 3, 5, 7), (6, 16)])
def test_a_second_view_has_the_same_shape_and_other_values(shape):
    torch.manual_seed(0)
    inputs = torch.rand(shape)
    view = second_view(inputs)
    assert view.shape == inputs.shape
    assert view.isfinite().all()
    assert not torch.equal(view, inputs)


def test_an_image_is_moved_by_at_most_an_eighth_of_its_width():
    torch.manual_seed(0)
    inputs = torch.zeros(64, 1, 8, 8)
    inputs[:, :, 4, 4] = 1
    bright = second_view(inputs).flatten(1).argmax(1)
    rows, columns = bright // 8, bright % 8
    assert {(rows - 4).abs().max().item(), (columns - 4).abs().max().item()} == {1}


def test_the_seed_decides_the_view():
    inputs = torch.rand(4, 1, 8, 8)
    views = []
    for _ in range(2):
        torch.manual_seed(3)
        views.append(second_view(inputs))
    assert torch.equal(*views)
