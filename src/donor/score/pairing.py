"""Which span goes with which: the pairing that makes the most of two sets of spans.

Each span has one partner at most, one that it overlaps. Of all such pairings that counts which
has the most right pairs, and of these the one with the most pairs: so no score hangs on the order
in which spans stand in a file.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

__all__ = [
    "NO_PAIRS",
    "Pairing",
    "Place",
    "most_pairs",
    "overlapping",
    "pieces",
    "shared_characters",
]

Place = tuple[int, ...]
"""Start and end of each fragment, in order."""

Edges = Sequence[Mapping[int, bool]]
"""For each span of one side, those of the other that it may go with, and whether rightly."""


def overlapping(found: Sequence[Place], wanted: Sequence[Place]) -> list[list[int]]:
    """For each place of `found`, the positions of those of `wanted` that share a character.

    >>> overlapping([(0, 4)], [(4, 6), (3, 6), (0, 1)])
    [[1, 2]]
    """
    if len(found) * len(wanted) <= 64:
        near = [
            [n for n, other in enumerate(wanted) if place[0] < other[-1] and other[0] < place[-1]]
            for place in found
        ]
    else:
        order = sorted(range(len(wanted)), key=lambda n: wanted[n][0])
        starts = [wanted[n][0] for n in order]
        furthest = [*accumulate((wanted[n][-1] for n in order), max)]
        near = [
            order[bisect_right(furthest, place[0]) : bisect_left(starts, place[-1])]
            for place in found
        ]
    return [
        own and [n for n in own if _touch(place, wanted[n])]
        for place, own in zip(found, near, strict=True)
    ]


def _touch(one: Place, other: Place) -> bool:
    if len(one) == len(other) == 2:
        return one[0] < other[1] and other[0] < one[1]
    return any(a < d and c < b for a, b in pieces(one) for c, d in pieces(other))


def pieces(place: Place) -> Iterator[tuple[int, int]]:
    """Start and end of each fragment.

    >>> list(pieces((0, 4, 6, 9)))
    [(0, 4), (6, 9)]
    """
    return zip(place[::2], place[1::2], strict=True)


class Pairing(NamedTuple):
    """The best that pairings can do.

    Attributes:
        right: the most right pairs.
        pairs: the most pairs at all where that many are right.
        most: the most pairs where it does not matter which are right.
    """

    right: int
    pairs: int
    most: int


NO_PAIRS = Pairing(0, 0, 0)


def most_pairs(edges: Edges) -> Pairing:
    """The best pairing of what may go together.

    >>> most_pairs([{0: True, 1: False}, {0: False}])
    Pairing(right=1, pairs=1, most=2)
    """
    if len(edges) == 1:
        return _one_pair(edges[0]) if edges[0] else NO_PAIRS
    right = pairs = most = 0
    for part in _parts(edges):
        own = _one_pair(edges[part[0]]) if len(part) == 1 else _best_of(part, edges)
        right, pairs, most = right + own.right, pairs + own.pairs, most + own.most
    return Pairing(right, pairs, most)


def _one_pair(edges: Mapping[int, bool]) -> Pairing:
    return Pairing(int(any(edges.values())), 1, 1)


def _parts(edges: Edges) -> Iterator[list[int]]:
    """The positions that hang together by what they may go with."""
    back: defaultdict[int, list[int]] = defaultdict(list)
    for n, own in enumerate(edges):
        for m in own:
            back[m].append(n)
    seen: set[int] = set()
    for first, own in enumerate(edges):
        if first in seen or not own:
            continue
        seen.add(first)
        part = [first]
        for n in part:
            for m in edges[n]:
                for other in back.pop(m, ()):
                    if other not in seen:
                        seen.add(other)
                        part.append(other)
        yield part


def _best_of(part: Sequence[int], edges: Edges) -> Pairing:
    kinds = {right for n in part for right in edges[n].values()}
    best = _paired(part, edges)
    right = sum(edges[n][m] for n, m in best.items())
    if len(kinds) == 1:
        return Pairing(right, len(best), len(best))
    blind = [dict.fromkeys(own, False) for own in edges]
    return Pairing(right, len(best), len(_paired(part, blind)))


def _paired(part: Sequence[int], edges: Edges) -> dict[int, int]:
    """The partner of each that gets one, so that first right pairs, then pairs are most."""
    partner: dict[int, int] = {}
    taken: dict[int, int] = {}
    while (path := _cheapest_path(part, edges, partner, taken)) is not None:
        for n, m in path:
            partner[n], taken[m] = m, n
    return partner


def _cheapest_path(
    part: Sequence[int], edges: Edges, partner: Mapping[int, int], taken: Mapping[int, int]
) -> list[tuple[int, int]] | None:
    """The new partners that make one pair more and lose the fewest right ones; None if it costs.

    Successive shortest augmenting paths: the first ones each win a right pair.
    """
    cost = {n: 0 for n in part if n not in partner}
    reached: dict[int, tuple[int, int]] = {}
    queue = deque(cost)
    while queue:
        n = queue.popleft()
        for m, right in edges[n].items():
            price = cost[n] - right
            if m == partner.get(n) or (m in reached and reached[m][0] <= price):
                continue
            reached[m] = price, n
            owner = taken.get(m)
            if owner is not None:
                price += edges[owner][m]
                if price < cost.get(owner, len(part) + 1):
                    cost[owner] = price
                    queue.append(owner)
    ends = [(price, m) for m, (price, _) in reached.items() if m not in taken]
    if not ends or min(ends)[0] > 0:
        return None
    path = []
    at: int | None = min(ends)[1]
    while at is not None:
        n = reached[at][1]
        path.append((n, at))
        at = partner.get(n)
    return path


def shared_characters(found: Iterable[Place], wanted: Iterable[Place]) -> int:
    """How many characters are under both; as often as both have them, if they overlap themselves.

    >>> shared_characters([(0, 4), (2, 6)], [(0, 3), (2, 4)])
    5
    """
    steps: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for side, places in enumerate((found, wanted)):
        for place in places:
            for start, end in pieces(place):
                steps[start][side] += 1
                steps[end][side] -= 1
    shared = here = there = last = 0
    for at in sorted(steps):
        shared += min(here, there) * (at - last)
        here, there, last = here + steps[at][0], there + steps[at][1], at
    return shared
