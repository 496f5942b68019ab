import pytest

from softsil.errors import RunBusyError
from softsil.runs.lock import hold
from trainers import slots
from trainers.devices import available_devices, cpu_slots
from trainers.errors import LaunchError


@pytest.fixture
def two_cards(monkeypatch, tmp_path):
    monkeypatch.setattr(slots, "graphics_cards", lambda: ("A", "B"))
    monkeypatch.setattr(slots, "_user_folder", lambda: tmp_path / "user")


@pytest.fixture
def no_card(monkeypatch):
    monkeypatch.setattr(slots, "graphics_cards", lambda: ())


def devices(asked, root):
    return [slot.device for slot in slots.slots_for(asked, root)]


def test_auto_means_the_cards_where_there_are_any(two_cards, tmp_path):
    assert devices("auto", tmp_path) == ["cuda:0", "cuda:1"]
    assert devices("cuda", tmp_path) == ["cuda:0", "cuda:1"]
    assert devices("cuda:1", tmp_path) == ["cuda:1"]
    assert devices("cpu", tmp_path) == ["cpu"]


def test_auto_means_the_processor_where_there_is_no_card(no_card, tmp_path):
    assert devices("auto", tmp_path) == ["cpu"]


def test_a_device_that_is_not_here_is_refused(no_card, tmp_path):
    with pytest.raises(LaunchError, match="this machine has no graphics card; choose cpu or auto"):
        slots.slots_for("cuda:0", tmp_path)


def test_two_runs_folders_share_a_card(two_cards, tmp_path):
    first, second = (slots.slots_for("cuda:0", tmp_path / name)[0] for name in ("a", "b"))
    with hold(first.lock), pytest.raises(RunBusyError):
        hold(second.lock, wait_seconds=0)


def test_the_number_of_processor_slots_is_a_setting(no_card, tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", "3")
    assert devices("cpu", tmp_path) == ["cpu"] * 3
    assert slots.free_slots(tmp_path) == 3


@pytest.mark.parametrize("text", ["0", "-1", "many", ""])
def test_a_wrong_number_of_slots_is_refused(monkeypatch, text):
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", text)
    with pytest.raises(ValueError, match="must be a whole number from 1 to 256"):
        cpu_slots()


def test_a_job_takes_the_first_free_slot(two_cards, tmp_path):
    both = slots.slots_for("cuda", tmp_path)
    with hold(both[0].lock):
        slot, lock = slots.take_slot(both, lambda: True, lambda: False)
    lock.release()
    assert slot.device == "cuda:1"


def test_a_job_that_gives_up_takes_none(no_card, tmp_path):
    assert slots.take_slot(slots.slots_for("cpu", tmp_path), lambda: False, iter([False, True]).__next__) is None


def test_a_device_list_starts_with_auto_and_the_processor():
    assert [device.name for device in available_devices()][:2] == ["auto", "cpu"]
