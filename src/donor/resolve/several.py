"""A candidate with several quotes: one for each fragment of a discontinuous span."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from donor.data import Candidate, Interval, Intervals, Quote, Reason
from donor.resolve.claim import Claim
from donor.resolve.fragments import Resolution, placed, unplaced
from donor.resolve.joint import assigned
from donor.resolve.lookup import LOOSENESS, Tier
from donor.resolve.numbers import Words, words
from donor.resolve.occurrence import Unfound, number, options, shown
from donor.resolve.target import Target

__all__ = ["quoted", "without_rivals"]


@dataclass(frozen=True, slots=True)
class Found:
    """The place of a quote, and the comparison that found it."""

    place: Interval
    tier: Tier


def quoted(
    target: Target,
    candidate: Candidate,
    quotes: Sequence[Quote],
    numbers: Mapping[Words, Sequence[int]],
) -> Resolution:
    """The places of the quotes of one span, with the loosest of their matches."""
    if not quotes:
        return unplaced(candidate.span_id, Unfound(Reason.NO_MATCH, "the answer quotes nothing"))
    found: list[tuple[Quote, Found]] = []
    for quote in quotes:
        at = _free(target, candidate, quote, numbers.get(words(quote), ()), found)
        if isinstance(at, Unfound):
            return unplaced(candidate.span_id, at)
        found.append((quote, at))
    match = max((at.tier.match for _, at in found), key=LOOSENESS.__getitem__)
    places = sorted(at.place for _, at in found)
    return placed(target.text, candidate.span_id, places, match)


def _free(
    target: Target,
    candidate: Candidate,
    quote: Quote,
    numbers: Sequence[int],
    taken: Sequence[tuple[Quote, Found]],
) -> Found | Unfound:
    """The place of a quote that no fragment before it has taken.

    Equal numbered quotes of one span mean one place after the other, whatever the numbers say.
    """
    found = _located(target, candidate, quote, numbers)
    while isinstance(found, Found):
        place = found.place
        rival = next((other for other, at in taken if at.place.overlaps(place)), None)
        if rival is None:
            return found
        wished = number(quote)
        if words(rival) != words(quote):
            pair = f"{shown(rival.surface)} and {shown(quote.surface)}"
            return Unfound(Reason.NO_MATCH, f"{pair} fall on the same words of the translation")
        if wished is None or wished >= len(found.tier.places):
            return _wanted_twice(quote, found)
        quote = replace(quote, occurrence=wished + 1)
        found = _located(target, candidate, quote, numbers)
    return found


def _located(
    target: Target, candidate: Candidate, quote: Quote, numbers: Sequence[int]
) -> Found | Unfound:
    among = options(target, quote, numbers)
    if isinstance(among, Unfound):
        return among
    # Of a fragment it is not known where in the source it stands: only the quote speaks for it.
    claim = Claim(target, replace(candidate, origin=None), quote, among)
    (place,) = assigned([claim], ())
    return place if isinstance(place, Unfound) else Found(place, among.tier)


def _wanted_twice(quote: Quote, found: Found) -> Unfound:
    """Why an equal quote has no place of its own."""
    times = len(found.tier.places)
    stands = f"stands {times} times" if times > 1 else "stands once"
    return Unfound(
        Reason.AMBIGUOUS if times > 1 else Reason.NO_MATCH,
        f"{shown(quote.surface)} {stands}, and two fragments of the span want the same place",
    )


def without_rivals(
    candidates: Sequence[Candidate], resolutions: Sequence[Resolution]
) -> list[Resolution]:
    """The resolutions, without those that claim by the same quotes what another span may mean.

    Spans whose equal quotes have the same numbers are equal spans, and all keep their place.
    """
    if not any(len(_quotes(candidate)) > 1 for candidate in candidates):
        return list(resolutions)
    claimants: defaultdict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    pairs = list(zip(candidates, resolutions, strict=True))
    for candidate, resolution in pairs:
        if resolution.fragments is not None:
            claimants[_claim(candidate, resolution)].append(candidate)
    return [
        _settled(candidate, resolution, claimants[_claim(candidate, resolution)])
        if resolution.fragments is not None and len(_quotes(candidate)) > 1
        else resolution
        for candidate, resolution in pairs
    ]


def _settled(
    candidate: Candidate, resolution: Resolution, claimants: Sequence[Candidate]
) -> Resolution:
    others = sorted({rival.span_id for rival in claimants} - {candidate.span_id})
    numbers = _numbers(candidate)
    alike = all(_numbers(rival) == numbers for rival in claimants)
    if not others or (None not in numbers and (alike or set(numbers) == {1})):
        return resolution
    told = " … ".join(shown(quote.surface) for quote in _quotes(candidate))
    detail = f"{told} is quoted for span {others[0]} too, and nothing tells which it is"
    return unplaced(candidate.span_id, Unfound(Reason.AMBIGUOUS, detail))


def _claim(candidate: Candidate, resolution: Resolution) -> tuple[object, ...]:
    return resolution.fragments, tuple(words(quote) for quote in _quotes(candidate))


def _numbers(candidate: Candidate) -> tuple[int | None, ...]:
    return tuple(number(quote) for quote in _quotes(candidate))


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    return () if isinstance(candidate.answer, Intervals) else candidate.answer
