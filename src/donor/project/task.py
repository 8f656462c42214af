"""What a projector is asked: two texts, and the spans that are still without a place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from donor.data import NO_GUIDANCE, Document, Example, Guidance, Span
from donor.data.markup import Piece, free_letter, pieces_of
from donor.data.once import made_once
from donor.data.quick import quickly_made
from donor.languages import Language

__all__ = ["Projection", "example_of"]


@quickly_made
@dataclass(frozen=True)
class Projection:
    """A source document, its bare translation, and the ids of the spans to find.

    Spans go by their number in the document, from 1, in everything that a model sees.
    Segments go by their position, from 0.

    `remarks` says, by the id of a span that is asked for again, what speaks against the place
    that it had.
    """

    source: Document
    target: Document
    span_ids: frozenset[str]
    source_language: Language
    target_language: Language
    guidance: Guidance = NO_GUIDANCE
    remarks: Mapping[str, str] = field(default_factory=dict)

    @made_once
    def wanted(self) -> dict[int, Span]:
        """The spans to find, by their number."""
        numbered = enumerate(self.source.spans, start=1)
        return {number: span for number, span in numbered if span.id in self.span_ids}

    @made_once
    def pieces(self) -> dict[int, list[Piece]]:
        """The pieces of the wanted spans by segment; segments without any are left out."""
        fragments = {number: span.fragments for number, span in self.wanted.items()}
        return pieces_of(fragments, self.source)

    @made_once
    def segments_of(self) -> dict[int, list[int]]:
        """The positions of the segments in which a wanted span has pieces, by its number."""
        found: dict[int, list[int]] = {number: [] for number in self.wanted}
        for position, pieces in self.pieces.items():
            for number in dict.fromkeys(piece.number for piece in pieces):
                found[number].append(position)
        return found

    def remarked(self, positions: Iterable[int]) -> dict[str, str]:
        """The remarks on the spans with pieces in these segments, by the names of their tags."""
        if not self.remarks:
            return {}
        there = {piece.number for at in positions for piece in self.pieces.get(at, ())}
        return {
            f"{self.letter}{number}": self.remarks[span.id]
            for number, span in self.wanted.items()
            if number in there and span.id in self.remarks
        }

    @made_once
    def letter(self) -> str:
        """The first letter of the tag names: one that no text already uses in this way."""
        return free_letter(self.source.text + self.target.text)


def example_of(
    example: Example, source: Language, target: Language
) -> tuple[Projection, dict[int, list[Piece]]]:
    """An example as a task of its own, and its answer: the pieces in the target text."""
    places = {span.id: span.fragments for span in example.target.spans}
    known = frozenset(span.id for span in example.source.spans if span.id in places)
    shown = Projection(example.source, example.target, known, source, target)
    numbered = {number: places[span.id] for number, span in shown.wanted.items()}
    return shown, pieces_of(numbered, example.target)
