"""What became of a document: its translation, and one row for everything annotated on it."""

from dataclasses import dataclass
from enum import StrEnum

from donor.data.candidate import Answer
from donor.data.document import Document
from donor.data.span import Relation, Span

__all__ = [
    "Attempt",
    "LabelRow",
    "LostReason",
    "Match",
    "Reason",
    "RelationRow",
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


class Reason(StrEnum):
    """Why a span has no place in the target text. The list is closed."""

    NO_TRANSLATION = "no-translation"
    FAILED_REQUEST = "failed-request"
    REFUSED = "refused"
    INVALID_ANSWER = "invalid-answer"
    NO_COUNTERPART = "no-counterpart"
    NO_MATCH = "no-match"
    AMBIGUOUS = "ambiguous"
    OUT_OF_RANGE = "out-of-range"

    @property
    def meaning(self) -> str:
        """The reason in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Reason.NO_TRANSLATION: "the document has no valid translation",
    Reason.FAILED_REQUEST: "the request to the model failed",
    Reason.REFUSED: "the model refused to answer",
    Reason.INVALID_ANSWER: "the answer broke the rules of its method",
    Reason.NO_COUNTERPART: "the model says that the translation has no counterpart",
    Reason.NO_MATCH: "the words of the answer are not in the translation",
    Reason.AMBIGUOUS: "the words of the answer stand in several places, and nothing tells which",
    Reason.OUT_OF_RANGE: "the answer points outside the translation",
}


class LostReason(StrEnum):
    """Why a relation or a text label was not carried over. The list is closed."""

    HEAD_OUTSIDE = "head-outside"
    HEAD_UNRESOLVED = "head-unresolved"
    TAIL_UNRESOLVED = "tail-unresolved"
    NO_TRANSLATION = "no-translation"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One method's try at one span: what it answered, and what the resolver made of it.

    Exactly one of `match` and `reason` is set.
    """

    method: str
    answer: Answer | None
    match: Match | None = None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """The ledger's row of a source span: placed, or unresolved with the last reason."""

    span_id: str
    attempts: tuple[Attempt, ...]
    placed: Span | None = None
    method: str | None = None
    match: Match | None = None
    reason: Reason | None = None
    detail: str = ""


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
class Translation:
    """The target text of each segment and of each side text, and how it was come by.

    Where `problem` is set there is no valid translation, and the texts are empty.
    """

    segments: tuple[str, ...]
    side_texts: tuple[str, ...]
    method: str
    problem: str = ""
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """A source document, its target if there is one, and a row for every annotation."""

    source: Document
    translation: Translation
    target: Document | None
    spans: tuple[SpanRow, ...]
    relations: tuple[RelationRow, ...]
    labels: tuple[LabelRow, ...]
