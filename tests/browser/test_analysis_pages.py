"""Compare and Explore over networks that were really trained: two losses, two seeds each, on the digits."""

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter
from trainers.config import ExperimentConfig, RunConfig

TIMEOUT_MS = 60_000
EPOCHS = 6

pytestmark = pytest.mark.slow


def train(root, config: RunConfig) -> str:
    from trainers.loop import Trainer

    paths = RunPaths(root, new_run_id(config.name))
    settings = config.model_dump(mode="json")
    create_run(paths, name=config.name, experiment=config.experiment, kind="training", config=settings)
    spec, chosen = config.data_entry
    with RunWriter.open(paths) as writer:
        writer.progress(epochs=config.epochs, force=True)
        trainer = Trainer(config, spec.load(chosen), writer, "cpu")
        trainer.write_samples()
        trainer.run()
    return paths.run_id


@pytest.fixture(scope="module")
def runs(server) -> list[str]:
    """Ids of four finished runs: ce and ce+sil with seed 0, then with seed 1."""
    experiment = ExperimentConfig(losses=["ce", "ce+sil"], seeds=[0, 1], epochs=EPOCHS, device="cpu", threads=1)
    return [train(server.runs, config) for config in experiment.runs()]


@pytest.fixture
def link(runs) -> str:
    """The address of Compare for the two losses, seeds together."""
    return f"/compare?run={runs[0]},{runs[2]}&run={runs[1]},{runs[3]}"


def wait_for_maps(page: Page, count: int, epoch: int) -> None:
    expect(page.locator(f'.pane[data-epoch="{epoch}"]')).to_have_count(count, timeout=TIMEOUT_MS)


def chart(page: Page, key: str):
    return page.locator(f'[data-chart="{key}"][data-updates]')


def test_compare_answers_which_loss_is_better_and_why(open_page, link, screenshot):
    page = open_page(link, size=(1280, 720))
    expect(page.get_by_text("ce+sil separates the classes better than ce")).to_be_visible(timeout=TIMEOUT_MS)
    wait_for_maps(page, 2, EPOCHS)
    expect(chart(page, "compare_classes")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("another seed of the same loss changes")).to_be_visible(timeout=TIMEOUT_MS)
    screenshot(page, "compare")
    for view, key in (("Mix-ups", "compare_mixups_2"), ("Distances", "compare_distances_2")):
        page.get_by_text(view, exact=True).click()
        expect(chart(page, key)).to_be_visible(timeout=TIMEOUT_MS)
    page.get_by_text("Over epochs", exact=True).click()
    expect(chart(page, "compare_curves")).to_be_visible(timeout=TIMEOUT_MS)
    assert "view=Over" in page.url
    screenshot(page, "compare-curves")


def test_the_slider_of_the_maps_moves_the_verdict_and_the_address(open_page, link):
    page = open_page(link, size=(1280, 720))
    wait_for_maps(page, 2, EPOCHS)
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text(f"At epoch {EPOCHS - 1}:")).to_be_visible(timeout=TIMEOUT_MS)
    page.wait_for_url(f"**epoch={EPOCHS - 1}**", timeout=TIMEOUT_MS)
    page.reload()
    wait_for_maps(page, 2, EPOCHS - 1)
    expect(page.get_by_text(f"At epoch {EPOCHS - 1}:")).to_be_visible(timeout=TIMEOUT_MS)


def test_explore_lists_samples_and_the_neighbors_of_one(open_page, runs, server, screenshot):
    reader = RunReader(runs[0], server.runs)
    worst = int(np.argmin(reader.silhouettes(EPOCHS)))
    page = open_page(f"/explore?run={runs[0]}&sample={reader.samples.ids[worst]}", size=(1280, 720))
    wait_for_maps(page, 1, EPOCHS)
    expect(page.get_by_text(f"Sample {reader.samples.ids[worst]}:")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_role("listitem").filter(has=page.locator("img[src^='data:image/png']"))).to_have_count(11)
    page.get_by_text("Wrong only").click()
    expect(page.get_by_text(f"of {len(reader.samples)} samples.")).to_be_visible(timeout=TIMEOUT_MS)
    page.wait_for_url("**wrong=true**", timeout=TIMEOUT_MS)
    screenshot(page, "explore")


def test_a_picture_of_ones_own_lands_on_the_map(open_page, runs, server, tmp_path, screenshot):
    samples = RunReader(runs[1], server.runs).samples
    Image.fromarray(samples.thumbnails[5]).resize((80, 80)).save(tmp_path / "mine.png")
    page = open_page(f"/explore?run={runs[1]}&view=Place a picture", size=(1280, 720))
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.png", timeout=TIMEOUT_MS)
    expect(page.get_by_text(f"The network of epoch {EPOCHS} says")).to_be_visible(timeout=TIMEOUT_MS)
    expect(chart(page, "explore_landing")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("approximate")).to_be_visible()
    screenshot(page, "explore-landing")
