import pytest

from softsil.errors import RunBusyError
from softsil.runs.lock import hold, is_held
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
    with hold(both[0].lock), slots.take_slots(both, 1, lambda: True, lambda: False) as taken:
        assert taken.devices == ("cuda:1",)


def test_a_job_that_gives_up_takes_none(no_card, tmp_path):
    assert slots.take_slots(slots.slots_for("cpu", tmp_path), 1, lambda: False, iter([False, True]).__next__) is None


def test_a_run_of_several_processes_takes_a_card_for_each(two_cards, tmp_path):
    both = slots.slots_for("auto", tmp_path)
    with slots.take_slots(both, slots.slots_needed(both, 2), lambda: True, lambda: False) as taken:
        assert taken.devices == ("cuda:0", "cuda:1")
        assert all(is_held(slot.lock) for slot in both)
    assert not any(is_held(slot.lock) for slot in both)


def test_processes_on_the_processor_share_one_slot(no_card, tmp_path):
    assert slots.slots_needed(slots.slots_for("auto", tmp_path), 4) == 1


def test_more_processes_than_cards_are_refused(two_cards, tmp_path):
    with pytest.raises(LaunchError, match=r"3 processes need a graphics card each.*only cuda:0 or cuda:1"):
        slots.slots_needed(slots.slots_for("cuda", tmp_path), 3)


def test_a_run_keeps_the_cards_it_has_while_it_waits_for_more_and_gives_them_back_when_stopped(two_cards, tmp_path):
    both = slots.slots_for("cuda", tmp_path)
    waited = []

    def stopped():
        waited.append(is_held(both[0].lock))
        return len(waited) == 3

    with hold(both[1].lock):
        assert slots.take_slots(both, 2, lambda: True, stopped) is None
    assert waited == [False, True, True]
    assert not is_held(both[0].lock)


def test_only_one_run_gathers_cards_at_a_time(two_cards, tmp_path):
    both = slots.slots_for("cuda", tmp_path)
    with hold(both[0].lock.with_name("several.lock")):
        assert slots.take_slots(both, 2, lambda: True, iter([False, True]).__next__) is None
    with slots.take_slots(both, 2, lambda: True, lambda: False):
        assert not is_held(both[0].lock.with_name("several.lock"))


def test_a_device_list_starts_with_auto_and_the_processor():
    assert [device.name for device in available_devices()][:2] == ["auto", "cpu"]
