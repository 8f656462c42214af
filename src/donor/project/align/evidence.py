"""What the links say of how good a place is."""

from collections.abc import Collection, Iterable, Sequence

from donor.data import Evidence
from donor.project.align.edges import edged
from donor.project.align.segment import Segment, Side
from donor.project.align.stretch import Weights, best, gains

__all__ = ["evidence_of", "joined"]

VARIANTS = (
    Weights(leaving=0.6),
    Weights(leaving=1.5),
    Weights(unlinked=0.1),
    Weights(unlinked=0.7),
    Weights(backward=0.5),
    Weights(backward=2.0),
)
"""Other weights than the usual: a place that they all find is a steady one."""


def evidence_of(segment: Segment, inside: range, words: range) -> Evidence:
    """The figures of a place, each between 0 and 1.

    - `copied`: how many of its letters stand in the source span as they are;
    - `covered`: how much of what the source words link to lies inside;
    - `edges`: how clearly the words at its edges belong to it, and those beside them do not;
    - `explained`: how much of what its words link to are words of the source span;
    - `lead`: how far the next best place that shares no word with it is behind;
    - `length`: the shorter of source and target by the longer;
    - `steady`: the share of other weights of links that find the same place.
    """
    counted = _counted(segment.source, inside), _counted(segment.target, words)
    own = gains(segment, inside)
    figures = {
        "copied": _copied(segment, inside, words),
        "covered": _covered(segment, counted[0], words),
        "edges": _edges(own, words),
        "explained": _explained(segment, inside, counted[1]),
        "lead": _lead(own, words),
        "length": _length(segment, inside, words),
        "steady": _steady(segment, inside, words),
    }
    return tuple((name, round(min(1.0, max(0.0, figure)), 4)) for name, figure in figures.items())


def joined(parts: Iterable[Evidence]) -> Evidence:
    """The evidence of a span of several parts: it is as good as the worst of them."""
    parts = list(parts)
    return tuple(
        (rows[0][0], min(figure for _, figure in rows)) for rows in zip(*parts, strict=True)
    )


def _counted(side: Side, words: range) -> list[int]:
    """The words that carry the meaning; all, where none does."""
    heavy = [at for at in words if not side.signs[at] and not side.small[at]]
    return heavy or list(words)


def _covered(segment: Segment, counted: Sequence[int], words: Collection[int]) -> float:
    wanted = set(counted)
    mass = sum(
        one.backward for one in segment.links if one.source in wanted and one.target in words
    )
    return mass / len(counted)


def _explained(segment: Segment, inside: Collection[int], counted: Sequence[int]) -> float:
    wanted = set(counted)
    mass = sum(
        one.forward for one in segment.links if one.target in wanted and one.source in inside
    )
    return mass / len(counted)


def _edges(own: Sequence[float], words: range) -> float:
    """The least of what the outermost words gain, and of what their neighbours would cost."""
    first, last = words.start, words.stop - 1
    margins = [own[first], own[last]]
    margins += [-own[at] for at in (first - 1, last + 1) if 0 <= at < len(own)]
    # With both ways of asking, a gain is 2 at most.
    return (min(margins) + 2) / 4


def _lead(own: Sequence[float], words: range) -> float:
    reached = sum(own[at] for at in words)
    other = best(own, words)
    if other is None:
        return 1.0
    return (reached - other.score) / reached if reached > 0 else 0.0


def _steady(segment: Segment, inside: range, words: range) -> float:
    agreeing = 0
    for weights in VARIANTS:
        found = best(gains(segment, inside, weights))
        agreeing += found is not None and edged(segment, inside, found.positions) == words
    return agreeing / len(VARIANTS)


def _length(segment: Segment, inside: range, words: range) -> float:
    lengths = _letters(segment.source, inside), _letters(segment.target, words)
    return min(lengths) / max(lengths)


def _letters(side: Side, words: range) -> int:
    return sum(len(side.words[at]) for at in words)


def _copied(segment: Segment, inside: range, words: range) -> float:
    known = {segment.source.words[at] for at in inside}
    target = segment.target.words
    same = sum(len(target[at]) for at in words if target[at] in known)
    return same / _letters(segment.target, words)
