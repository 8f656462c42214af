"""Where a quote stands that is right but for something small: a space, a bracket, a small word.

Each is a rule of its own with a bound of its own, so that what was placed can be explained.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from donor.data import Interval
from donor.languages.particles import attached, function_words
from donor.resolve.inflected import Likeness, alike, balanced, kin
from donor.resolve.normalise import QUOTATION_MARK, Folded, fold, without_loose_signs
from donor.resolve.target import Target, Word, words_of

__all__ = ["compact", "inside_words", "other_small_words", "shortened"]

_MOST_SMALL_WORDS = 2


def compact(target: Target, folded: Folded) -> Iterator[Interval]:
    """Where the letters stand with other spaces, hyphens, quotation marks or brackets."""
    wanted, _ = without_loose_signs(folded.text)
    if not any(map(str.isalnum, wanted)):
        return
    text, offsets = target.compact
    first = text.find(wanted)
    while first >= 0:
        place = target.folded.place(offsets[first], offsets[first + len(wanted) - 1])
        if place and target.on_edges(place):
            yield balanced(target.text, place)
        first = text.find(wanted, first + 1)


def shortened(surface: str, folded: Folded, language: str) -> Iterator[str]:
    """The quote without small words at its edges, as little as possible left out first."""
    small = function_words(language)
    words = words_of(surface, folded)
    if not words or not small:
        return
    ahead, behind = _small_words(words, small), _small_words(words[::-1], small)
    cuts = [(first, last) for first in range(ahead + 1) for last in range(behind + 1)]
    for first, last in sorted(cuts, key=sum)[1:]:
        if first + last < len(words):
            yield surface[words[first].start : words[len(words) - 1 - last].end]
    elided, apostrophe, _ = words[0].folded.partition(QUOTATION_MARK)
    if apostrophe and elided in small:
        yield surface[words[0].start + len(elided) + 1 : words[-1].end]


def _small_words(words: Sequence[Word], small: frozenset[str]) -> int:
    """How many words from the first on are small ones; at most two, and not all."""
    n = 0
    while n < min(len(words) - 1, _MOST_SMALL_WORDS) and words[n].folded in small:
        n += 1
    return n


def inside_words(target: Target, surface: str) -> Iterator[Interval]:
    """Where the characters stand behind a particle that is written on to their word.

    Arabic and Hebrew write articles, prepositions and conjunctions so.
    """
    particles = attached(target.language)
    if not particles:
        return
    for place in target.written(surface):
        start = place.start
        while start and target.text[start - 1].isalpha():
            start -= 1
        ahead = fold(target.text[start : place.start]).text
        if ahead in particles and target.on_edges(Interval(start, place.end)):
            yield place


def other_small_words(target: Target, surface: str, folded: Folded) -> Iterator[Interval]:
    """Where the same words stand in the same order, but for small words between them."""
    small = function_words(target.language)
    quoted = words_of(surface, folded)
    wanted = [word for word in quoted if word.folded not in small]
    if len(wanted) < 2 or not small:
        return
    ahead = [word.folded for word in quoted[: _small_words(quoted, small)]]
    others = [kin(word.folded, target.language) for word in wanted[1:]]
    for first in target.positions(alike(target, wanted[0].folded)):
        last = _over_small_words(target, first, others, small)
        if last is not None:
            begins = first - len(ahead)
            same = [at.folded for at in target.words[max(0, begins) : first]] == ahead
            start = target.words[begins if same else first].start
            yield Interval(start, target.words[last].end)


def _over_small_words(
    target: Target, first: int, likenesses: Sequence[Likeness], small: frozenset[str]
) -> int | None:
    """The position of the last word, where the others follow with only small words between."""
    at = first
    for like in likenesses:
        following = target.words[at + 1 : at + 2 + _MOST_SMALL_WORDS]
        steps = (step for step, word in enumerate(following, 1) if like(word.folded))
        step = next(steps, None)
        if step is None or any(word.folded not in small for word in following[: step - 1]):
            return None
        if _signs_between(target, target.words[at : at + step + 1]):
            return None
        at += step
    return at


def _signs_between(target: Target, words: Sequence[Word]) -> bool:
    between = (target.folded.of(Interval(left.end, right.start)) for left, right in pairwise(words))
    return any(gap.strip(QUOTATION_MARK + " ") for gap in between)
