"""What a projector says of a span, before anybody has looked whether it is so."""

from dataclasses import dataclass

from donor.data.span import Interval

__all__ = ["Answer", "Candidate", "Intervals", "Quote"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a model says stand in the target text, and which of their occurrences.

    Args:
        surface: the quoted words.
        occurrence: which one counts, from 1; None where the projector does not say.
        before: words that stand right before the quote, where known.
        after: words that stand right after it, where known.
        within: where the occurrences are counted; None is the whole text.
    """

    surface: str
    occurrence: int | None = None
    before: str = ""
    after: str = ""
    within: Interval | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Offsets in the target text, one interval for each fragment."""

    ranges: tuple[Interval, ...]


Answer = tuple[Quote, ...] | Intervals


@dataclass(frozen=True, slots=True)
class Candidate:
    """A projector's answer for one span: quotes (one for each fragment) or intervals."""

    span_id: str
    method: str
    answer: Answer
