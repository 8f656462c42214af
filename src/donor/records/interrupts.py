"""Ctrl-C and its like, held back while something must not be left half done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["interrupts_held"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Signals that somebody handles wait until the block has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handled = [(one, handler) for one in _SIGNALS if callable(handler := signal.getsignal(one))]
    for one, _ in handled:
        signal.signal(one, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for one, handler in handled:
            signal.signal(one, handler)
    for number in dict.fromkeys(came):
        signal.raise_signal(number)
