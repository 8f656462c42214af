"""Which of the places of a quote is meant."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from donor.data import Interval, Match, Quote, Reason
from donor.resolve.normalise import fold
from donor.resolve.target import Target, Tier

__all__ = ["Found", "Unfound", "locate", "number", "shown"]

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """The place of a quote, how it was found, and among how many places."""

    place: Interval
    match: Match
    among: int


@dataclass(frozen=True, slots=True)
class Unfound:
    """Why a quote has no certain place, with a sentence for the reader of a report."""

    reason: Reason
    detail: str


def number(quote: Quote) -> int | None:
    """The occurrence that a quote asks for; None where it asks for none that can be."""
    return quote.occurrence if quote.occurrence and quote.occurrence > 0 else None


def locate(target: Target, quote: Quote, counted_to: int = 1) -> Found | Unfound:
    """The place of a quote, or why there is none that is certain.

    Args:
        target: the text.
        quote: what to look for.
        counted_to: the highest number that any answer gives to an occurrence of these words.
            It tells which places the projector has counted: where it speaks of a second
            "клетка" and only "клетки" can be that one, then its first is counted alike.
    """
    wished = number(quote)
    seen: list[Tier] = []
    for tier in target.tiers(quote.surface):
        scoped = tier.within(quote.within)
        if not scoped.places:
            continue
        if wished is None:
            return _only(target, quote, scoped)
        if len(scoped.places) >= max(wished, counted_to):
            return _nth(scoped, wished)
        seen.append(scoped)
    if wished is not None and seen:
        return _fewer_than_counted(target, quote, wished, seen)
    return _missing(quote.surface) if quote.within is None else _outside(target, quote)


def shown(surface: str) -> str:
    """A quote between quotation marks, cut short if it is long."""
    words = " ".join(surface.split())
    if len(words) > _SHOWN_CHARACTERS:
        words = words[: _SHOWN_CHARACTERS - 1] + "…"
    return f'"{words}"'


def _nth(tier: Tier, wished: int) -> Found:
    return Found(tier.places[wished - 1], tier.match, len(tier.places))


def _fewer_than_counted(
    target: Target, quote: Quote, wished: int, tiers: list[Tier]
) -> Found | Unfound:
    """The wished place of the first tier that has so many, or a place that is the only one."""
    for tier in tiers:
        if len(tier.places) >= wished:
            return _nth(tier, wished)
    if all(len(tier.places) == 1 for tier in tiers):
        return _nth(tiers[0], 1)
    return _only(target, quote, tiers[-1])


def _outside(target: Target, quote: Quote) -> Found | Unfound:
    """The only place in the whole text, where there is none in the part that was meant."""
    for tier in target.tiers(quote.surface):
        if tier.places:
            return _only(target, quote, tier)
    return _missing(quote.surface)


def _only(target: Target, quote: Quote, tier: Tier) -> Found | Unfound:
    """The only place of a tier, or the only one that stands between the words given with it."""
    places = tier.places if len(tier.places) == 1 else _between(target, quote, tier.places)
    if len(places) == 1:
        return Found(places[0], tier.match, len(tier.places))
    wished, times = number(quote), len(tier.places)
    if wished is None or wished <= times:
        problem = "the answer does not say which"
    else:
        problem = f"the answer asks for number {wished}"
    return Unfound(Reason.AMBIGUOUS, f"{shown(quote.surface)} stands {times} times, and {problem}")


def _missing(surface: str) -> Unfound:
    if not surface.strip():
        return Unfound(Reason.NO_MATCH, "the answer quotes nothing")
    return Unfound(Reason.NO_MATCH, f"{shown(surface)} is not in the translation")


def _between(target: Target, quote: Quote, places: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The places whose neighbouring words are those of the quote; none where it gives none.

    All given words are compared first, then only the nearest one on each side: a model keeps
    that one right even where it shortens the rest.
    """
    before, after = fold(quote.before).text.strip(), fold(quote.after).text.strip()
    if not before and not after:
        return ()
    agree: Callable[[str, str, Interval], bool] = partial(_stands_between, target)
    whole = tuple(place for place in places if agree(before, after, place))
    if whole:
        return whole
    last, first = before.split(" ")[-1], after.split(" ")[0]
    return tuple(place for place in places if agree(last, first, place))


def _stands_between(target: Target, before: str, after: str, place: Interval) -> bool:
    ahead, behind = target.folded.before(place.start), target.folded.after(place.end)
    return _ends_with(ahead, before) and _ends_with(behind[::-1], after[::-1])


def _ends_with(text: str, words: str) -> bool:
    """Whether a text ends with the words, and not in the middle of a longer one."""
    if not text.endswith(words):
        return False
    rest = text[: len(text) - len(words)]
    return not (words and rest and rest[-1].isalnum() and words[0].isalnum())
