"""A run that began while a page was open is offered there."""

from streamlit.testing.v1 import AppTest


def offer() -> None:
    import streamlit as st

    from ui.panels.newcomers import newcomers

    newcomers(st.session_state["known"], look=True)


def opened(known: list[str]) -> AppTest:
    app = AppTest.from_function(offer)
    app.session_state["known"] = known
    return app.run()


def test_nothing_is_offered_where_nothing_is_new(finished):
    app = opened([finished("ce")])
    assert not app.button


def test_the_newest_experiment_is_chosen_with_one_click(finished):
    known, _ = finished("ce"), finished("older", experiment="before")
    second, third = finished("one", experiment="mine"), finished("another", experiment="mine")
    app = opened([known])
    assert "New: one, another" in app.markdown[0].value
    app.button[0].click().run()
    assert set(app.session_state["runs"]) == {second, third}
