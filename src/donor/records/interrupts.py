"""Ctrl-C and its like, held back while something must not be left half done."""

import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

__all__ = ["interrupts_held", "uninterrupted"]

T = TypeVar("T")

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


def uninterrupted(items: Iterable[T]) -> Generator[T, None, None]:
    """The items; while one of them is dealt with, signals that somebody handles wait.

    They come through while the next item is waited for. The handlers are set once and not for
    each item, which would be two system calls more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield from items
        return
    held = False
    came: list[int] = []
    handlers = {one: handler for one in _SIGNALS if callable(handler := signal.getsignal(one))}

    def receive(number: int, frame: FrameType | None) -> None:
        if held:
            came.append(number)
        else:
            handlers[signal.Signals(number)](number, frame)

    for one in handlers:
        signal.signal(one, receive)
    try:
        for item in items:
            held = True
            try:
                yield item
            finally:
                held = False
            while came:
                signal.raise_signal(came.pop(0))
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)
        for number in came:
            signal.raise_signal(number)
