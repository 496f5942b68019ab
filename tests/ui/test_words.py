import pytest

from softsil.runs.status import RunStatus, State
from ui.words import (
    STATE_COLORS,
    STATE_MARKS,
    duration,
    fraction_done,
    number,
    percent,
    plain_html,
    plain_markdown,
    progress,
    situation,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "under 1 s"),
        (42.4, "42 s"),
        (150, "2 min"),
        (3600 * 2 + 600, "2 h 10 min"),
        (3600 * 40, "40 h"),
        (None, "unknown"),
        (float("nan"), "unknown"),
        (-5, "under 1 s"),
    ],
)
def test_durations_are_said_as_people_do(seconds, words):
    assert duration(seconds) == words


def test_every_state_has_a_color_and_a_mark():
    assert set(STATE_COLORS) == set(STATE_MARKS) == set(State)


def test_progress_names_the_plan_where_it_is_known():
    assert progress(RunStatus(State.RUNNING, epoch=3, epochs=30)) == "epoch 3 of 30"
    assert progress(RunStatus(State.RUNNING, epoch=3)) == "epoch 3"


def test_the_running_epoch_counts_towards_progress():
    status = RunStatus(State.RUNNING, epoch=1, epochs=4, step=5, steps_per_epoch=10)
    assert fraction_done(status) == pytest.approx(0.375)


@pytest.mark.parametrize("epoch", [4, 9])
def test_progress_never_passes_one(epoch):
    assert fraction_done(RunStatus(State.RUNNING, epoch=epoch, epochs=4)) == 1.0


def test_markup_in_names_is_shown_letter_by_letter():
    assert plain_markdown("*a* [x](y) :red[b]") == r"\*a\* \[x\]\(y\) \:red\[b\]"
    assert plain_html("<b>&") == "&lt;b&gt;&amp;"


def test_a_name_stays_on_one_line():
    assert plain_markdown("a\n# b") == r"a \# b"


def test_missing_numbers_are_dashes():
    assert percent(None) == number(None) == "–"


def test_negative_numbers_have_a_true_minus():
    assert number(-0.12345) == "−0.123"


def test_a_waiting_run_says_what_it_waits_for():
    status = RunStatus(State.QUEUED, message="no Ray cluster answers at 10.0.0.5:6379")
    assert situation(status, 2) == "number 2 in the queue · no Ray cluster answers at 10.0.0.5:6379"
