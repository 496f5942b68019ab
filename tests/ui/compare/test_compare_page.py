import json

import pytest

from softsil.projection.registry import parse_projection
from softsil.runs.files import write_json
from softsil.runs.paths import RunPaths, runs_root

COMPARE = "pages/analyse/compare.py"
VIEWS = ["What moved", "Mix-ups", "Distances", "Over epochs", "Settings"]


def texts(app):
    """Everything written on the page, in one string, without Markdown's backslashes."""
    found = [*app.markdown, *app.caption, *app.info]
    return "\n".join([one.value for one in found] + [one.proto.body for one in app.get("html")]).replace("\\", "")


def components(app):
    """What every component on the page was given."""
    found = (json.loads(one.proto.json or one.proto.mixed.json or "{}") for one in app.get("bidi_component"))
    return [data for data in found if isinstance(data, dict)]


def figure(app, key):
    return next((json.loads(data["figure"]) for data in components(app) if data.get("chart") == key), None)


def maps(app):
    return next(data for data in components(app) if data.get("key") == "compare_map")


@pytest.fixture
def experiment(seeded):
    """Two losses with two seeds each: a link's ``run`` for each of them."""
    return [",".join(seeded("ce", seeds=(0, 1))), ",".join(seeded("ce+sil", seeds=(0, 1), tight=8))]


def test_at_first_the_newest_experiment_is_compared_seeds_together(open_page, experiment):
    app = open_page(COMPARE)
    assert not app.exception
    assert app.session_state["compared"] == experiment
    assert "ce+sil separates the classes better than ce" in texts(app)


def test_what_is_compared_stands_in_the_address(open_page, experiment):
    assert open_page(COMPARE).query_params["run"] == experiment


def test_a_link_chooses_runs_and_their_order(open_page, experiment):
    turned = experiment[::-1]
    app = open_page(COMPARE, run=turned)
    assert app.session_state["compared"] == turned
    assert [run["title"] for run in maps(app)["runs"]] == ["ce+sil · seed 0", "ce · seed 0"]


def test_a_link_may_name_single_seeds(open_page, experiment):
    singles = [experiment[0].split(",")[1], experiment[1].split(",")[0]]
    app = open_page(COMPARE, run=singles)
    assert app.session_state["compared"] == singles
    assert "seed would change is unknown" in texts(app)


def test_more_runs_than_fit_are_taken_in_their_groups(open_page, seeded):
    ids = [*seeded("ce", seeds=(0, 1, 2, 3)), *seeded("sil", seeds=(0, 1, 2, 3))]
    assert open_page(COMPARE, run=ids).session_state["compared"] == [",".join(ids[:4]), ",".join(ids[4:])]


@pytest.mark.parametrize("run", ["../../etc/passwd", "20260101-000000-gone-aaaa", "<script>", ","])
def test_a_link_to_no_run_asks_for_runs(open_page, experiment, run):
    app = open_page(COMPARE, run=run)
    assert not app.exception
    assert "Choose two or more runs" in texts(app)


def test_the_epoch_of_a_link_is_shown_everywhere(open_page, experiment):
    app = open_page(COMPARE, run=experiment, epoch="1")
    assert maps(app)["epoch"] == 1
    assert "At epoch 1" in texts(app)
    assert app.query_params["epoch"] == "1"


@pytest.mark.parametrize("epoch", ["-1", "x", "9" * 30, "٣"])
def test_an_epoch_that_is_none_shows_the_newest(open_page, experiment, epoch):
    app = open_page(COMPARE, run=experiment, epoch=epoch)
    assert not app.exception
    assert maps(app)["epoch"] is None


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_from_its_link(open_page, experiment, view):
    app = open_page(COMPARE, run=experiment, view=view)
    assert not app.exception
    assert app.radio(key="view").value == view


def test_confusions_are_means_over_the_seeds_with_a_difference(open_page, experiment):
    app = open_page(COMPARE, run=experiment, view="Mix-ups")
    keys = [f"compare_mixups_{place}" for place in range(3)]
    assert [figure(app, key)["layout"]["yaxis"]["title"]["text"] for key in keys] == ["true class"] * 3


def test_curves_have_a_band_for_every_side(open_page, experiment):
    drawn = figure(open_page(COMPARE, run=experiment, view="Over epochs"), "compare_curves")
    assert [trace.get("fill") for trace in drawn["data"]] == ["toself", "toself", None, None]


def test_the_pair_of_three_can_be_chosen(open_page, experiment, seeded):
    third = ",".join(seeded("supcon", seeds=(0, 1)))
    app = open_page(COMPARE, run=[*experiment, third])
    app.selectbox(key="compared_pair").set_value((2, 1)).run()
    assert not app.exception
    assert "Silhouette by class: ce+sil against supcon" in texts(app)


def test_samples_that_moved_are_shown_as_pictures(open_page, experiment):
    assert texts(open_page(COMPARE, run=experiment[::-1])).count("data:image/png") > 0


def test_a_selection_on_the_maps_is_summed_up(open_page, experiment):
    app = open_page(COMPARE, run=experiment)
    app.session_state["compare_map"] = {"epoch": None, "selection": ["0", "1", "2"]}
    shown = texts(app.run())
    assert "3 selected. ce: mean silhouette" in shown
    assert "2 wrong" in shown


def test_runs_of_different_classes_compare_in_what_they_share(open_page, seeded):
    first, second = seeded("ce"), seeded("other", classes=["a", "b"])
    for view in VIEWS:
        app = open_page(COMPARE, run=[*first, *second], view=view)
        assert not app.exception
    assert "have different classes" in texts(app)


@pytest.mark.parametrize(("second", "said"), [("itself", True), ("the first", False)])
def test_maps_with_different_references_are_said_not_to_be_aligned(open_page, seeded, second, said):
    runs = [*seeded("ce"), *seeded("sil", experiment="b")]
    for run_id, reference in zip(runs, [runs[0], runs[second == "itself"]], strict=True):
        config = RunPaths(runs_root(), run_id).projection(parse_projection("umap").key) / "config.json"
        write_json(config, {"method": "umap", "dims": 2, "reference": reference})
    assert ("not aligned" in texts(open_page(COMPARE, run=runs))) == said


def test_a_running_run_may_change(open_page, recording, seeded):
    recorder = recording("going")
    app = open_page(COMPARE, run=[*seeded("ce"), recorder.run_id])
    assert not app.exception
    assert "Still training" in texts(app)


def test_runs_without_embeddings_say_what_is_to_come(open_page, seeded, runs_folder):
    ids = [*seeded("ce"), *seeded("sil")]
    for run_id in ids:
        paths = RunPaths(runs_folder, run_id)
        for file in paths.embeddings_folder.iterdir():
            file.unlink()
        paths.samples.unlink()
        paths.metrics.unlink()
    for view in VIEWS:
        assert not open_page(COMPARE, run=ids, view=view).exception
    assert "No silhouettes to compare yet" in texts(open_page(COMPARE, run=ids))


def test_one_run_asks_for_a_second(open_page, seeded):
    assert "Choose something to compare" in texts(open_page(COMPARE, run=seeded("ce")))


def test_names_with_markup_are_shown_as_text(open_page, seeded):
    ids = [*seeded("<img src=x onerror=alert(1)>", classes=["<b>a</b>", "c"]), *seeded("b", classes=["<b>a</b>", "c"])]
    for view in VIEWS:
        app = open_page(COMPARE, run=ids, view=view)
        assert not app.exception
        assert "<img src=x" not in "\n".join(one.proto.body for one in app.get("html"))
