"""Where a span stands in the source: what the resolver needs to tell equal words apart."""

from bisect import bisect_right
from collections.abc import Sequence

from donor.data import Document, Interval, Origin, Span
from donor.languages.characters import edges

__all__ = ["origins"]


def origins(document: Document) -> dict[str, Origin]:
    """For each span id where the span stands, and which of its own words it is in its segment.

    Words are counted where they stand by themselves; of a span over several segments, or in
    several fragments, there is no count.

    >>> from donor.data import Interval, Span
    >>> span = Span("T1", "Term", (Interval(12, 15),))
    >>> document = Document("d", "en", "An anion or ion.", (Interval(0, 16),), spans=(span,))
    >>> origins(document)["T1"]
    Origin(fragments=(Interval(start=12, end=15),), occurrence=1, among=1)
    """
    allowed: Sequence[int] = edges(document.text)
    ends = [segment.end for segment in document.segments]
    return {
        span.id: _origin(span, document, bisect_right(ends, span.extent.start), allowed)
        for span in document.spans
    }


def _origin(span: Span, document: Document, position: int, allowed: Sequence[int]) -> Origin:
    """The origin of a span that begins before the end of the segment at this position."""
    segment = next(iter(document.segments[position : position + 1]), None)
    if segment is None or span.discontinuous or not segment.contains(span.extent):
        return Origin(span.fragments)
    words = span.surface(document.text)
    places = [place for place in _places(words, segment, document.text) if _apart(place, allowed)]
    if span.extent not in places:
        return Origin(span.fragments)
    return Origin(span.fragments, places.index(span.extent) + 1, len(places))


def _places(words: str, segment: Interval, text: str) -> list[Interval]:
    places, at = [], text.find(words, segment.start, segment.end)
    while at >= 0:
        places.append(Interval(at, at + len(words)))
        at = text.find(words, at + 1, segment.end)
    return places


def _apart(place: Interval, allowed: Sequence[int]) -> bool:
    return bool(allowed[place.start] and allowed[place.end])
