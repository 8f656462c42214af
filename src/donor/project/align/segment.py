"""A segment and its translation as words, with the links between them."""

from dataclasses import dataclass
from functools import cache

from donor.data import Interval
from donor.data.once import made_once
from donor.languages.function_words import small_words
from donor.languages.particles import function_words
from donor.project.align.links import Links, words_of

__all__ = ["Segment", "Side"]


@cache
def _light(tag: str) -> frozenset[str]:
    return frozenset(small_words(tag))


@dataclass(frozen=True)
class Side:
    """The words of one text of a segment, and its language."""

    text: str
    tag: str

    @made_once
    def places(self) -> tuple[Interval, ...]:
        """Where the words stand."""
        return words_of(self.text)

    @made_once
    def words(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple([place.of(self.text).lower() for place in self.places])

    @made_once
    def signs(self) -> tuple[bool, ...]:
        """For each word whether it is only a sign, without a letter or a figure."""
        return tuple([not any(map(str.isalnum, word)) for word in self.words])

    @made_once
    def small(self) -> tuple[bool, ...]:
        """For each word whether it is an article or a preposition."""
        known = function_words(self.tag)
        return tuple([word in known for word in self.words])

    @made_once
    def light(self) -> tuple[bool, ...]:
        """For each word whether it is one of the words that stand in any sentence."""
        known = _light(self.tag)
        return tuple(
            [small or word in known for small, word in zip(self.small, self.words, strict=True)]
        )

    def covered(self, place: Interval) -> range:
        """The positions of the words that an interval touches."""
        touched = [n for n, word in enumerate(self.places) if word.overlaps(place)]
        return range(touched[0], touched[-1] + 1) if touched else range(0)

    def place(self, positions: range) -> Interval:
        """From the start of the first of these words to the end of the last."""
        return Interval(self.places[positions[0]].start, self.places[positions[-1]].end)

    def told(self, positions: range) -> range:
        """The positions without the signs at either end."""
        first, end = positions.start, positions.stop
        while first < end and self.signs[first]:
            first += 1
        while first < end and self.signs[end - 1]:
            end -= 1
        return range(first, end)


@dataclass(frozen=True)
class Segment:
    """The two sides of a segment and the links between them."""

    source: Side
    target: Side
    links: Links
