"""Waiting until something is so, however long the machine takes for it."""

import asyncio
import time
from collections.abc import Callable

LIMIT_S = 60.0
"""Nothing takes so long, except where it never happens."""


def wait_for(condition: Callable[[], object]) -> None:
    """Nothing; returns as soon as the condition holds, and fails where it never does."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


async def until(condition: Callable[[], object], limit_s: float = 20.0) -> None:
    """Nothing; returns as soon as the condition holds, or else after so many seconds.

    For a server that holds an answer back: it gives it in the end, and the test goes on and fails.
    """
    deadline = time.monotonic() + limit_s
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.005)
