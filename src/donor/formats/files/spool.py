"""What is gone through twice without being held in memory."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TypeVar

__all__ = ["spooled"]

T = TypeVar("T")


@contextmanager
def spooled(items: Iterable[T]) -> Iterator[Callable[[], Iterator[T]]]:
    """What gives the items from the first on, as often as it is called in the block.

    They lie in a nameless file on disk, which is gone when the block is left.
    """
    with TemporaryFile() as file:
        count = 0
        for item in items:
            pickle.dump(item, file, pickle.HIGHEST_PROTOCOL)
            count += 1

        def again() -> Iterator[T]:
            file.seek(0)
            for _ in range(count):
                item: T = pickle.load(file)
                yield item

        yield again
