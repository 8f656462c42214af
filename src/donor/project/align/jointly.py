"""The target words of all spans of a segment, found together: spans apart stay apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from donor.project.align.edges import edged
from donor.project.align.segment import Segment
from donor.project.align.stretch import best, gains

__all__ = ["Wanted", "found_in"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Source words whose counterpart is looked for, by their positions, and their span's label."""

    label: str
    inside: range


def found_in(segment: Segment, wanted: Sequence[Wanted]) -> list[range | None]:
    """The target words of each; None where no link speaks for any.

    The surest is placed first. Words that it takes are no longer there for spans of the same label
    over other source words, in whatever order they stand.
    """
    own = [gains(segment, one.inside) for one in wanted]
    first = [best(row) for row in own]
    order = sorted(range(len(wanted)), key=lambda n: -(found.score if (found := first[n]) else 0.0))
    places: list[range | None] = [None] * len(wanted)
    for n in order:
        taken = {
            at
            for other in order
            if (place := places[other]) is not None and _apart(wanted[n], wanted[other])
            for at in place
        }
        found = best(own[n], taken)
        if found is not None:
            places[n] = edged(segment, wanted[n].inside, found.positions, taken)
    return places


def _apart(one: Wanted, other: Wanted) -> bool:
    """Whether two places must not share words."""
    shared = max(one.inside.start, other.inside.start) < min(one.inside.stop, other.inside.stop)
    return one.label == other.label and not shared
