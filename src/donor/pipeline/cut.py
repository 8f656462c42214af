"""Segments that are too long for a request, cut where a reader would pause."""

import re
from collections.abc import Iterator
from dataclasses import replace

from donor.data import Document, Interval

__all__ = ["cut_long"]

# From the best place to cut to the worst: between paragraphs, lines, sentences, words.
_PAUSES = (
    re.compile(r"\s*\n\s*\n\s*"),
    re.compile(r"\s*\n\s*"),
    re.compile(r"(?<=[.!?…。！？।؟])[\"'”»’)\]]*\s+|(?<=[。！？])"),
    re.compile(r"\s+"),
)


def cut_long(document: Document, limit: int) -> Document:
    """The document, segments of more than `limit` characters cut into shorter ones.

    A text that came without sentence borders is one segment, and may be a whole book. Where
    segments carry labels they stay as they are.

    >>> whole = Document("d", "en", "One two. Three four.", (Interval(0, 20),))
    >>> [segment.of(whole.text) for segment in cut_long(whole, 12).segments]
    ['One two.', 'Three four.']
    """
    fits = all(len(segment) <= limit for segment in document.segments)
    if fits or any(label.segment is not None for label in document.labels):
        return document
    parts = [part for segment in document.segments for part in _cut(document.text, segment, limit)]
    return replace(document, segments=tuple(parts))


def _cut(text: str, segment: Interval, limit: int) -> Iterator[Interval]:
    """The segment in parts, with nothing but white space between them."""
    start = segment.start
    while segment.end - start > limit:
        end, following = _pause(text, start, min(segment.end, start + limit))
        yield Interval(start, end)
        start = following
    if start < segment.end:
        yield Interval(start, segment.end)


def _pause(text: str, start: int, latest: int) -> tuple[int, int]:
    """Where a part that begins at `start` ends, and where the next one begins.

    The best kind of pause in the later half decides; where there is none at all, the limit.
    """
    for kind in _PAUSES:
        for pause in reversed(list(kind.finditer(text, start, latest + 1))):
            end = start + len(text[start : pause.end()].rstrip())
            if end <= latest and 2 * (end - start) >= latest - start:
                return end, pause.end()
    return latest, latest
