"""All claims of a document, each given the place that costs least, or none between equals.

Claims that may mean the same place are decided together. What is decided tells of the others, so
this goes on until nothing changes; each round looks at all claims as they were in the last one,
so the order in which they came does not matter.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from donor.data import Interval, Reason
from donor.resolve.around import Anchor
from donor.resolve.claim import Claim, clash, costs, unplaced_cost
from donor.resolve.occurrence import Unfound, number, shown, unsaid

__all__ = ["assigned"]

MARGIN = 2
_MOST_ROUNDS = 6
_MOST_COMPARED = 8_000

Place = Interval | None
"""None is no place: others have a better right to all that there are."""


def assigned(claims: Sequence[Claim], anchors: Sequence[Anchor]) -> list[Interval | Unfound]:
    """The place of each claim, or why none is certain.

    Args:
        claims: in any order.
        anchors: the spans of the document whose places are known without them.
    """
    rivals = _rivals(claims)
    if not rivals:
        return [claim.places[0] for claim in claims]
    contested = {position for group in rivals for position in group}
    alone = [claim for position, claim in enumerate(claims) if position not in contested]
    known = [*anchors, *_anchors((claim, claim.places[0]) for claim in alone)]
    decided = _until_stable(claims, rivals, known)
    return [
        (decided[position] or _undecided(claims, position, rivals))
        if position in contested
        else claim.places[0]
        for position, claim in enumerate(claims)
    ]


def _rivals(claims: Sequence[Claim]) -> list[list[int]]:
    """The positions of the claims to be decided, those together that share a place."""
    if all(len(claim.places) == 1 for claim in claims) and _all_differ(claims):
        return []
    leader = list(range(len(claims)))

    def led_by(position: int) -> int:
        while leader[position] != position:
            position = leader[position]
        return position

    claimant: dict[Interval, int] = {}
    for position, claim in enumerate(claims):
        shared = {claimant.setdefault(place, position) for place in claim.places}
        for other in shared:
            leader[led_by(position)] = led_by(other)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for position in range(len(claims)):
        groups[led_by(position)].append(position)
    return [
        group for group in groups.values() if len(group) > 1 or len(claims[group[0]].places) > 1
    ]


def _all_differ(claims: Sequence[Claim]) -> bool:
    return len({claim.places[0] for claim in claims}) == len(claims)


def _anchors(decided: "Iterator[tuple[Claim, Place]]") -> Iterator[Anchor]:
    for claim, place in decided:
        origin = claim.candidate.origin
        if origin is not None and place is not None and claim.sure:
            yield Anchor(claim.span_id, origin, place)


def _until_stable(
    claims: Sequence[Claim], groups: Sequence[Sequence[int]], known: Sequence[Anchor]
) -> dict[int, Place]:
    """The place of each contested claim; None where it is not certain."""
    decided: dict[int, Place] = {}
    for _ in range(_MOST_ROUNDS):
        before = decided
        decided = {}
        for group in groups:
            others = (
                (claims[position], place)
                for position, place in before.items()
                if position not in group
            )
            anchors = [*known, *_anchors(others)]
            members = sorted(group, key=lambda position: _order(claims[position]))
            places = _cheapest([claims[position] for position in members], anchors)
            decided |= zip(members, places, strict=True)
        if decided == before or len(groups) == 1:
            return decided
    return {p: place if before[p] == place else None for p, place in decided.items()}


def _order(claim: Claim) -> tuple[str, str, str]:
    return claim.span_id, claim.candidate.method, claim.quote.surface


@dataclass
class _Search:
    """A depth-first search for all assignments of a group within the margin of the best."""

    claims: Sequence[Claim]
    rows: Sequence[Sequence[tuple[int, Place]]]
    best: int = 0
    compared: int = 0
    rest: list[int] = field(default_factory=list)
    cheapest: list[dict[Place, int]] = field(default_factory=list)

    def run(self) -> list[Place] | None:
        """The place of each claim that all good assignments agree on; None if it takes too long."""
        least = [row[0][0] for row in self.rows]
        self.rest = [sum(least[at + 1 :]) for at in range(len(least))]
        self.cheapest = [{} for _ in self.claims]
        self.best = self._greedy()
        self._go_on([], 0)
        if self.compared > _MOST_COMPARED:
            return None
        limit = self.best + MARGIN
        good = [[place for place, cost in row.items() if cost < limit] for row in self.cheapest]
        return [places[0] if len(places) == 1 else None for places in good]

    def _greedy(self) -> int:
        """What it costs to give each claim in turn its cheapest place: a bound for the best."""
        chosen: list[Place] = []
        total = 0
        for row in self.rows:
            step, taken = 1 << 30, row[0][1]
            for own, place in row:
                if own >= step:
                    break
                step, taken = min(
                    (step, taken), (own + self._clashes(place, chosen), place), key=_cost
                )
            chosen.append(taken)
            total += step
        return total

    def _go_on(self, chosen: list[Place], cost: int) -> None:
        at = len(chosen)
        if at == len(self.claims):
            self.best = min(self.best, cost)
            for row, place in zip(self.cheapest, chosen, strict=True):
                row[place] = min(cost, row.get(place, cost))
            return
        for own, place in self.rows[at]:
            bound = self.best + MARGIN - self.rest[at] - cost
            if own >= bound or self.compared > _MOST_COMPARED:
                return
            step = own + self._clashes(place, chosen)
            if step < bound:
                self._go_on([*chosen, place], cost + step)

    def _clashes(self, place: Place, chosen: Sequence[Place]) -> int:
        if place is None:
            return 0
        self.compared += len(chosen)
        claim = self.claims[len(chosen)]
        return sum(
            clash(claim, place, self.claims[other], there)
            for other, there in enumerate(chosen)
            if there is not None
        )


def _cost(step: tuple[int, Place]) -> int:
    return step[0]


def _cheapest(claims: Sequence[Claim], anchors: Sequence[Anchor]) -> list[Place]:
    """The place of each claim of a group, None where the good assignments do not agree."""
    rows: list[list[tuple[int, Place]]] = []
    for claim in claims:
        row: list[tuple[int, Place]] = [*costs(claim, anchors)]
        if len(claims) > 1:
            row.append((unplaced_cost(claim), None))
        rows.append(sorted(row, key=_cost))
    clear = _clear(claims, rows)
    if None not in clear:
        return clear
    found = _Search(claims, rows).run()
    return clear if found is None else found


def _clear(claims: Sequence[Claim], rows: Sequence[Sequence[tuple[int, Place]]]) -> list[Place]:
    """The cheapest place of each claim that wins by the margin and clashes with no other's.

    If that is so of all of them, no other assignment is within the margin.
    """
    first = [row[0][1] for row in rows]
    wins = [len(row) == 1 or row[1][0] - row[0][0] >= MARGIN for row in rows]
    taken = [
        (claim, place) for claim, place in zip(claims, first, strict=True) if place is not None
    ]
    return [
        place
        if place is not None
        and win
        and not any(
            clash(claim, place, other, there) for other, there in taken if other is not claim
        )
        else None
        for claim, place, win in zip(claims, first, wins, strict=True)
    ]


def _undecided(claims: Sequence[Claim], position: int, groups: Sequence[Sequence[int]]) -> Unfound:
    """Why a claim has no certain place."""
    claim = claims[position]
    group = next(group for group in groups if position in group)
    rivals = sorted({claims[other].span_id for other in group} - {claim.span_id})
    if rivals and len(claim.places) < len(group):
        told = f"is quoted for span {rivals[0]} too, and nothing tells which it is"
        return Unfound(Reason.AMBIGUOUS, f"{shown(claim.quote.surface)} {told}")
    if claim.wish is not None:
        stands = f"{shown(claim.quote.surface)} stands {len(claim.places)} times"
        against = f"the number of the answer, {number(claim.quote)}, goes against the source"
        return Unfound(Reason.AMBIGUOUS, f"{stands}, and {against}")
    return unsaid(claim.quote, claim.options)
