"""The target text, read once for all candidates, and where words stand in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from donor.data import Interval, Match
from donor.languages import lemmatizer
from donor.languages.characters import edges
from donor.languages.tokens import plain_tokens
from donor.resolve.normalise import QUOTATION_MARK, Folded, fold

__all__ = ["Target", "Tier"]


_OPENING = frozenset(QUOTATION_MARK + "([{")
_CLOSING = frozenset(QUOTATION_MARK + ")]}")


@dataclass(frozen=True, slots=True)
class Tier:
    """The places of a quote in the order of the text, by one way of comparing."""

    match: Match
    places: tuple[Interval, ...]

    def within(self, scope: Interval | None) -> "Tier":
        """The tier with only the places inside `scope`; None is the whole text."""
        if scope is None:
            return self
        return Tier(self.match, tuple(place for place in self.places if scope.contains(place)))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text or a quote: its place, how it is compared, its dictionary forms."""

    place: Interval
    folded: str
    lemmas: frozenset[str]

    def like(self, other: "Word") -> bool:
        """Whether the two are forms of one word."""
        return self.folded == other.folded or not self.lemmas.isdisjoint(other.lemmas)


@dataclass(frozen=True)
class Target:
    """A text in which quotes are looked for; each view of it is made once, on first use."""

    text: str
    language: str

    @cached_property
    def folded(self) -> Folded:
        """The text as the normalised tier compares it."""
        return fold(self.text)

    @cached_property
    def edges(self) -> bytearray:
        """For each offset, whether a quotation may begin or end there."""
        return edges(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the text; none where the language has no lemmatizer."""
        return _words(self.text, self.folded, self.language)

    def tiers(self, surface: str) -> Iterator[Tier]:
        """Where `surface` stands, from the strictest comparison to the loosest."""
        yield Tier(Match.EXACT, tuple(self._exact(surface)))
        folded = fold(surface)
        for words in _variants(folded.text):
            places = (place for place in self.folded.find(words) if self._on_edges(place))
            yield Tier(Match.NORMALISED, tuple(places))
        yield Tier(Match.LEMMA, tuple(self._inflected(surface, folded)))

    def _on_edges(self, place: Interval) -> bool:
        return bool(self.edges[place.start] and self.edges[place.end])

    def _exact(self, surface: str) -> Iterator[Interval]:
        first = self.text.find(surface) if surface == surface.strip() != "" else -1
        while first >= 0:
            place = Interval(first, first + len(surface))
            if self._on_edges(place):
                yield place
            first = self.text.find(surface, first + 1)

    def _inflected(self, surface: str, folded: Folded) -> Iterator[Interval]:
        wanted = _words(surface, folded, self.language)
        if not wanted:
            return
        for first in range(len(self.words) - len(wanted) + 1):
            if not self.words[first].like(wanted[0]):
                continue
            window = self.words[first : first + len(wanted)]
            if all(map(Word.like, window, wanted)):
                place = Interval(window[0].place.start, window[-1].place.end)
                found = _gaps(self.folded, window)
                if self._on_edges(place) and _agree(found, _gaps(folded, wanted)):
                    yield self._with_marks(place, folded, wanted)

    def _with_marks(self, place: Interval, folded: Folded, wanted: tuple[Word, ...]) -> Interval:
        """The place with the quotation marks and brackets that enclose both it and the quote."""
        before = folded.before(wanted[0].place.start).strip()
        after = folded.after(wanted[-1].place.end).strip()
        start, stop = place.start - len(before), place.end + len(after)
        if (
            not set(before) <= _OPENING
            or fold(self.text[max(0, start) : place.start]).text != before
        ):
            start = place.start
        if not set(after) <= _CLOSING or fold(self.text[place.end : stop]).text != after:
            stop = place.end
        return Interval(start, stop)


def _variants(folded: str) -> Iterator[str]:
    """The folded quote, then without the quotation marks and the full stop around it."""
    marks, stops = QUOTATION_MARK + " ", ".,;:!?。 "
    variants = (
        folded.strip(),
        folded.strip(marks),
        folded.strip().rstrip(stops),
        folded.strip(marks).rstrip(stops),
        folded.strip().rstrip(stops + marks).lstrip(marks),
    )
    yield from filter(None, dict.fromkeys(variants))


def _words(text: str, folded: Folded, language: str) -> tuple[Word, ...]:
    lemmas = lemmatizer(language)
    if lemmas is None:
        return ()
    compared = ((token, folded.of(token)) for token in plain_tokens(text))
    return tuple(
        Word(folded.drawn(token), form, lemmas(form))
        for token, form in compared
        if any(map(str.isalnum, form))
    )


def _gaps(folded: Folded, words: tuple[Word, ...]) -> list[str]:
    """The signs between neighbouring words, without white space and quotation marks."""
    between = (
        folded.of(Interval(left.place.end, right.place.start)) for left, right in pairwise(words)
    )
    return [gap.replace(" ", "").replace(QUOTATION_MARK, "") for gap in between]


def _agree(found: list[str], wanted: list[str]) -> bool:
    """Whether the text has the quote's signs between its words, or none there."""
    return all(gap in ("", wish) for gap, wish in zip(found, wanted, strict=True))
