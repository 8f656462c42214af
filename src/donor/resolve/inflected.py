"""Where the words of a quote stand in other forms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from donor.data import Interval
from donor.languages import lemmatizer
from donor.languages.lemmas import forms
from donor.resolve.normalise import BRACKETS, QUOTATION_MARK, Folded, fold
from donor.resolve.target import Target, Word, words_of

__all__ = ["Likeness", "alike", "balanced", "inflected", "kin", "same_signs"]

Likeness = Callable[[str], bool]

_OPENING = frozenset(QUOTATION_MARK + "([{")
_CLOSING = frozenset(QUOTATION_MARK + ")]}")
_NOT_COMPARED = str.maketrans("", "", QUOTATION_MARK + BRACKETS + " ")
_PARTNERS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”", "„": "“", "‘": "’", "‹": "›"}


def inflected(target: Target, surface: str, folded: Folded) -> Iterator[Interval]:
    """Where as many words stand in a row, each a form of the quoted word."""
    wanted = words_of(surface, folded)
    if not wanted or lemmatizer(target.language) is None:
        return
    for window in _rows(target, wanted):
        place = Interval(window[0].start, window[-1].end)
        if target.on_edges(place) and same_signs(target, window, folded, wanted):
            yield balanced(target.text, _with_marks(target, place, folded, wanted))


def _rows(target: Target, wanted: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """As many words of the text in a row as are wanted, each a form of its counterpart."""
    words, n = target.words, len(wanted)
    starts = target.positions(alike(target, wanted[0].folded))
    likenesses = [kin(word.folded, target.language) for word in wanted[1:]] if starts else []
    for first in starts:
        window = words[first : first + n]
        if len(window) == n and all(
            like(word.folded) for like, word in zip(likenesses, window[1:], strict=True)
        ):
            yield window


def alike(target: Target, wanted: str) -> list[str]:
    """The different folded words of a text that are forms of the wanted one."""
    like = kin(wanted, target.language)
    return [word for word in _perhaps_alike(target, wanted) if like(word)]


def _perhaps_alike(target: Target, wanted: str) -> Iterable[str]:
    """The words of a text without those that cannot be forms of the wanted one; see `kin`."""
    forms_of, lemmas = forms(target.language), lemmatizer(target.language)
    if forms_of:
        known = forms_of(wanted)
        near = target.index.keys() & known if known else target.by_beginning.get(wanted[:2], ())
    else:
        own = lemmas(wanted) if lemmas else ()
        near = {word for lemma in own for word in target.by_lemma.get(lemma, ())}
    return {wanted, *near} if wanted in target.index else near


@lru_cache(maxsize=16_384)
def kin(wanted: str, language: str) -> Likeness:
    """A function that tells of a folded word whether it is a form of the wanted one."""
    forms_of = forms(language)
    all_forms = forms_of(wanted) if forms_of else frozenset()
    if all_forms:
        return (all_forms | {wanted}).__contains__
    lemmas = lemmatizer(language)
    if lemmas is None:
        return wanted.__eq__
    own = lemmas(wanted)
    if forms_of:  # not in the dictionary: the lemma is a guess, and each guess takes time
        return lambda other: (
            other == wanted or (other[:2] == wanted[:2] and not own.isdisjoint(lemmas(other)))
        )
    return lambda other: other == wanted or not own.isdisjoint(lemmas(other))


def balanced(text: str, place: Interval) -> Interval:
    """The place with the closing mark of a bracket or quotation that it opens, and so on."""
    covered = place.of(text)
    for opening, closing in _PARTNERS.items():
        opened = covered.count(opening) - covered.count(closing)
        if opened > 0 and text.startswith(closing, place.end):
            return Interval(place.start, place.end + 1)
        if opened < 0 and text.endswith(opening, 0, place.start):
            return Interval(place.start - 1, place.end)
    return place


def _with_marks(
    target: Target, place: Interval, folded: Folded, wanted: tuple[Word, ...]
) -> Interval:
    """The place with the quotation marks and brackets that enclose both it and the quote."""
    before = folded.before(wanted[0].start).strip()
    after = folded.after(wanted[-1].end).strip()
    start, stop = place.start - len(before), place.end + len(after)
    if not set(before) <= _OPENING or fold(target.text[max(0, start) : place.start]).text != before:
        start = place.start
    if not set(after) <= _CLOSING or fold(target.text[place.end : stop]).text != after:
        stop = place.end
    return Interval(start, stop)


def _gaps(folded: Folded, words: Sequence[Word]) -> list[str]:
    """The signs between neighbouring words, without white space, quotation marks, brackets."""
    between = (folded.of(Interval(left.end, right.start)) for left, right in pairwise(words))
    return [gap.translate(_NOT_COMPARED) for gap in between]


def same_signs(
    target: Target, window: Sequence[Word], folded: Folded, wanted: Sequence[Word]
) -> bool:
    """Whether the text has the quote's signs between its words, or none there."""
    pairs = zip(_gaps(target.folded, window), _gaps(folded, wanted), strict=True)
    return all(gap in ("", wish) for gap, wish in pairs)
