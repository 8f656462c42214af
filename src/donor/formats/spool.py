"""Documents that are gone through twice without being held in memory."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from donor.data import Document

__all__ = ["spooled"]


@contextmanager
def spooled(documents: Iterable[Document]) -> Iterator[Callable[[], Iterator[Document]]]:
    """What gives the documents from the first on, as often as it is called in the block.

    They lie in a nameless file on disk, which is gone when the block is left.
    """
    with TemporaryFile() as file:
        count = 0
        for document in documents:
            pickle.dump(document, file, pickle.HIGHEST_PROTOCOL)
            count += 1

        def again() -> Iterator[Document]:
            file.seek(0)
            for _ in range(count):
                document: Document = pickle.load(file)
                yield document

        yield again
