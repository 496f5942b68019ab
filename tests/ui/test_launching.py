"""One click launches once, however often it reaches the server."""

import pytest
from streamlit.testing.v1 import AppTest

from ui import launching


def click_twice_with_the_same_token():
    from ui import launching, state

    state.init_state()
    token = state.launch_token()
    for _ in range(2):
        launching._launch_once(token, lambda: "the experiment", None)


def click_twice_with_fresh_tokens():
    from ui import launching, state

    state.init_state()
    for _ in range(2):
        launching._launch_once(state.launch_token(), lambda: "the experiment", None)


@pytest.fixture
def launched(monkeypatch):
    experiments = []

    def launch(experiment, launcher):
        experiments.append(experiment)
        return [f"run {len(experiments)}"]

    monkeypatch.setattr(launching, "launch", launch)
    return experiments


def test_a_repeated_click_launches_nothing_and_opens_what_the_first_one_launched(launched):
    app = AppTest.from_function(click_twice_with_the_same_token).run()
    assert not app.exception
    assert launched == ["the experiment"]
    assert app.session_state["launch_runs"] == ("run 1",)
    assert app.session_state["launch_opens_live"]


def test_a_new_click_launches_again(launched):
    app = AppTest.from_function(click_twice_with_fresh_tokens).run()
    assert not app.exception
    assert len(launched) == 2
