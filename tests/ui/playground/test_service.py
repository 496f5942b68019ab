"""One worker for all visitors: started on demand, replaced when it is lost, never imported by the page."""

import os
import signal

import pytest

from ui.playground import service as service_module
from ui.playground.service import PlaygroundError, Service

QUESTION = {"points": [[0, 1], [1, 0], [0, 2], [2, 0]], "labels": [0, 1, 0, 1], "loss": "sil"}


@pytest.fixture
def service():
    service = Service()
    yield service
    service.stop()


def test_the_worker_answers_and_stays(service):
    first = service.ask(QUESTION)
    process = service._process
    assert first["frames"] == [[[0.0, 1.0], [1.0, 0.0], [0.0, 2.0], [2.0, 0.0]]]
    assert service.ask({**QUESTION, "steps": 2})["losses"][0] == first["losses"][0]
    assert service._process is process


def test_a_question_that_makes_no_sense_comes_back_as_a_sentence_and_the_worker_lives(service):
    with pytest.raises(PlaygroundError, match="Did you mean 'sil'"):
        service.ask({**QUESTION, "loss": "sill"})
    assert service.ask(QUESTION)["losses"]


def test_a_worker_that_was_killed_is_replaced(service):
    service.ask(QUESTION)
    os.kill(service._process.pid, signal.SIGKILL)
    service._process.wait()
    assert service.ask(QUESTION)["losses"]


def test_a_worker_that_does_not_answer_in_time_is_ended(service, monkeypatch):
    service.ask(QUESTION)
    process = service._process
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(service_module, "ANSWER_SECONDS", 0.2)
    with pytest.raises(PlaygroundError, match="no answer in time"):
        service.ask(QUESTION)
    assert process.poll() is not None
    assert service.ask(QUESTION)["losses"]


def test_a_loss_that_is_no_number_is_told_as_none(service):
    said = service.ask({**QUESTION, "points": [[1e30, 0], [0, 1e30], [-1e30, 0], [0, -1e30]], "loss": "center"})
    assert said["losses"] == [None] or isinstance(said["losses"][0], float)


def test_the_worker_ends_with_its_input(service):
    service.ask(QUESTION)
    service._process.stdin.close()
    assert service._process.wait(timeout=20) == 0
