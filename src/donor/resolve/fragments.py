"""What a candidate's places come to: the fragments of a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from donor.data import Candidate, Interval, Intervals, Match, Reason
from donor.data.quick import quickly_made
from donor.languages.characters import cuts_cluster
from donor.resolve.lookup import Tier
from donor.resolve.occurrence import Unfound

__all__ = ["Resolution", "checked", "pieces_at", "placed", "unplaced"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a candidate's span stands in the target text, or why it has no place.

    Exactly one of `fragments` and `reason` is set; `match` goes with the fragments. They are
    not empty, in order, disjoint, and have no white space at their edges.
    """

    span_id: str
    fragments: tuple[Interval, ...] | None
    match: Match | None
    reason: Reason | None
    detail: str


def placed(text: str, span_id: str, fragments: Sequence[Interval], match: Match) -> Resolution:
    """The resolution of a span with a place; the fragments are in order and disjoint."""
    return Resolution(span_id, _merged(text, fragments), match, None, "")


def unplaced(span_id: str, why: Unfound) -> Resolution:
    """The resolution of a span without a place."""
    return Resolution(span_id, None, None, why.reason, why.detail)


def checked(text: str, candidate: Candidate, answer: Intervals) -> Resolution:
    """The intervals of an answer in order and without white space at their edges."""
    if not answer.ranges:
        return _refused(candidate, Reason.OUT_OF_RANGE, "the answer gives no interval")
    fragments = []
    for interval in sorted(answer.ranges):
        problem = _not_on_words(text, interval)
        if problem:
            return _refused(candidate, Reason.OUT_OF_RANGE, problem)
        fragment = _trimmed(text, interval)
        problem = _cut(text, fragment)
        if problem:
            return _refused(candidate, Reason.INVALID_ANSWER, problem)
        fragments.append(fragment)
    if any(left.overlaps(right) for left, right in pairwise(fragments)):
        return _refused(candidate, Reason.INVALID_ANSWER, "the intervals of the answer overlap")
    return placed(text, candidate.span_id, fragments, Match.INTERVALS)


def pieces_at(place: Interval, tier: Tier, candidate: Candidate) -> tuple[Interval, ...]:
    """The fragments of a span at the place of its quote.

    Of a quote with an ellipsis these are the parts if the span has several fragments in the
    source too; else the ellipsis stands for the words between, and all of it is one fragment.
    """
    origin = candidate.origin
    if origin is not None and len(origin.fragments) > 1:
        return tuple(tier.pieces.get(place, (place,)))
    return (place,)


def _refused(candidate: Candidate, reason: Reason, detail: str) -> Resolution:
    return unplaced(candidate.span_id, Unfound(reason, detail))


def _not_on_words(text: str, interval: Interval) -> str | None:
    if interval.end <= len(text) and interval.of(text).strip():
        return None
    where = f"the interval {interval.start}..{interval.end}"
    if interval.end > len(text):
        return f"{where} ends behind the translation, which has {len(text)} characters"
    return f"{where} covers no words"


def _cut(text: str, interval: Interval) -> str | None:
    for offset in (interval.start, interval.end):
        if cuts_cluster(text, offset):
            where = f"the interval {interval.start}..{interval.end}"
            return f"{where} cuts a letter from its marks, or a pictograph in two, at {offset}"
    return None


def _trimmed(text: str, interval: Interval) -> Interval:
    covered = interval.of(text)
    if not (covered[0].isspace() or covered[-1].isspace()):
        return interval
    start = interval.end - len(covered.lstrip())
    return Interval(start, start + len(covered.strip()))


def _merged(text: str, fragments: Sequence[Interval]) -> tuple[Interval, ...]:
    """The fragments, those joined that have nothing but white space between them."""
    if len(fragments) == 1:
        return (fragments[0],)
    merged = [fragments[0]]
    for fragment in fragments[1:]:
        if text[merged[-1].end : fragment.start].strip():
            merged.append(fragment)
        else:
            merged[-1] = Interval(merged[-1].start, fragment.end)
    return tuple(merged)
