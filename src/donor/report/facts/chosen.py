"""Which documents of a run a report shows: the worst ones, and a random sample of the others."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Generic, TypeVar

from donor.data import Transfer

__all__ = ["Chosen", "Draw", "Known", "Weighed", "badness"]

T = TypeVar("T")

_SPAN, _LOST, _FINDING = 10.0, 5.0, 5.0
_NO_TRANSLATION = 1_000.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the placed spans of a document beside the run itself, by span id.

    Args:
        confidences: how sure their places are.
        exact: whether gold has the same places.
    """

    confidences: Mapping[str, float] = field(default_factory=dict)
    exact: Mapping[str, bool] = field(default_factory=dict)


def badness(transfer: Transfer, known: Known) -> float:
    """How much there is to look at in a document: about ten for each span that may be wrong.

    An unresolved span weighs 10, one that gold has elsewhere 10, a lost relation or text label 5,
    a finding 5, a placed span of which gold says nothing 10 times the doubt in its place; a
    document without a valid translation comes before all others.
    """
    unresolved = sum(row.placed is None for row in transfer.spans)
    wrong = sum(not exact for exact in known.exact.values())
    lost = sum(row.lost is not None for row in transfer.relations)
    lost += sum(row.lost is not None for row in transfer.labels)
    unsure = [sure for span, sure in known.confidences.items() if span not in known.exact]
    return (
        _NO_TRANSLATION * bool(transfer.translation.problem)
        + _SPAN * (unresolved + wrong + sum(1 - sure for sure in unsure))
        + _LOST * lost
        + _FINDING * len(transfer.findings)
    )


class Draw(Generic[T]):
    """A random draw of at most so many things out of those that it was offered.

    Each is in it with the same chance, however many come (Vitter 1985, algorithm R).
    """

    def __init__(self, most: int, chance: Random) -> None:
        self.drawn: list[T] = []
        self.offered = 0
        self._most, self._chance = most, chance

    def offer(self, thing: T) -> None:
        """Nothing; may take the thing, and drop another for it."""
        self.offered += 1
        if len(self.drawn) < self._most:
            self.drawn.append(thing)
        elif (place := self._chance.randrange(self.offered)) < self._most:
            self.drawn[place] = thing


@dataclass(frozen=True, slots=True, order=True)
class Weighed:
    """A document by its badness; of two alike the first one is the worse."""

    badness: float
    backwards: int
    transfer: Transfer = field(compare=False)
    known: Known = field(compare=False)


class Chosen:
    """The worst documents of those that came, and a draw of the others; no more is kept."""

    def __init__(self, worst: int, others: int, chance: Random) -> None:
        self._most = worst
        self._heap: list[Weighed] = []
        self._others: Draw[Weighed] = Draw(others, chance)
        self._seen = 0

    def offer(self, transfer: Transfer, known: Known) -> None:
        """Nothing; takes the document, or leaves it to chance."""
        weight = badness(transfer, known)
        one = Weighed(weight, -self._seen, transfer, known)
        self._seen += 1
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, one)
        else:
            self._others.offer(heapq.heappushpop(self._heap, one))

    @property
    def worst(self) -> list[Weighed]:
        """The worst ones, the worst first."""
        return sorted(self._heap, reverse=True)

    @property
    def others(self) -> list[Weighed]:
        """Those that chance has drawn of the others, the worst first."""
        return sorted(self._others.drawn, reverse=True)
