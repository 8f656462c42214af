"""The occurrences that a document's answers number, and from what they are counted."""

from collections.abc import Sequence
from dataclasses import replace

from donor.data import Candidate, Interval, Intervals, Quote
from donor.resolve.lookup import look_up
from donor.resolve.occurrence import number
from donor.resolve.target import Target

__all__ = ["Words", "counted_from_one", "numbers", "words"]

Words = tuple[str, Interval | None]
"""What a quote's occurrences are counted of: the words, and the part of the text."""


def words(quote: Quote) -> Words:
    """What the occurrences of a quote are counted of."""
    return quote.surface, quote.within


def numbers(candidates: Sequence[Candidate]) -> dict[Words, list[int]]:
    """For the words of every numbered quote, the numbers that the candidates give, in order."""
    found: dict[Words, list[int]] = {}
    for candidate in candidates:
        if not isinstance(candidate.answer, Intervals):
            for quote in candidate.answer:
                wish = number(quote)
                if wish is not None:
                    found.setdefault(words(quote), []).append(wish)
    for given in found.values():
        given.sort()
    return found


def counted_from_one(target: Target, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """The candidates, with numbers from 1 where it is evident that they count from 0.

    A lone 0 says nothing: it may stand for "none". It is evident where equal quotes are numbered
    0, 1 and so on, one for each of their places, and no other number would then be too high.
    """
    quotes = [quote for candidate in candidates for quote in _quotes(candidate)]
    if not any(quote.occurrence == 0 for quote in quotes):
        return candidates
    given: dict[Words, list[int]] = {}
    for quote in quotes:
        if quote.occurrence is not None:
            given.setdefault(words(quote), []).append(quote.occurrence)
    times = {counted: _times(target, counted) for counted in given}
    evident = any(
        len(row) > 1 and sorted(row) == list(range(times[counted]))
        for counted, row in given.items()
    )
    if not evident or any(max(row) >= times[counted] for counted, row in given.items()):
        return candidates
    return [
        candidate
        if isinstance(candidate.answer, Intervals)
        else replace(candidate, answer=tuple(map(_one_more, candidate.answer)))
        for candidate in candidates
    ]


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    return () if isinstance(candidate.answer, Intervals) else candidate.answer


def _times(target: Target, counted: Words) -> int:
    surface, scope = counted
    return max(len(t.within(scope).places) for t in look_up(target, surface).strict())


def _one_more(quote: Quote) -> Quote:
    return quote if quote.occurrence is None else replace(quote, occurrence=quote.occurrence + 1)
