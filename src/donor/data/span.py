"""Where things stand in a text: intervals, spans, and the relations between spans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

__all__ = ["Interval", "Relation", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open range of code points; `text[start:end]` is what it covers.

    >>> Interval(4, 7).of("the ion moves")
    'ion'
    """

    start: int
    end: int

    # Written out, since a document has dozens of intervals: half the time of the generated one.
    def __init__(self, start: int, end: int) -> None:
        if not 0 <= start <= end:
            raise ValueError(f"not an interval: {start}..{end}")
        _set_start(self, start)
        _set_end(self, end)

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The part of `text` that the interval covers."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> "Interval":
        """The interval moved by `by` code points."""
        return Interval(self.start + by, self.end + by)

    def contains(self, other: "Interval") -> bool:
        """Whether `other` lies inside, edges included."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share at least one code point."""
        return max(self.start, other.start) < min(self.end, other.end)


_set_start = Interval.__dict__["start"].__set__
_set_end = Interval.__dict__["end"].__set__


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of a text: one fragment, or several if it is discontinuous.

    Fragments are in the order of the text, not empty, and disjoint.

    >>> span = Span("T1", "Term", (Interval(0, 5), Interval(10, 14)))
    >>> span.surfaces("water, or hard water")
    ('water', 'hard')
    """

    id: str
    label: str
    fragments: tuple[Interval, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    # Written out for the same reason; nearly all spans have one fragment.
    def __init__(
        self,
        id: str,
        label: str,
        fragments: tuple[Interval, ...],
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        if len(fragments) != 1 or fragments[0].start == fragments[0].end:
            _check_fragments(id, fragments)
        _set_id(self, id)
        _set_label(self, label)
        _set_fragments(self, fragments)
        _set_attributes(self, {} if attributes is None else attributes)

    @property
    def extent(self) -> Interval:
        """From the start of the first fragment to the end of the last."""
        return Interval(self.fragments[0].start, self.fragments[-1].end)

    @property
    def discontinuous(self) -> bool:
        """Whether the span has more than one fragment."""
        return len(self.fragments) > 1

    def surfaces(self, text: str) -> tuple[str, ...]:
        """What the span covers in `text`, one string for each fragment."""
        return tuple(fragment.of(text) for fragment in self.fragments)

    def surface(self, text: str) -> str:
        """What the span covers in `text`, its fragments joined by an ellipsis."""
        if len(self.fragments) == 1:  # as of nearly all spans, several times a document
            return self.fragments[0].of(text)
        return " … ".join(self.surfaces(text))


_set_id = Span.__dict__["id"].__set__
_set_label = Span.__dict__["label"].__set__
_set_fragments = Span.__dict__["fragments"].__set__
_set_attributes = Span.__dict__["attributes"].__set__


def _check_fragments(span_id: str, fragments: tuple[Interval, ...]) -> None:
    if not fragments or any(part.start == part.end for part in fragments):
        raise ValueError(f"span {span_id} covers no text")
    if any(right.start < left.end for left, right in pairwise(fragments)):
        raise ValueError(f"span {span_id} has fragments out of order or overlapping")


@dataclass(frozen=True, slots=True)
class Relation:
    """A labelled arc from a dependent span, the tail, to its head, both given by span id.

    The head may be the id of a span that is not in the document: a dangling head.
    """

    label: str
    head: str
    tail: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
