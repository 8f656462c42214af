"""A text cut where spans begin and end, so that nested, crossing and broken spans can be marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from donor.report.layout import stack

__all__ = ["Mark", "Piece", "pieces"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span over a piece of text.

    Args:
        span: the span's facts.
        level: how far under the words its line is; the outermost span has the highest.
        begins: whether the span begins with this piece.
        resumes: whether a later fragment of it does.
    """

    span: Mapping[str, Any]
    level: int
    begins: bool
    resumes: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that the same spans cover, the outermost first."""

    text: str
    marks: tuple[Mark, ...]


def pieces(
    text: str, segment: Sequence[int], spans: Sequence[Mapping[str, Any]], side: str
) -> Iterator[Piece]:
    """The pieces of a segment.

    Args:
        text: of the document.
        segment: from where to where it goes.
        spans: the facts of all spans of the document.
        side: "source" or "target", under which a span's fragments stand.
    """
    first, last = segment
    here = [
        (span, number, max(start, first), min(end, last))
        for span in spans
        for number, (start, end) in enumerate(span[side] or ())
        if start < last and end > first
    ]
    levels = _levels(here)
    edges = {first, last}.union(*((start, end) for _, _, start, end in here))
    for start, end in pairwise(sorted(edges)):
        over = [
            Mark(
                span,
                levels[span["number"]],
                begins=left == start and number == 0 and span[side][0][0] == start,
                resumes=left == start and number > 0,
            )
            for span, number, left, right in here
            if left <= start and end <= right
        ]
        over.sort(key=lambda mark: (-mark.level, mark.span["number"]))
        yield Piece(text[start:end], tuple(over))


def _levels(here: Sequence[tuple[Mapping[str, Any], int, int, int]]) -> dict[int, int]:
    """A level for each span, so that no two lines meet; short spans are next to the words."""
    extents: dict[int, tuple[int, int]] = {}
    for span, _, start, end in here:
        known = extents.get(span["number"], (start, end))
        extents[span["number"]] = min(known[0], start), max(known[1], end)
    order = sorted(extents, key=lambda number: extents[number][1] - extents[number][0])
    return dict(zip(order, stack([extents[number] for number in order]), strict=True))
