"""Where one quote stands, by one comparison after the other, each made only if it is asked for."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from donor.data import Interval, Match
from donor.data.once import made_once
from donor.resolve.ellipsis import parts, stretches
from donor.resolve.inflected import inflected
from donor.resolve.loose import compact, inside_words, other_small_words, shortened
from donor.resolve.misspelt import misspelt, without_word
from donor.resolve.normalise import QUOTATION_MARK, Folded, fold
from donor.resolve.target import Target

__all__ = ["LOOSENESS", "Lookup", "Tier", "look_up"]

LOOSENESS = {match: position for position, match in enumerate(Match)}

_MINUS = re.compile(r"\s*-\d")
_MARKS = QUOTATION_MARK + "*_`()[]{} "
_STOPS = ".,;:!?。、،؛؟…"


@dataclass(frozen=True, slots=True)
class Tier:
    """The places of a quote in the order of the text, by one way of comparing.

    `pieces` has, for a place of which only pieces are quoted, what those are.
    """

    match: Match
    places: tuple[Interval, ...]
    pieces: Mapping[Interval, tuple[Interval, ...]] = field(default_factory=dict)

    def within(self, scope: Interval | None) -> "Tier":
        """The tier with only the places inside `scope`; None is the whole text."""
        if scope is None:
            return self
        return Tier(self.match, tuple(filter(scope.contains, self.places)), self.pieces)


@dataclass(frozen=True)
class Lookup:
    """What is found of one quote in a text; each comparison is made once, on first use."""

    target: Target
    surface: str

    @made_once
    def exact(self) -> Tier:
        """The quote as it is."""
        return Tier(Match.EXACT, self.target.exact(self.surface))

    @made_once
    def _folded(self) -> Folded:
        return fold(self.surface)

    @property
    def _negative(self) -> bool:
        """Whether the quote begins with a minus, which the looser comparisons do not see."""
        return _MINUS.match(self._folded.text) is not None

    @made_once
    def _normalised(self) -> tuple[Tier, ...]:
        """The folded quote, then without what stands around it, then inside of words."""
        variants = map(self.target.normalised, _trimmed(self._folded.text))
        inside = tuple(inside_words(self.target, self.surface))
        return tuple(
            Tier(Match.NORMALISED, places)
            for places in itertools.chain(variants, [inside])
            if places
        )

    @made_once
    def _inflected(self) -> Tier:
        if self._negative:
            return Tier(Match.LEMMA, ())
        return _tier(Match.LEMMA, inflected(self.target, self.surface, self._folded))

    @made_once
    def loose(self) -> Tier | None:
        """The first rule for small differences that finds anything."""
        if self._negative:
            return None
        return next(filter(_has_places, self._loosely()), None)

    @made_once
    def misspelt(self) -> Tier | None:
        """The quote with a typing error or a word too many, if there is such a place."""
        if self._negative:
            return None
        typed = _tier(Match.FUZZY, misspelt(self.target, self.surface, self._folded))
        if typed.places:
            return typed
        tier = _tier(Match.FUZZY, without_word(self.target, self.surface, self._folded))
        return tier if tier.places else None

    def strict(self) -> Iterator[Tier]:
        """The tiers by which occurrences may be counted."""
        yield self.exact
        yield from self._normalised
        yield self._inflected

    def _loosely(self) -> Iterator[Tier]:
        target, folded = self.target, self._folded
        yield _tier(Match.NORMALISED, compact(target, folded))
        for rest in shortened(self.surface, folded, target.language):
            yield self._strictly(rest)
        yield self._elliptical()
        yield _tier(Match.LEMMA, other_small_words(target, self.surface, folded))

    def _strictly(self, rest: str) -> Tier:
        """The first strict tier of what is left of the quote, as no match of the whole."""
        found = next(filter(_has_places, look_up(self.target, rest).strict()), self.exact)
        return Tier(max(found.match, Match.NORMALISED, key=LOOSENESS.__getitem__), found.places)

    def _elliptical(self) -> Tier:
        """From the first to the last of the parts between ellipses."""
        quoted = parts(self.surface)
        if not quoted:
            return Tier(Match.LEMMA, ())
        tiers = [self._strictly(part) for part in quoted]
        places = {part: tier.places for part, tier in zip(quoted, tiers, strict=True)}
        rows = stretches(quoted, self.target.text, places.__getitem__)
        pieces = {Interval(row[0].start, row[-1].end): row for row in rows}
        loosest = max((tier.match for tier in tiers), key=LOOSENESS.__getitem__)
        return Tier(loosest, tuple(sorted(pieces)), pieces)


def look_up(target: Target, surface: str) -> Lookup:
    """What is found of a quote; the same for the same words."""
    found = target.lookups.get(surface)
    if found is None:
        found = target.lookups[surface] = Lookup(target, surface)
    return found


def _tier(match: Match, places: Iterable[Interval]) -> Tier:
    return Tier(match, tuple(sorted(set(places))))


def _has_places(tier: Tier) -> bool:
    return bool(tier.places)


def _trimmed(folded: str) -> Iterator[str]:
    """The folded quote, then without the marks and stops around it, as few as possible first."""
    whole = folded.strip()
    variants = (
        whole,
        whole.strip(_MARKS),
        whole.rstrip(_STOPS + " "),
        whole.strip(_MARKS).rstrip(_STOPS + " "),
        whole.strip(_STOPS + _MARKS),
    )
    yield from filter(None, dict.fromkeys(variants))
