"""What a projector says of a span, before anybody has looked whether it is so."""

from dataclasses import dataclass
from enum import StrEnum

from donor.data.quick import quickly_made
from donor.data.span import Interval

__all__ = [
    "Answer",
    "Candidate",
    "Declined",
    "Evidence",
    "Intervals",
    "Origin",
    "Quote",
    "Reason",
]


class Reason(StrEnum):
    """Why a span has no place in the target text. The list is closed."""

    NO_TRANSLATION = "no-translation"
    FAILED_REQUEST = "failed-request"
    REFUSED = "refused"
    INVALID_ANSWER = "invalid-answer"
    TEXT_ALTERED = "text-altered"
    NO_COUNTERPART = "no-counterpart"
    NO_MATCH = "no-match"
    AMBIGUOUS = "ambiguous"
    OUT_OF_RANGE = "out-of-range"
    OFF_BY_ONE = "off-by-one"
    DOUBTFUL = "doubtful"
    NO_ALIGNMENT = "no-alignment"

    @property
    def meaning(self) -> str:
        """The reason in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Reason.NO_TRANSLATION: "the document has no valid translation",
    Reason.FAILED_REQUEST: "the request to the model failed",
    Reason.REFUSED: "the model refused to answer",
    Reason.INVALID_ANSWER: "the answer broke the rules of its method",
    Reason.TEXT_ALTERED: "the model changed the text between the tags",
    Reason.NO_COUNTERPART: "the model says that the translation has no counterpart",
    Reason.NO_MATCH: "the words of the answer are not in the translation",
    Reason.AMBIGUOUS: "the words of the answer stand in several places, and nothing tells which",
    Reason.OUT_OF_RANGE: "the answer points outside the translation",
    Reason.OFF_BY_ONE: "the answer misses the edge of a word by one character",
    Reason.DOUBTFUL: "a check speaks against each place that was found",
    Reason.NO_ALIGNMENT: "no links between words tell where it stands",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a model says stand in the target text, and which of their occurrences.

    Args:
        surface: the quoted words.
        occurrence: which one counts, from 1 (0 where the model counts from there); None where
            the projector does not say.
        before: words that stand right before the quote, where known.
        after: words that stand right after it, where known.
        within: where the occurrences are counted; None is the whole text.
    """

    surface: str
    occurrence: int | None = None
    before: str = ""
    after: str = ""
    within: Interval | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Intervals:
    """Offsets in the target text, one interval for each fragment."""

    ranges: tuple[Interval, ...]


Answer = tuple[Quote, ...] | Intervals

Evidence = tuple[tuple[str, float], ...]
"""What a method knows of how good its answer is: a name and a figure each, names sorted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a span stands in the source text: evidence for its place in the target text.

    Args:
        fragments: the span's fragments in the source text; they tell its order, its nesting and
            whether another span is a different one.
        occurrence: which occurrence of its own words the span is, from 1, counted in the part of
            the source that answers to `Quote.within`; None where nobody has counted.
        among: how many occurrences there are.
    """

    fragments: tuple[Interval, ...]
    occurrence: int | None = None
    among: int | None = None

    @property
    def extent(self) -> Interval:
        """From the start of the first fragment to the end of the last."""
        return Interval(self.fragments[0].start, self.fragments[-1].end)


@quickly_made
@dataclass(frozen=True, slots=True)
class Candidate:
    """A projector's answer for one span: quotes (one for each fragment) or intervals.

    Args:
        span_id: the span.
        method: the projector's name.
        answer: where the span may be.
        origin: where the span stands in the source, where that is known.
        evidence: what the projector knows of how good its answer is.
    """

    span_id: str
    method: str
    answer: Answer
    origin: Origin | None = None
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """A projector's word that it has no candidate for a span, and why."""

    span_id: str
    method: str
    reason: Reason
    detail: str = ""
