"""Which terms of a glossary a text holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from donor.data import Glossary, Term
from donor.languages.tokens import plain_tokens

__all__ = ["occurring"]

_ENDING = 3
"""How many letters of inflection the last word of a term may have more or less: cell, cells."""
_STEM = 3
# Marks the keys of terms of one word; no word holds a space.
_ONE_WORD = " "

_Words = tuple[str, ...]


def occurring(glossary: Glossary, text: str) -> tuple[Term, ...]:
    """The terms that stand in a text, in the order of the glossary.

    Letter case does not count, nor up to three letters at the end of a term's last word; the
    words before it must stand as in the glossary, whose source terms may be given in each form.

    >>> terms = Glossary((Term("cell wall", "клеточная стенка"), Term("ion", "ион")))
    >>> [term.target for term in occurring(terms, "Cell walls let no iron through.")]
    ['клеточная стенка']
    """
    if not glossary.terms:
        return ()
    index = _index(glossary)
    words = _words(text)
    found = {
        place
        for at, word in enumerate(words)
        for place, term in (*index.get(word, ()), *index.get(word[:_STEM] + _ONE_WORD, ()))
        if _stands(term, words[at : at + len(term)])
    }
    return tuple(glossary.terms[place] for place in sorted(found))


@lru_cache(maxsize=8)
def _index(glossary: Glossary) -> Mapping[str, Sequence[tuple[int, _Words]]]:
    """The terms by their first word; those of one word, which may change, by its beginning."""
    index: defaultdict[str, list[tuple[int, _Words]]] = defaultdict(list)
    for place, term in enumerate(glossary.terms):
        words = _words(term.source)
        if words:
            key = words[0] if len(words) > 1 else words[0][:_STEM] + _ONE_WORD
            index[key].append((place, words))
    return index


def _words(text: str) -> _Words:
    return tuple(token.of(text).casefold() for token in plain_tokens(text))


def _stands(term: _Words, words: _Words) -> bool:
    if len(words) < len(term) or words[:-1] != term[:-1]:
        return False
    word, wanted = words[-1], term[-1]
    if word == wanted:
        return True
    # "ion" and "ions", "cavity" and "cavities"; not "ion" and "iron", nor "I" and "It".
    same = next((n for n, (a, b) in enumerate(zip(word, wanted, strict=False)) if a != b), None)
    stem = min(len(word), len(wanted)) if same is None else same
    rest = (len(word) - stem, len(wanted) - stem)
    return stem >= _STEM and word.isalpha() and max(rest) <= _ENDING and rest[1] <= 1
