from collections.abc import Callable

import pytest

from softsil.runs.reader import list_runs
from ui.comparison import Side, sides_of
from ui.run_table import run_rows
from ui.seed_groups import groups_of


@pytest.fixture
def side(runs_folder) -> Callable[..., Side]:
    """The runs with these ids as one side of a comparison."""

    def make(*run_ids: str) -> Side:
        [found] = sides_of(groups_of(run_ids, run_rows(list_runs())))
        return found

    return make
