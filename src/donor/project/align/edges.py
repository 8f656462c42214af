"""Where a stretch of target words begins and ends: signs, brackets, articles and prepositions.

At its edges the source span decides: what it has there, its counterpart has too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from donor.project.align.segment import Segment, Side

__all__ = ["edged"]

_SURE = 0.3
_OPENING, _CLOSING = frozenset("([{«“（「『"), frozenset(")]}»”）」』")


def edged(segment: Segment, inside: range, stretch: range, taken: Collection[int] = ()) -> range:
    """The stretch with the edges that the source words, `inside`, ask for.

    What is all of a segment is all of its translation. Words that are taken are never added.
    """
    source, target = segment.source, segment.target
    core = source.told(inside)
    if len(core) > 1 and core == source.told(range(len(source.words))):
        found = target.told(range(len(target.words)))
    else:
        found = _without_small(segment, core, target.told(stretch) or stretch)
    found = _signed(segment, inside, core, _bracketed(target, found))
    return stretch if any(at in taken for at in found) else found


def _without_small(segment: Segment, core: range, stretch: range) -> range:
    """The stretch without small words at its edges, unless the source has them there too."""
    linked = _linked(segment)
    first, end = stretch.start, stretch.stop
    while first < end - 1 and _loose(segment, linked, core, first, core[:2]):
        first += 1
    while first < end - 1 and _loose(segment, linked, core, end - 1, core[-2:]):
        end -= 1
    return range(first, end)


def _loose(
    segment: Segment,
    linked: Mapping[int, list[tuple[int, float]]],
    core: range,
    at: int,
    edge: range,
) -> bool:
    """Whether a word at the edge is a sign, or a small word without a counterpart at the edge."""
    source, target = segment.source, segment.target
    if target.signs[at]:
        return True
    if not target.small[at]:
        return False
    return not any(
        sure >= _SURE and i in edge and (source.small[i] or source.words[i] == target.words[at])
        for i, sure in linked[at]
    )


def _linked(segment: Segment) -> Mapping[int, list[tuple[int, float]]]:
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for source, at, forward, backward in segment.links:
        found[at].append((source, max(forward, backward)))
    return found


def _bracketed(target: Side, stretch: range) -> range:
    """The stretch with the bracket that closes one inside it, where that stands beside it."""
    words, first, end = target.words, stretch.start, stretch.stop
    opened = sum((word in _OPENING) - (word in _CLOSING) for word in words[first:end])
    if opened > 0 and end < len(words) and words[end] in _CLOSING:
        return range(first, end + 1)
    if opened < 0 and first > 0 and words[first - 1] in _OPENING:
        return range(first - 1, end)
    return stretch


def _signed(segment: Segment, inside: range, core: range, stretch: range) -> range:
    """The stretch with the signs around it that the source span has too."""
    target = segment.target
    first, end = stretch.start, stretch.stop
    if core.start > inside.start and first > 0 and target.signs[first - 1]:
        first -= 1
    if core.stop < inside.stop and end < len(target.words) and target.signs[end]:
        end += 1
    return range(first, end)
