"""Candidates of one document that claim the same words.

The seam where candidates are assigned jointly: it sees all of them and all they resolved to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from donor.data import Candidate, Interval, Intervals, Quote, Reason
from donor.resolve.fragments import Resolution, Words, words
from donor.resolve.occurrence import number, shown

__all__ = ["counted_to", "settled"]

Claim = tuple[tuple[Interval, ...], tuple[Words, ...]]


def counted_to(candidates: Iterable[Candidate]) -> dict[Words, int]:
    """For the words of every numbered quote, the highest number that any candidate gives."""
    highest: dict[Words, int] = {}
    for candidate in candidates:
        for quote in _quotes(candidate):
            wished = number(quote)
            if wished is not None:
                highest[words(quote)] = max(wished, highest.get(words(quote), 1))
    return highest


def settled(
    candidates: Sequence[Candidate], resolutions: Sequence[Resolution]
) -> tuple[Resolution, ...]:
    """The resolutions, without those that claim by equal words what another span may mean.

    Spans whose equal quotes have the same numbers are equal spans, and all keep their place.
    Of different numbers on one place only the first can be right; where there are none,
    nothing says whose the place is.
    """
    claims: defaultdict[Claim, list[Candidate]] = defaultdict(list)
    for candidate, resolution in zip(candidates, resolutions, strict=True):
        if resolution.fragments is not None:
            claims[_claim(candidate, resolution.fragments)].append(candidate)
    return tuple(
        resolution
        if resolution.fragments is None
        else _settled(candidate, resolution, claims[_claim(candidate, resolution.fragments)])
        for candidate, resolution in zip(candidates, resolutions, strict=True)
    )


def _settled(
    candidate: Candidate, resolution: Resolution, claimants: Sequence[Candidate]
) -> Resolution:
    others = sorted({rival.span_id for rival in claimants} - {candidate.span_id})
    numbers = _numbers(candidate)
    alike = all(_numbers(rival) == numbers for rival in claimants)
    if not others or not numbers or (None not in numbers and (alike or set(numbers) == {1})):
        return resolution
    quoted = " … ".join(shown(quote.surface) for quote in _quotes(candidate))
    detail = f"{quoted} is quoted for span {others[0]} too, and nothing tells which it is"
    return replace(resolution, fragments=None, match=None, reason=Reason.AMBIGUOUS, detail=detail)


def _claim(candidate: Candidate, fragments: tuple[Interval, ...]) -> Claim:
    return fragments, tuple(words(quote) for quote in _quotes(candidate))


def _numbers(candidate: Candidate) -> tuple[int | None, ...]:
    return tuple(number(quote) for quote in _quotes(candidate))


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    return () if isinstance(candidate.answer, Intervals) else candidate.answer
