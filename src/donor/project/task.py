"""What a projector is asked: two texts, and the spans that are still without a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from donor.data import NO_GUIDANCE, Document, Guidance, Interval, Span
from donor.languages import Language

__all__ = ["Piece", "Projection"]


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a span's fragment that lies in one segment; offsets count in the segment."""

    number: int
    interval: Interval


@dataclass(frozen=True)
class Projection:
    """A source document, its bare translation, and the ids of the spans to find.

    Spans go by their number in the document, from 1, in everything that a model sees.
    Segments go by their position, from 0.
    """

    source: Document
    target: Document
    span_ids: frozenset[str]
    source_language: Language
    target_language: Language
    guidance: Guidance = NO_GUIDANCE

    @cached_property
    def wanted(self) -> dict[int, Span]:
        """The spans to find, by their number."""
        numbered = enumerate(self.source.spans, start=1)
        return {number: span for number, span in numbered if span.id in self.span_ids}

    @cached_property
    def pieces(self) -> dict[int, list[Piece]]:
        """The pieces of the wanted spans by segment; segments without any are left out."""
        found: dict[int, list[Piece]] = {}
        for number, span in self.wanted.items():
            for position, segment in enumerate(self.source.segments):
                own = _pieces(span.fragments, segment, self.source.text)
                if own:
                    found.setdefault(position, []).extend(Piece(number, part) for part in own)
        return dict(sorted(found.items()))

    @cached_property
    def segments_of(self) -> dict[int, list[int]]:
        """The positions of the segments in which a wanted span has pieces, by its number."""
        found: dict[int, list[int]] = {number: [] for number in self.wanted}
        for position, pieces in self.pieces.items():
            for number in dict.fromkeys(piece.number for piece in pieces):
                found[number].append(position)
        return found

    @cached_property
    def letter(self) -> str:
        """The first letter of the tag names: one that no text already uses in this way."""
        texts = self.source.text + self.target.text
        free = (name for name in "stuvwxyzabcdefg" if f"<{name}" not in texts.lower())
        return next((name for name in free if f"</{name}" not in texts.lower()), "donor")


def _pieces(fragments: Sequence[Interval], segment: Interval, text: str) -> list[Interval]:
    """The parts of the fragments inside a segment, counted from its start.

    A part that is nothing but white space has no counterpart to ask for.
    """
    inside = [
        Interval(max(fragment.start, segment.start), min(fragment.end, segment.end))
        for fragment in fragments
        if fragment.overlaps(segment)
    ]
    return [part.shifted(-segment.start) for part in inside if part.of(text).strip()]
