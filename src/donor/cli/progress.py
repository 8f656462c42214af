"""A progress bar for work over two seconds; none where nobody looks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

__all__ = ["progress_bar"]

_PATIENCE_S = 2.0


@contextmanager
def progress_bar(*, one_line: bool = False) -> Iterator[Callable[[str, int, int | None], None]]:
    """Takes step, documents done and documents in all; draws on standard error.

    Each step has a line of its own, or all take turns on one.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step, done, total: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    begun = time.monotonic()
    tasks: dict[str, TaskID] = {}

    def show(step: str, done: int, total: int | None) -> None:
        if time.monotonic() - begun < _PATIENCE_S:
            return
        if not tasks:
            bar.start()
        if step not in tasks:
            for earlier in list(tasks) if one_line else ():
                bar.remove_task(tasks.pop(earlier))
            tasks[step] = bar.add_task(step, total=total)
        bar.update(tasks[step], completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()
