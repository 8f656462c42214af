"""One candidate made into the fragments of a span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from donor.data import Candidate, Interval, Intervals, Match, Quote, Reason
from donor.resolve.occurrence import Found, Unfound, locate, number, shown
from donor.resolve.target import Target

__all__ = ["Resolution", "Words", "resolved", "words"]

Words = tuple[str, Interval | None]
"""What a quote's occurrences are counted of: the words, and the part of the text."""

_LOOSENESS = {match: position for position, match in enumerate(Match)}


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


def words(quote: Quote) -> Words:
    """What the occurrences of a quote are counted of."""
    return quote.surface, quote.within


def resolved(target: Target, candidate: Candidate, counted_to: Mapping[Words, int]) -> Resolution:
    """The resolution of one candidate, looked at by itself."""
    if isinstance(candidate.answer, Intervals):
        result = _checked(target.text, candidate.answer.ranges)
    else:
        result = _quoted(target, candidate.answer, counted_to)
    if isinstance(result, Unfound):
        return Resolution(candidate.span_id, None, None, result.reason, result.detail)
    fragments, match = result
    return Resolution(candidate.span_id, _merged(target.text, fragments), match, None, "")


def _checked(text: str, ranges: Sequence[Interval]) -> tuple[list[Interval], Match] | Unfound:
    """The intervals of an answer in order and without white space at their edges."""
    if not ranges:
        return Unfound(Reason.OUT_OF_RANGE, "the answer gives no interval")
    fragments = []
    for interval in sorted(ranges):
        problem = _not_on_words(text, interval)
        if problem:
            return Unfound(Reason.OUT_OF_RANGE, problem)
        fragments.append(_trimmed(text, interval))
    if any(left.overlaps(right) for left, right in pairwise(fragments)):
        return Unfound(Reason.INVALID_ANSWER, "the intervals of the answer overlap")
    return fragments, Match.INTERVALS


def _not_on_words(text: str, interval: Interval) -> str | None:
    where = f"the interval {interval.start}..{interval.end}"
    if interval.end > len(text):
        return f"{where} ends behind the translation, which has {len(text)} characters"
    return None if interval.of(text).strip() else f"{where} covers no words"


def _trimmed(text: str, interval: Interval) -> Interval:
    covered = interval.of(text)
    start = interval.end - len(covered.lstrip())
    return Interval(start, start + len(covered.strip()))


def _quoted(
    target: Target, quotes: Sequence[Quote], counted_to: Mapping[Words, int]
) -> tuple[list[Interval], Match] | Unfound:
    """The places of the quotes of one span, and the loosest of their matches."""
    if not quotes:
        return Unfound(Reason.NO_MATCH, "the answer quotes nothing")
    placed: list[tuple[Quote, Found]] = []
    for quote in quotes:
        found = _free(target, quote, counted_to.get(words(quote), 1), placed)
        if isinstance(found, Unfound):
            return found
        placed.append((quote, found))
    match = max((found.match for _, found in placed), key=_LOOSENESS.__getitem__)
    return sorted(found.place for _, found in placed), match


def _free(
    target: Target, quote: Quote, counted_to: int, placed: Sequence[tuple[Quote, Found]]
) -> Found | Unfound:
    """The place of a quote that no fragment before it has taken.

    Equal numbered quotes of one span mean one place after the other, whatever the numbers say.
    """
    found = locate(target, quote, counted_to)
    while isinstance(found, Found):
        rival = next((other for other, at in placed if at.place.overlaps(found.place)), None)
        if rival is None:
            return found
        wished = number(quote)
        if words(rival) != words(quote):
            pair = f"{shown(rival.surface)} and {shown(quote.surface)}"
            return Unfound(Reason.NO_MATCH, f"{pair} fall on the same words of the translation")
        if wished is None or wished >= found.among:
            return _wanted_twice(quote, found)
        quote = replace(quote, occurrence=wished + 1)
        found = locate(target, quote, counted_to)
    return found


def _wanted_twice(quote: Quote, found: Found) -> Unfound:
    """Why an equal quote has no place of its own."""
    several = found.among > 1
    stands = f"stands {found.among} times" if several else "stands once"
    return Unfound(
        Reason.AMBIGUOUS if several else Reason.NO_MATCH,
        f"{shown(quote.surface)} {stands}, and two fragments of the span want the same place",
    )


def _merged(text: str, fragments: Sequence[Interval]) -> tuple[Interval, ...]:
    """The fragments, those joined that have nothing but white space between them."""
    merged = [fragments[0]]
    for fragment in fragments[1:]:
        if text[merged[-1].end : fragment.start].strip():
            merged.append(fragment)
        else:
            merged[-1] = Interval(merged[-1].start, fragment.end)
    return tuple(merged)
