"""Which terms of a glossary a text holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from donor.data import Glossary, Term
from donor.languages import Lemmatizer, lemmatizer
from donor.languages.tokens import plain_spans

__all__ = ["occurring"]

_ENDING = 3
"""How many letters of inflection the last word of a term may have more or less: cell, cells."""
_STEM = 3
# They mark keys that are no word as it stands; no word holds a space.
_LEMMA, _BEGINNING = " lemma", " beginning"

_Words = tuple[str, ...]


def occurring(glossary: Glossary, text: str, language: str) -> tuple[Term, ...]:
    """The terms that stand in a text, in the order of the glossary.

    Letter case does not count, nor up to three letters at the end of a term's last word. Where
    the language has a lemmatizer, each word may stand in any of its forms.

    >>> terms = Glossary((Term("cell wall", "клеточная стенка"), Term("ion", "ион")))
    >>> [term.target for term in occurring(terms, "Cell walls let no iron through.", "en")]
    ['клеточная стенка']
    """
    if not glossary.terms:
        return ()
    index, lemmas, words = _index(glossary, language), _lemmas(language), _words(text)
    found: set[int] = set()
    for at, word in enumerate(words):
        for key in (*_keys(word, lemmas), *_beginnings(word)):
            for entry in index.get(key, ()):
                start = at - entry.at
                window = words[start : start + len(entry.words)] if start >= 0 else ()
                if entry.place not in found and _stands(entry.words, window, lemmas):
                    found.add(entry.place)
    return tuple(glossary.terms[place] for place in sorted(found))


class _Entry(NamedTuple):
    """A term by one of its words: its place in the glossary, its words, and which one it is."""

    place: int
    words: _Words
    at: int


@lru_cache(maxsize=8)
def _index(glossary: Glossary, language: str) -> Mapping[str, Sequence[_Entry]]:
    """The terms by the keys of that of their words that the fewest terms have."""
    terms = [_words(term.source) for term in glossary.terms]
    terms_with = Counter(word for words in terms for word in set(words))
    lemmas = _lemmas(language)
    index: defaultdict[str, list[_Entry]] = defaultdict(list)
    for place, words in enumerate(terms):
        if not words:
            continue
        at = min(range(len(words)), key=lambda at: terms_with[words[at]])
        entry = _Entry(place, words, at)
        for key in _keys(words[at], lemmas):
            index[key].append(entry)
        if at == len(words) - 1:
            index[words[at][:-1] + _BEGINNING].append(entry)
    return dict(index)


def _lemmas(language: str) -> Lemmatizer:
    """The lemmatizer of a language; for one without, each word is its own dictionary form."""
    return lemmatizer(language) or (lambda word: frozenset((word,)))


def _words(text: str) -> _Words:
    return tuple([text[start:end].casefold() for start, end in plain_spans(text)])


def _keys(word: str, lemmas: Lemmatizer) -> Iterator[str]:
    """What a word and its forms have in common."""
    yield word
    for lemma in lemmas(word):
        yield lemma + _LEMMA


def _beginnings(word: str) -> Iterator[str]:
    """What a term's last word may be but for its last letter, if the word is a form of it."""
    for length in range(max(_STEM - 1, len(word) - _ENDING - 1), len(word) + 1):
        yield word[:length] + _BEGINNING


def _stands(term: _Words, words: _Words, lemmas: Lemmatizer) -> bool:
    if len(words) < len(term) or not _ends_alike(words[-1], term[-1], lemmas):
        return False
    pairs = zip(words[:-1], term[:-1], strict=True)
    return all(_is_form(word, wanted, lemmas) for word, wanted in pairs)


def _is_form(word: str, wanted: str, lemmas: Lemmatizer) -> bool:
    return word == wanted or not lemmas(word).isdisjoint(lemmas(wanted))


def _ends_alike(word: str, wanted: str, lemmas: Lemmatizer) -> bool:
    if _is_form(word, wanted, lemmas):
        return True
    # "ion" and "ions", "cavity" and "cavities"; not "ion" and "iron", nor "I" and "It".
    same = next((n for n, (a, b) in enumerate(zip(word, wanted, strict=False)) if a != b), None)
    stem = min(len(word), len(wanted)) if same is None else same
    rest = (len(word) - stem, len(wanted) - stem)
    return stem >= _STEM and word.isalpha() and max(rest) <= _ENDING and rest[1] <= 1
