import threading

import pytest

from trainers.background import Background
from trainers.errors import StopRequested


def test_work_is_done_in_order_on_another_thread():
    seen = []
    with Background() as background:
        for number in range(5):
            background.begin(lambda number=number: seen.append((number, threading.current_thread())))
    assert [number for number, _ in seen] == list(range(5))
    assert threading.main_thread() not in {thread for _, thread in seen}


def test_the_caller_goes_on_until_the_next_work():
    gate, second = threading.Event(), []
    with Background() as background:
        background.begin(lambda: gate.wait(60))
        assert not background.is_idle
        gate.set()
        background.begin(lambda: second.append(gate.is_set()))
    assert second == [True]
    assert background.is_idle


def fail():
    raise OSError(28, "No space left on device")


def test_an_error_comes_up_at_the_next_call_and_nothing_is_begun_then():
    begun = []
    with Background() as background:
        background.begin(fail)
        with pytest.raises(OSError, match="No space left"):
            background.begin(lambda: begun.append(1))
    assert begun == []


@pytest.mark.parametrize(("raised", "comes_up"), [(None, OSError), (StopRequested, OSError), (ValueError, ValueError)])
def test_at_the_end_of_the_block_an_error_comes_up_unless_the_block_failed_by_itself(raised, comes_up):
    with pytest.raises(comes_up), Background() as background:  # noqa: PT012
        background.begin(fail)
        if raised:
            raise raised
