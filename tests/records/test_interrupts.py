import signal
from contextlib import closing

import pytest

from donor.records import uninterrupted


@pytest.fixture(autouse=True)
def default_handlers():
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_waits_until_the_item_is_dealt_with():
    dealt = []
    with pytest.raises(KeyboardInterrupt):
        for n in uninterrupted(range(5)):
            if n == 2:
                signal.raise_signal(signal.SIGINT)
            dealt.append(n)
    assert dealt == [0, 1, 2]


def test_an_interrupt_comes_through_while_the_next_item_is_waited_for():
    def slow():
        yield 0
        signal.raise_signal(signal.SIGINT)
        yield 1

    dealt = []
    with pytest.raises(KeyboardInterrupt):
        for n in uninterrupted(slow()):
            dealt.append(n)
    assert dealt == [0]


def test_an_interrupt_in_the_last_moment_is_not_lost():
    with pytest.raises(KeyboardInterrupt), closing(uninterrupted([1])) as items:
        next(items)
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_signals_that_nobody_handles_stay_as_they_are(handler):
    signal.signal(signal.SIGINT, handler)
    with closing(uninterrupted([1])) as items:
        next(items)
        assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize("ends_early", [False, True])
def test_the_handler_is_put_back(ends_early):
    with closing(uninterrupted([1, 2])) as items:
        for _ in items:
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
            if ends_early:
                break
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_does_not_raise_lets_the_work_go_on():
    came = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    for n in uninterrupted(range(3)):
        if n == 1:
            signal.raise_signal(signal.SIGINT)
            assert came == []
    assert (n, came) == (2, [signal.SIGINT])
