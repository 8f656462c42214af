"""What a method made of one pair, as counts that add up."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from donor.data import Document, Interval, Reason, Span, SpanRow, Transfer
from donor.formats.pairs import target_of
from donor.languages import tokenize
from donor.score import SpanScores, over_text_of, span_scores

__all__ = ["Measured", "measured"]

_BY_CHARACTERS = "index-characters"


@dataclass(frozen=True, slots=True)
class Measured:
    """The counts of one pair, or of many together.

    Args:
        spans: the source spans.
        placed: those that have a place in the target text, right or wrong.
        scores: the places against gold's.
        unresolved: the others, by the reason of the last method that was tried.
        out_of_range: the spans for which some answer pointed outside the text.
        off_by_one: the spans for which an answer, or the place, misses each edge of gold by one
            at most: by a character where the answer counts them, else by a word.
        tokens: of all requests and answers; None where a server did not say them.
    """

    spans: int = 0
    placed: int = 0
    scores: SpanScores = field(default_factory=SpanScores)
    unresolved: Counter[str] = field(default_factory=Counter)
    out_of_range: int = 0
    off_by_one: int = 0
    tokens: int | None = 0

    def __add__(self, other: "Measured") -> "Measured":
        unknown = self.tokens is None or other.tokens is None
        return Measured(
            self.spans + other.spans,
            self.placed + other.placed,
            self.scores + other.scores,
            self.unresolved + other.unresolved,
            self.out_of_range + other.out_of_range,
            self.off_by_one + other.off_by_one,
            None if unknown else (self.tokens or 0) + (other.tokens or 0),
        )


def measured(transfer: Transfer, tokens: int | None) -> Measured:
    """The counts of a pair's transfer: its places against the spans of its target.

    Where source and target give the same id, the two belong together, and a place counts as
    right only under its own id; all other spans are compared by label and offsets.
    """
    gold = target_of(transfer.source)
    predicted = transfer.target and over_text_of(transfer.target, gold)
    shared = _ids(transfer.source.spans) & _ids(gold.spans)
    missing_by_one = _missing_by_one(transfer, predicted, gold, shared)
    reasons = {row.span_id: {attempt.reason for attempt in row.attempts} for row in transfer.spans}
    return Measured(
        spans=len(transfer.spans),
        placed=sum(row.placed is not None for row in transfer.spans),
        scores=span_scores(predicted, gold, ids=shared),
        unresolved=Counter(str(row.reason) for row in transfer.spans if row.reason),
        out_of_range=sum(Reason.OUT_OF_RANGE in seen for seen in reasons.values()),
        off_by_one=sum(
            Reason.OFF_BY_ONE in seen or name in missing_by_one for name, seen in reasons.items()
        ),
        tokens=tokens,
    )


def _ids(spans: Iterable[Span]) -> frozenset[str]:
    return frozenset(span.id for span in spans)


def _missing_by_one(
    transfer: Transfer, predicted: Document | None, gold: Document, shared: frozenset[str]
) -> set[str]:
    """The ids of the wrong places that miss a span of gold by one."""
    if predicted is None:
        return set()
    wanted = {_key(span, shared) for span in gold.spans}
    found = {_key(span, shared) for span in predicted.spans}
    wrong = [span for span in predicted.spans if _key(span, shared) not in wanted]
    missed = [span for span in gold.spans if _key(span, shared) not in found]
    if not wrong or not missed:
        return set()
    words = tokenize(gold.text, transfer.translation.language)
    rows = {row.span_id: row for row in transfer.spans}
    return {
        span.id
        for span in wrong
        for other in missed
        if _same_kind(span, other, shared) and _misses_by_one(span, other, rows[span.id], words)
    }


def _key(span: Span, shared: frozenset[str]) -> tuple[object, ...]:
    return span.label, span.fragments, span.id if span.id in shared else None


def _same_kind(span: Span, other: Span, shared: frozenset[str]) -> bool:
    return span.label == other.label and (span.id == other.id or not {span.id, other.id} & shared)


def _misses_by_one(span: Span, gold: Span, row: SpanRow, words: Sequence[Interval]) -> bool:
    """Whether each edge is at most one away: one character for offsets, else one word."""
    if len(span.fragments) != len(gold.fragments):
        return False
    edges = [_edges(one, row, words) for one in (span, gold)]
    return all(abs(here - there) <= 1 for here, there in zip(*edges, strict=True))


def _edges(span: Span, row: SpanRow, words: Sequence[Interval]) -> list[int]:
    """The edges of all fragments, as offsets or as how many words stand before them."""
    if row.method == _BY_CHARACTERS:
        return [edge for part in span.fragments for edge in (part.start, part.end)]
    return [
        number
        for part in span.fragments
        for number in (
            bisect_right(words, part.start, key=_end),
            bisect_left(words, part.end, key=_start),
        )
    ]


def _start(word: Interval) -> int:
    return word.start


def _end(word: Interval) -> int:
    return word.end
