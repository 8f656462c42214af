"""Words that look alike in both languages: names, numbers, words of common origin.

They are told to the aligner before it starts, as links that it has seen a few times.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from donor.languages.particles import function_words
from donor.project.align.words import bare

__all__ = ["COPIED", "RELATED", "alike"]

COPIED, RELATED = 4.0, 2.0
"""How often the aligner is told that it has seen two words linked: equal ones, and similar ones."""

SIMILAR = 0.6
_SHORTEST = 4

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a", "і": "i", "ї": "i",
    "є": "e", "ґ": "g", "ў": "u", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "џ": "dz", "ѓ": "g", "ќ": "k", "ѕ": "dz",
}  # fmt: skip
_SOUNDS = str.maketrans("cqwy", "kkvi")


def alike(
    tags: tuple[str, str],
) -> Callable[[Sequence[str], Sequence[str]], Iterator[tuple[int, int, float]]]:
    """A function that gives the positions of the words of two texts that look alike, and how often.

    >>> list(alike(("en", "ru"))(["The", "Moscow", "committee"], ["Московский", "комитет"]))
    [(1, 0, 2.0), (2, 1, 2.0)]
    """
    sides = [_Folded(tag) for tag in tags]

    def found(source: Sequence[str], target: Sequence[str]) -> Iterator[tuple[int, int, float]]:
        by_letter: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for at, word in enumerate(target):
            if folded := sides[1](word):
                by_letter[folded[0]].append((at, folded))
        for at, word in enumerate(source):
            if not (folded := sides[0](word)):
                continue
            for there, other in by_letter.get(folded[0], ()):
                if folded == other:
                    yield at, there, COPIED
                elif _similar(folded, other):
                    yield at, there, RELATED

    return found


class _Folded:
    """Gives a word in plain Latin letters where it can; "" for a sign or a small word."""

    def __init__(self, tag: str) -> None:
        self._bare = bare(tag)
        self._small = function_words(tag)
        self._known: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._fold(word)
        return known

    def _fold(self, word: str) -> str:
        lower = self._bare(word)
        if lower in self._small or not any(map(str.isalnum, lower)):
            return ""
        latin = "".join(_LATIN.get(letter, letter) for letter in lower)
        letters = unicodedata.normalize("NFD", latin)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return plain.replace("ph", "f").translate(_SOUNDS)


@lru_cache(maxsize=200_000)
def _similar(one: str, other: str) -> bool:
    """Whether two words begin alike, or share most pairs of neighbouring letters."""
    if min(len(one), len(other)) < _SHORTEST:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None or same >= SIMILAR * max(len(one), len(other)):
        return True
    here, there = _neighbours(one), _neighbours(other)
    return 2 * len(here & there) >= SIMILAR * (len(here) + len(there))


def _neighbours(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}
