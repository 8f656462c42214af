"""The places among which that of a quote is, and what the quote itself says of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from donor.data import Interval, Match, Quote, Reason
from donor.languages import missing_lemmatizer
from donor.resolve.lookup import Tier, look_up
from donor.resolve.neighbours import between_neighbours
from donor.resolve.normalise import fold
from donor.resolve.target import Target

__all__ = ["Options", "Unfound", "between", "number", "options", "shown", "unsaid", "wished"]

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Options:
    """The places of a quote by the comparison that it is counted by; at least one.

    `outside` says that none of them is in the part of the text that was meant.
    """

    tier: Tier
    outside: bool = False

    @property
    def places(self) -> tuple[Interval, ...]:
        """The places in the order of the text."""
        return self.tier.places


@dataclass(frozen=True, slots=True)
class Unfound:
    """Why a quote has no certain place, with a sentence for the reader of a report."""

    reason: Reason
    detail: str


def number(quote: Quote) -> int | None:
    """The occurrence that a quote asks for; None where it asks for none that can be."""
    return quote.occurrence if quote.occurrence and quote.occurrence > 0 else None


def options(target: Target, quote: Quote, numbers: Sequence[int]) -> Options | Unfound:
    """The places of a quote, or why there are none.

    Args:
        target: the text.
        quote: what to look for.
        numbers: all numbers that any answer gives to an occurrence of these words. They tell
            which places the projector has counted: where it speaks of a second "клетка" and
            only "клетки" can be that one, then its first is counted alike.
    """
    lookup, scope = look_up(target, quote.surface), quote.within
    exact = lookup.exact.within(scope)
    if exact.places and (
        not numbers
        or numbers[-1] <= len(exact.places)
        or _counted_within_words(target, quote, numbers, exact.places)
    ):
        return Options(exact)
    strict = [tier for tier in (t.within(scope) for t in lookup.strict()) if tier.places]
    if strict:
        return Options(_counted(strict, numbers))
    loose = lookup.loose.within(scope) if lookup.loose else None
    if loose and loose.places:
        return Options(loose)
    if scope is not None:
        elsewhere = next((tier for tier in lookup.strict() if tier.places), None)
        if elsewhere:
            return Options(elsewhere, outside=True)
    misspelt = lookup.misspelt.within(scope) if lookup.misspelt else None
    if misspelt and misspelt.places:
        return Options(misspelt)
    around = Tier(Match.FUZZY, tuple(between_neighbours(target, quote)))
    if around.places:
        return Options(around)
    return _missing(target, quote.surface)


def _counted_within_words(
    target: Target, quote: Quote, numbers: Sequence[int], places: Sequence[Interval]
) -> bool:
    """Whether the numbers mean these very places if what stands within words is counted too."""
    scope = quote.within
    every = [p for p in target.written(quote.surface) if scope is None or scope.contains(p)]
    return all(wish <= len(every) and every[wish - 1] in places for wish in numbers)


def _counted(tiers: Sequence[Tier], numbers: Sequence[int]) -> Tier:
    """The strictest tier that has the highest number that any of them has."""
    most = max(len(tier.places) for tier in tiers)
    possible = [wish for wish in numbers if wish <= most]
    least = possible[-1] if possible else most if numbers else 1
    return next(tier for tier in tiers if len(tier.places) >= least)


def wished(target: Target, quote: Quote, found: Options) -> Interval | None:
    """The place that the quote's number means; None where it means none, or none for certain.

    A number too high may be counted inside of words too, or in the whole text.
    """
    wish, places = number(quote), found.places
    if wish is None or found.outside or _differ(target, found.tier):
        return None
    if wish <= len(places):
        return places[wish - 1]
    counted = [tuple(target.written(quote.surface))]
    if quote.within is not None:
        tiers = look_up(target, quote.surface).strict()
        counted.append(next((tier.places for tier in tiers if tier.match is found.tier.match), ()))
    meant = {every[wish - 1] for every in counted if wish <= len(every)}.intersection(places)
    return meant.pop() if len(meant) == 1 else None


def _differ(target: Target, tier: Tier) -> bool:
    """Whether the places are of different words, of which a number says nothing."""
    if tier.match is not Match.FUZZY:
        return False
    return len({target.folded.of(place) for place in tier.places}) > 1


def unsaid(quote: Quote, found: Options) -> Unfound:
    """Why the quote alone does not say which of its places it means."""
    wish, times = number(quote), len(found.places)
    if wish is None or wish <= times:
        problem = "the answer does not say which"
    else:
        problem = f"the answer asks for number {wish}"
    return Unfound(Reason.AMBIGUOUS, f"{shown(quote.surface)} stands {times} times, and {problem}")


def shown(surface: str) -> str:
    """A quote between quotation marks, cut short if it is long."""
    words = " ".join(surface.split())
    if len(words) > _SHOWN_CHARACTERS:
        words = words[: _SHOWN_CHARACTERS - 1] + "…"
    return f'"{words}"'


def _missing(target: Target, surface: str) -> Unfound:
    if not surface.strip():
        return Unfound(Reason.NO_MATCH, "the answer quotes nothing")
    command = missing_lemmatizer(target.language)
    hint = f"; other forms of its words were not looked for ({command})" if command else ""
    return Unfound(Reason.NO_MATCH, f"{shown(surface)} is not in the translation{hint}")


def between(target: Target, quote: Quote, places: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The places whose neighbouring words are those of the quote; none where it gives none.

    All given words are compared first, then only the nearest one on each side: a model keeps
    that one right even where it shortens the rest.
    """
    if not quote.before and not quote.after:
        return ()
    before, after = fold(quote.before).text.strip(), fold(quote.after).text.strip()
    return next(filter(None, _standing(target, before, after, places)), ())


def _standing(
    target: Target, before: str, after: str, places: tuple[Interval, ...]
) -> Iterator[tuple[Interval, ...]]:
    nearest = before.split(" ")[-1], after.split(" ")[0]
    for words in ((before, after), nearest):
        if any(words):
            agree: Callable[[Interval], bool] = partial(_stands_between, target, *words)
            yield tuple(filter(agree, places))


def _stands_between(target: Target, before: str, after: str, place: Interval) -> bool:
    folded = target.folded
    return folded.preceded(place.start, before) and folded.followed(place.end, after)
