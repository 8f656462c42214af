"""Where a quote stands that has a typing error, or one word too many.

Bounded so narrowly that a paraphrase finds nothing: one letter in a long word, one long word in
three, and never a figure. What comes out is the least sure of all matches.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from operator import attrgetter

from donor.data import Interval
from donor.resolve.inflected import alike, kin, same_signs
from donor.resolve.normalise import Folded
from donor.resolve.target import Target, Word, words_of

__all__ = ["misspelt", "without_word"]

_SHORTEST_MISSPELT = 5
_WORDS_FOR_A_TYPO = 3
_LEAST_SHARE_KEPT = 0.6
_ALIKE = 0.5


def misspelt(target: Target, surface: str, folded: Folded) -> Iterator[Interval]:
    """Where as many words stand in a row that differ by a letter at most, but for few."""
    wanted = words_of(surface, folded)
    if not any(_may_be_misspelt(word.folded) for word in wanted):
        return
    allowed = max(1, len(wanted) // _WORDS_FOR_A_TYPO)
    for first in _starts(target, wanted):
        window = target.words[first : first + len(wanted)]
        place = Interval(window[0].start, window[-1].end)
        if (
            _few_typos(window, wanted, allowed, target.language)
            and target.on_edges(place)
            and same_signs(target, window, folded, wanted)
        ):
            yield place


def _starts(target: Target, wanted: Sequence[Word]) -> list[int]:
    """Where a row may begin: where the rarest word stands, or one that differs by a letter."""
    starts: Sequence[int] = range(len(target.words))
    for before, word in enumerate(wanted):
        found = target.positions({*alike(target, word.folded), *_misspellings(target, word.folded)})
        if len(found) < len(starts):
            starts = [at - before for at in found]
        if not found:
            break
    last = len(target.words) - len(wanted)
    return [first for first in starts if 0 <= first <= last]


def _misspellings(target: Target, word: str) -> Iterator[str]:
    """The different words of a text that one typing error parts from a word."""
    if _may_be_misspelt(word):
        for length in (len(word) - 1, len(word), len(word) + 1):
            for other in target.by_length.get((word[0], length), ()):
                if one_typo_apart(other, word):
                    yield other


def _few_typos(window: Sequence[Word], wanted: Sequence[Word], allowed: int, language: str) -> bool:
    """Whether all words are forms of their counterparts, but for at least one with a typo."""
    typos = 0
    for found, wish in zip(window, wanted, strict=True):
        if found.folded == wish.folded or kin(wish.folded, language)(found.folded):
            continue
        typos += 1
        if typos > allowed or not one_typo_apart(found.folded, wish.folded):
            return False
    return typos > 0


def one_typo_apart(one: str, other: str) -> bool:
    """Whether a letter too many, too few, wrong or in the neighbour's place parts two words.

    The first letter must be right: at a word's beginning a letter often makes another word.

    >>> one_typo_apart("memrbane", "membrane"), one_typo_apart("anion", "cation")
    (True, False)
    """
    if not (_may_be_misspelt(one) and _may_be_misspelt(other)) or one[0] != other[0]:
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), None)
    if same is None:
        return len(short) < len(long)
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    if short[same + 1 :] == long[same + 1 :]:
        return True
    swapped = short[same : same + 2] == long[same : same + 2][::-1]
    return swapped and short[same + 2 :] == long[same + 2 :]


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _SHORTEST_MISSPELT and word.isalpha()


def without_word(target: Target, surface: str, folded: Folded) -> Iterator[Interval]:
    """Where the quote stands without its first or last word, if the text does not have that one.

    The rest must be most of the quote, since of a paraphrase too some words stand in the text;
    and what stands in the place of the word must not look like it, or it is the word, misspelt.
    """
    words = words_of(surface, folded)
    if len(words) < 2:
        return
    letters = sum(len(word.folded) for word in words)
    for added, kept in ((words[0], words[1:]), (words[-1], words[:-1])):
        share = 1 - len(added.folded) / letters
        if share < _LEAST_SHARE_KEPT or not added.folded.isalpha() or alike(target, added.folded):
            continue
        for place in target.normalised(folded.of(Interval(kept[0].start, kept[-1].end))):
            if not _resembles(added.folded, _beside(target, place, before=added is words[0])):
                yield place


def _beside(target: Target, place: Interval, *, before: bool) -> str:
    """The word before or behind a place; empty where there is none."""
    words = target.words
    if before:
        at = bisect_right(words, place.start, key=attrgetter("end")) - 1
    else:
        at = bisect_left(words, place.end, key=attrgetter("start"))
    return words[at].folded if 0 <= at < len(words) else ""


def _resembles(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
