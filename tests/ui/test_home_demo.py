"""The demo on Home."""

from trainers.demo import demo_runs, open_demo


def demo_button(app):
    return [button for button in app.button if button.key == "home_demo"]


def test_a_click_opens_the_finished_demo_on_live(open_page):
    app = open_page("pages/home/home.py")
    demo_button(app)[0].click().run()
    assert not app.exception
    assert app.query_params["runs"] == ",".join(demo_runs())


def test_a_read_only_app_offers_the_demo_only_if_it_is_there(open_page, runs_folder, monkeypatch):
    monkeypatch.setenv("SOFTSIL_READONLY", "1")
    assert demo_button(open_page("pages/home/home.py")) == []
    open_demo(runs_folder)
    assert demo_button(open_page("pages/home/home.py"))
