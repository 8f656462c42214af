"""A quote that leaves out its middle: "the cell … membrane"."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from donor.data import Interval

__all__ = ["parts", "stretches"]

_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3,})\s*\]|\(\s*(?:…|\.{3,})\s*\)|…|\.{3,}|\. \. \.)\s*")
_MOST_LEFT_OUT = 400


def parts(surface: str) -> tuple[str, ...]:
    """What stands between the ellipses of a quote; none where it has no ellipsis in the middle.

    >>> parts("the cell … membrane"), parts("and so on...")
    (('the cell', 'membrane'), ())
    """
    found = tuple(part for part in _ELLIPSIS.split(surface) if any(map(str.isalnum, part)))
    return found if len(found) > 1 else ()


def stretches(
    quoted: Sequence[str], text: str, find: Callable[[str], tuple[Interval, ...]]
) -> Iterator[tuple[Interval, ...]]:
    """The places of the parts, one behind the other, each time as close together as they stand.

    They lie in one paragraph, and not so far apart that the parts may have nothing to do with
    each other.
    """
    first, *others = map(find, quoted)
    for start in first:
        row = [start]
        for places in others:
            following = (place for place in places if place.start >= row[-1].end)
            nearest = next(following, None)
            if nearest is None:
                return
            row.append(nearest)
        closer = any(start.end <= other.start and other.end <= row[1].start for other in first)
        if not closer and all(_near(text, left, right) for left, right in pairwise(row)):
            yield tuple(row)


def _near(text: str, left: Interval, right: Interval) -> bool:
    between = text[left.end : right.start]
    return len(between) <= _MOST_LEFT_OUT and "\n\n" not in between
