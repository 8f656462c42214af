"""What became of a document: its translation, and one row for everything annotated on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from donor.data.candidate import Answer, Evidence, Reason
from donor.data.document import Document, SideText, TextLabel
from donor.data.finding import Finding
from donor.data.once import made_once
from donor.data.quick import quickly_made
from donor.data.span import Interval, Relation, Span

__all__ = [
    "Attempt",
    "LabelRow",
    "LostReason",
    "Match",
    "RelationRow",
    "Repair",
    "SpanRow",
    "Transfer",
    "Translation",
]


class Match(StrEnum):
    """How a candidate was found in the target text, from the surest to the least sure."""

    INTERVALS = "intervals"
    EXACT = "exact"
    NORMALISED = "normalised"
    LEMMA = "lemma"
    FUZZY = "fuzzy"


class LostReason(StrEnum):
    """Why a relation or a text label was not carried over. The list is closed."""

    HEAD_OUTSIDE = "head-outside"
    HEAD_UNRESOLVED = "head-unresolved"
    TAIL_UNRESOLVED = "tail-unresolved"
    NO_TRANSLATION = "no-translation"


@quickly_made
@dataclass(frozen=True, slots=True)
class Attempt:
    """One method's try at one span: what it answered, and what the resolver made of it.

    Exactly one of `match` and `reason` is set.

    Args:
        method: the projector.
        answer: what it answered, if anything.
        match: how the answer was found in the target text.
        reason: why it has no place.
        detail: the same in words.
        evidence: what tells how good the answer is.
        sample: which of several answers to the same question it is, from 0.
        repairs: the finding for which the span was asked for again, or "".
    """

    method: str
    answer: Answer | None
    match: Match | None = None
    reason: Reason | None = None
    detail: str = ""
    evidence: Evidence = ()
    sample: int = 0
    repairs: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class SpanRow:
    """The ledger's row of a source span: placed, or unresolved with the last reason.

    `winner` is the position of the attempt that gave the place, -1 for the last.
    """

    span_id: str
    attempts: tuple[Attempt, ...]
    placed: Span | None = None
    method: str | None = None
    match: Match | None = None
    reason: Reason | None = None
    detail: str = ""
    winner: int = -1


@dataclass(frozen=True, slots=True)
class RelationRow:
    """The ledger's row of a source relation: carried over if `lost` is None."""

    relation: Relation
    lost: LostReason | None = None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """The ledger's row of a text label (by its position): carried over if `lost` is None."""

    position: int
    lost: LostReason | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A segment that was asked for again: for which finding, and whether that is gone since."""

    segment: int
    finding: str
    mended: bool


@quickly_made
@dataclass(frozen=True, slots=True)
class Translation:
    """The target text of each segment and of each side text, and how it was come by.

    Where `problem` is set there is no valid translation, and the texts are empty.
    """

    language: str
    segments: tuple[str, ...]
    side_texts: tuple[str, ...]
    method: str
    problem: str = ""
    retries: int = 0
    repairs: tuple[Repair, ...] = ()

    def document(
        self,
        source: Document,
        *,
        spans: tuple[Span, ...] = (),
        relations: tuple[Relation, ...] = (),
        labels: tuple[TextLabel, ...] = (),
    ) -> Document:
        """The source in the target language, with these annotations.

        What stands between two segments stays as it is.
        """
        whole, parts, segments = source.text, [], []
        at = done = 0
        for segment, text in zip(source.segments, self.segments, strict=True):
            start, length = segment.start, len(text)
            at += start - done
            parts += [whole[done:start], text]
            segments.append(Interval(at, at + length))
            at += length
            done = segment.end
        side_texts = zip(source.side_texts, self.side_texts, strict=True)
        return Document(
            id=source.id,
            language=self.language,
            text="".join([*parts, whole[done:]]),
            segments=tuple(segments),
            spans=spans,
            relations=relations,
            labels=labels,
            side_texts=tuple([SideText(side.name, text) for side, text in side_texts]),
            metadata=source.metadata,
        )


@quickly_made
@dataclass(frozen=True)
class Transfer:
    """A source document, its translation, a row for every annotation, what the checks saw.

    `looked` counts what was looked at by asking a model, and what could not be; `back` holds the
    segments and then the side texts, translated back, where that was asked for.
    """

    source: Document
    translation: Translation
    spans: tuple[SpanRow, ...]
    relations: tuple[RelationRow, ...]
    labels: tuple[LabelRow, ...]
    findings: tuple[Finding, ...] = ()
    looked: Mapping[str, int] = field(default_factory=dict)
    back: tuple[str, ...] = ()

    @made_once
    def target(self) -> Document | None:
        """The target document with what was carried over; None without a valid translation."""
        if self.translation.problem:
            return None
        labels = self.source.labels
        return self.translation.document(
            self.source,
            spans=tuple([row.placed for row in self.spans if row.placed]),
            relations=tuple([row.relation for row in self.relations if row.lost is None]),
            labels=tuple([labels[row.position] for row in self.labels if row.lost is None]),
        )
