"""Some of the documents, drawn by chance and always the same."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from donor.data import Document

__all__ = ["Drawn", "Sample"]


@dataclass(frozen=True, slots=True)
class Sample:
    """How many documents are drawn; another seed draws others.

    A document's id and the seed decide its rank. So a larger sample holds a smaller one of the
    same seed, and a new row in the input changes at most one document of it.
    """

    size: int
    seed: int = 0

    def drawn(self, documents: Iterable[Document]) -> "Drawn":
        """Which of the documents are in the sample; all of them are read."""
        count = 0

        def ranked() -> Iterator[tuple[bytes, int]]:
            nonlocal count
            for document in documents:
                yield self._rank(document.id), count
                count += 1

        first = heapq.nsmallest(self.size, ranked())
        return Drawn(frozenset(position for _, position in first), left_out=count > self.size)

    def _rank(self, name: str) -> bytes:
        said = f"{self.seed}:{name}".encode(errors="surrogatepass")
        return blake2b(said, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The sample of one input: the places of its documents, and whether others are left out."""

    places: frozenset[int]
    left_out: bool

    def of(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents of the sample, in the order of the input."""
        return (document for place, document in enumerate(documents) if place in self.places)
