"""A segment cut into the pairs that a word aligner learns from.

A long segment is a paragraph: it is cut where sentences end in both texts. Sentences are paired as
Gale and Church do ("A Program for Aligning Sentences in Bilingual Corpora", 1993): the cheapest
way in order, by their lengths, here with the words that stand unchanged in both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Self

__all__ = ["LONGEST", "Unit", "units_of"]

LONGEST = 1_000
"""Words of the longest text that is aligned; eflomal itself ends at 1,024."""

PARAGRAPH = 50
"""Words from which on a segment is cut into sentences."""

Unit = tuple[range, range]
"""The positions of source words, and of the target words that translate them."""

_ENDS = frozenset(".!?…。！？؟।")
_TOGETHER = ((1, 1, 0.0), (1, 2, 2.0), (2, 1, 2.0), (2, 2, 4.0), (1, 3, 5.0), (3, 1, 5.0))
"""How many sentences may go together on either side, and what that costs."""

_COPIED = 2.0
_VARIANCE = 6.8
_SHORTEST_TELLING = 4


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a segment: its words, how many letters they have, and which may be copied."""

    words: range
    letters: int
    telling: frozenset[str]

    @classmethod
    def all(cls, words: Sequence[str]) -> list[Self]:
        """The sentences of a segment."""
        return [
            cls(
                positions,
                sum(len(words[at]) for at in positions),
                frozenset(words[at].lower() for at in positions if _tells(words[at])),
            )
            for positions in _sentences(words)
        ]


def _sentences(words: Sequence[str]) -> Iterator[range]:
    """The positions of the words of each sentence; it ends at a sign before no small letter."""
    start = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if not following or (word in _ENDS and not (following[0].islower() or following in _ENDS)):
            yield range(start, at + 1)
            start = at + 1


def _tells(word: str) -> bool:
    return word[0].isdecimal() or (len(word) >= _SHORTEST_TELLING and word.isalnum())


def units_of(source: Sequence[str], target: Sequence[str]) -> list[Unit]:
    """The units of a segment, in order; what is left out has no counterpart, or is too long.

    >>> units_of("A b . C .".split(), "a b . c .".split())
    [(range(0, 5), range(0, 5))]
    """
    if not source or not target:
        return []
    units = [(range(len(source)), range(len(target)))]
    if max(len(source), len(target)) > PARAGRAPH:
        units = _cut(source, target) or units
    return [unit for unit in units if max(map(len, unit)) <= LONGEST]


def _cut(source: Sequence[str], target: Sequence[str]) -> list[Unit]:
    """The cheapest pairs of sentences; none where their numbers are too different for pairs."""
    sides = [_Sentence.all(source), _Sentence.all(target)]
    ratio = sum(map(len, target)) / sum(map(len, source))
    last = len(sides[0]), len(sides[1])
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    for i, j in product(range(last[0] + 1), range(last[1] + 1)):
        ways = [
            (
                best[i - m, j - n][0]
                + extra
                + _cost(sides[0][i - m : i], sides[1][j - n : j], ratio),
                m,
                n,
            )
            for m, n, extra in _TOGETHER
            if (i - m, j - n) in best
        ]
        if ways:
            best[i, j] = min(ways)
    units: list[Unit] = []
    at = last
    while at in best and at != (0, 0):
        _, m, n = best[at]
        units.append((_extent(sides[0][at[0] - m : at[0]]), _extent(sides[1][at[1] - n : at[1]])))
        at = at[0] - m, at[1] - n
    return units[::-1]


def _cost(one: Sequence[_Sentence], other: Sequence[_Sentence], ratio: float) -> float:
    """What speaks against two groups of sentences being one pair."""
    length = sum(sentence.letters for sentence in one) * ratio
    found = sum(sentence.letters for sentence in other)
    same = (
        set()
        .union(*(sentence.telling for sentence in one))
        .intersection(set().union(*(sentence.telling for sentence in other)))
    )
    off: float = (found - length) ** 2 / (_VARIANCE * (found + length + 1))
    return off - _COPIED * len(same)


def _extent(sentences: Sequence[_Sentence]) -> range:
    return range(sentences[0].words.start, sentences[-1].words.stop)
