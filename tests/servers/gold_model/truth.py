"""The right answer to a request: where each span stands in the translation, by the gold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from .asked import Asked, Segment
from .pairs import Pair, Place

_MOST_PAIRS = 60
_MOST_PLACES = 20
_MOST_STATES = 50


@dataclass(frozen=True)
class Home:
    """Where a segment stands in a pair: its bare offsets in source and target."""

    pair: Pair
    source: int
    target: int


@dataclass(frozen=True)
class Truth:
    """What is known of a request.

    Attributes:
        homes: for each segment key its home.
        places: for each span id, by segment key, its places in that segment's translation.
        matched: how many spans were found in the gold.
    """

    homes: dict[str, Home]
    places: dict[str, dict[str, list[Place]]]
    matched: int


class Gold:
    """All pairs, found by any part of their texts."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = pairs
        self._by_source: defaultdict[str, list[int]] = defaultdict(list)
        for n, pair in enumerate(pairs):
            self._by_source[pair.source.bare].append(n)
        self._within = lru_cache(maxsize=4096)(self._search)

    @cached_property
    def swapped(self) -> "Gold":
        """The same pairs with their sides swapped."""
        return Gold([Pair(pair.id, pair.target, pair.source) for pair in self.pairs])

    def truth(self, asked: Asked) -> Truth | None:
        """What is known of the request; None if a segment is in no pair."""
        homes: dict[str, Home] = {}
        places: dict[str, dict[str, list[Place]]] = {}
        matched = 0
        rest = list(asked.segments)
        while rest:
            best = max(
                self._attempts(rest, asked),
                key=lambda found: (len(found.homes), found.matched),
                default=None,
            )
            if best is None:
                return None
            homes |= best.homes
            for name, by_segment in best.places.items():
                places.setdefault(name, {}).update(by_segment)
            matched += best.matched
            rest = [segment for segment in rest if segment.key not in homes]
        return Truth(homes, places, matched)

    def _attempts(self, segments: list[Segment], asked: Asked) -> Iterator[Truth]:
        """For each pair that holds the first segment, what it says of all that it holds."""
        for number in self.holding(segments[0]):
            pair = self.pairs[number]
            held = [segment for segment in segments if _holds(pair, segment)]
            homes = homes_in(pair, held)
            if segments[0].key in homes:
                yield _said_by(pair, homes, asked)

    def holding(self, segment: Segment) -> Sequence[int]:
        """The numbers of the pairs that hold a segment, those that are it first."""
        whole = [n for n in self._by_source.get(segment.source, ()) if _is(self.pairs[n], segment)]
        return whole or self._within(segment.source, segment.target)

    def _search(self, source: str, target: str | None) -> tuple[int, ...]:
        found = (
            n
            for n, pair in enumerate(self.pairs)
            if source in pair.source.bare and (target is None or target in pair.target.bare)
        )
        return tuple(islice(found, _MOST_PAIRS))


def _is(pair: Pair, segment: Segment) -> bool:
    return segment.target is None or segment.target == pair.target.bare


def _holds(pair: Pair, segment: Segment) -> bool:
    target = segment.target
    return segment.source in pair.source.bare and (target is None or target in pair.target.bare)


@dataclass(frozen=True)
class _Row:
    """Homes of segments, one behind the other, and how good they are."""

    homes: dict[str, Home]
    agreeing: int = 0
    drift: float = 0.0
    source: int = 0
    target: int = 0

    @property
    def rank(self) -> tuple[int, int, float]:
        return -len(self.homes), -self.agreeing, self.drift


def homes_in(pair: Pair, segments: Sequence[Segment]) -> dict[str, Home]:
    """The homes of as many of the segments as stand in the pair one behind the other.

    Where a segment stands several times in the pair, the place at which most of its spans are
    gold spans is taken; of equal ones that at the most similar parts of the two texts.
    """
    rows = [_Row({})]
    for segment in segments:
        longer = [after for row in rows for after in _longer(row, segment, pair)]
        rows = sorted([*longer, *rows], key=lambda row: row.rank)[:_MOST_STATES]
    return rows[0].homes


def _longer(row: _Row, segment: Segment, pair: Pair) -> Iterator[_Row]:
    edges = {place for span in pair.source.spans for place in span.places}
    for source in places_of(segment.source, pair.source.bare, row.source):
        agreeing = row.agreeing + _agreeing(segment, source, edges)
        for target in _targets(segment, pair, row.target):
            drift = source / len(pair.source.bare) - target / (len(pair.target.bare) or 1)
            yield _Row(
                {**row.homes, segment.key: Home(pair, source, target)},
                agreeing,
                row.drift + abs(drift),
                source + len(segment.source),
                target + len(segment.target or ""),
            )


def _targets(segment: Segment, pair: Pair, start: int) -> Iterator[int]:
    if segment.target is None:
        return iter((start,))
    return places_of(segment.target, pair.target.bare, start)


def places_of(part: str, text: str, start: int = 0) -> Iterator[int]:
    """Where `part` stands in the text from `start` on, overlapping places too; a few at most."""
    found = 0
    at = text.find(part, start)
    while at >= 0 and found < _MOST_PLACES:
        yield at
        found += 1
        at = text.find(part, at + 1)


def _agreeing(segment: Segment, at: int, edges: set[Place]) -> int:
    pieces = (place for places in segment.pieces.values() for place in places)
    return sum((start + at, end + at) in edges for start, end in pieces)


def _said_by(pair: Pair, homes: dict[str, Home], asked: Asked) -> Truth:
    """What one pair says of the segments that stand in it."""
    segments = [segment for segment in asked.segments if segment.key in homes]
    gold = [_clipped(span.places, segments, homes) for span in pair.source.spans]
    places: dict[str, dict[str, list[Place]]] = {}
    used: set[int] = set()
    matched = 0
    for name, said in asked.spans.items():
        pieces = {
            (segment.key, place) for segment in segments for place in segment.pieces.get(name, ())
        }
        if not pieces:
            continue
        label = said.get("label")
        alike = [
            n
            for n, span in enumerate(pair.source.spans)
            if gold[n] == pieces and label in (None, span.label)
        ]
        number = _one_of(alike, int(name.removeprefix(asked.letter)) - 1, used)
        places[name] = {}
        if number is None:
            continue
        used.add(number)
        matched += 1
        target = pair.counterparts[number]
        if target is not None:
            places[name] = _target_places(target.places, segments, homes)
    return Truth(homes, places, matched)


def _one_of(alike: Sequence[int], number: int, used: set[int]) -> int | None:
    """Of equal gold spans the one with the number of the id, else the first that is free."""
    free = [n for n in alike if n not in used] or list(alike)
    return number if number in free else next(iter(free), None)


def _clipped(
    places: Iterable[Place], segments: Sequence[Segment], homes: dict[str, Home]
) -> set[tuple[str, Place]]:
    """The parts of a source span in the segments."""
    return {
        (segment.key, part)
        for segment in segments
        for part in _parts(places, homes[segment.key].source, len(segment.source))
    }


def _target_places(
    places: Iterable[Place], segments: Sequence[Segment], homes: dict[str, Home]
) -> dict[str, list[Place]]:
    found = {
        segment.key: _parts(places, homes[segment.key].target, len(segment.target or ""))
        for segment in segments
    }
    return {key: parts for key, parts in found.items() if parts}


def _parts(places: Iterable[Place], at: int, length: int) -> list[Place]:
    return [part for place in places if (part := _part(place, at, length))]


def _part(place: Place, at: int, length: int) -> Place | None:
    start, end = max(place[0] - at, 0), min(place[1] - at, length)
    return (start, end) if start < end else None
