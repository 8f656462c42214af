"""What the places of other spans say against a place: nesting and order are those of the source."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from donor.data import Interval, Origin

__all__ = ["Anchor", "Relation", "crosses", "crossing", "ill_nested", "ill_nesting", "relation"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A span whose place is known: those around it in the source ought to stand around it."""

    span_id: str
    origin: Origin
    place: Interval


class Relation(Enum):
    """How a span lies to another one in the source."""

    SAME = auto()
    BEFORE = auto()
    BEHIND = auto()
    INSIDE = auto()
    AROUND = auto()
    CROSSING = auto()


def relation(origin: Origin, other: Origin) -> Relation:
    """How a span lies to another one; of two with equal edges that differ inside, crossing."""
    if origin.fragments == other.fragments:
        return Relation.SAME
    here, there = origin.extent, other.extent
    if not here.overlaps(there):
        return Relation.BEFORE if here < there else Relation.BEHIND
    if here == there:
        return Relation.CROSSING
    if there.contains(here):
        return Relation.INSIDE
    return Relation.AROUND if here.contains(there) else Relation.CROSSING


def ill_nested(lies: Relation, place: Interval, other: Interval) -> bool:
    """Whether two spans lie in or beside each other in another way than in the source."""
    if lies is Relation.SAME:
        return place != other
    if lies is Relation.INSIDE:
        return not other.contains(place)
    if lies is Relation.AROUND:
        return not place.contains(other)
    return lies is not Relation.CROSSING and place.overlaps(other)


def crosses(lies: Relation, place: Interval, other: Interval) -> bool:
    """Whether two spans beside each other have changed sides."""
    if lies not in (Relation.BEFORE, Relation.BEHIND) or place.overlaps(other):
        return False
    return (lies is Relation.BEFORE) != (place < other)


@dataclass(frozen=True, slots=True)
class _Row:
    """Places of other spans, to be counted without a look at each."""

    starts: Sequence[int]
    ends: Sequence[int]

    def before(self, place: Interval) -> int:
        """How many of them end before a place."""
        return bisect_right(self.ends, place.start)

    def behind(self, place: Interval) -> int:
        """How many of them begin behind a place."""
        return len(self.starts) - bisect_left(self.starts, place.end)

    def on(self, place: Interval) -> int:
        """How many of them overlap a place."""
        return len(self.starts) - self.before(place) - self.behind(place)


def ill_nesting(origin: Origin, anchors: Sequence[Anchor]) -> Callable[[Interval], int]:
    """A function from a place of a span to the number of anchors that it is ill nested with."""
    lying = _by_relation(origin, anchors)
    same = Counter(lying[Relation.SAME])
    row = _row([*lying[Relation.BEFORE], *lying[Relation.BEHIND]])
    nested = [(r, at) for r in (Relation.INSIDE, Relation.AROUND) for at in lying[r]]

    def count(place: Interval) -> int:
        ill = row.on(place) + sum([ill_nested(lies, place, other) for lies, other in nested])
        return ill + (same.total() - same[place] if same else 0)

    return count


def crossing(origin: Origin, anchors: Sequence[Anchor]) -> Callable[[Interval], int]:
    """A function from a place of a span to the number of anchors that it has changed sides with."""
    lying = _by_relation(origin, anchors)
    ahead, following = _row(lying[Relation.BEHIND]), _row(lying[Relation.BEFORE])
    return lambda place: ahead.behind(place) + following.before(place)


def _by_relation(
    origin: Origin, anchors: Sequence[Anchor]
) -> defaultdict[Relation, list[Interval]]:
    found: defaultdict[Relation, list[Interval]] = defaultdict(list)
    for anchor in anchors:
        found[relation(origin, anchor.origin)].append(anchor.place)
    return found


def _row(places: Sequence[Interval]) -> _Row:
    return _Row(sorted([at.start for at in places]), sorted([at.end for at in places]))
