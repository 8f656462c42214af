"""Words as the aligner counts them: forms of one word should be one."""

import re
from collections.abc import Callable
from functools import cache

from donor.languages import lemmatizer
from donor.languages.codes import primary

__all__ = ["NORMALISATIONS", "Normaliser", "bare", "normaliser"]

Normaliser = Callable[[str], str]

NORMALISATIONS = ("prefix", "lemma")
"""The ways in which words are made alike; each trains models of its own, and all of them vote."""

PREFIX = 4

# The article or preposition of l'eau, dell'acqua, d'un; what follows is the word.
_ELIDED = re.compile(r"[^\W\d_]{1,5}['’](?=[^\W\d_]{2})")
_GENITIVE = re.compile(r"(?<=[^\W\d_])['’]s?$")


def normaliser(name: str, tag: str) -> Normaliser:
    """A function that makes forms of one word of a language alike.

    `prefix` keeps the first letters, `lemma` the dictionary form or the stem; where a language has
    none of those, whole words stand in.

    >>> normaliser("prefix", "fr")("L’endroit")
    'endr'
    """
    return cache(_by_prefix(tag) if name == "prefix" else _by_lemma(tag))


def _by_prefix(tag: str) -> Normaliser:
    plain = bare(tag)
    return lambda word: plain(word)[:PREFIX]


def _by_lemma(tag: str) -> Normaliser:
    plain, lemmas = bare(tag), lemmatizer(tag)
    if lemmas is None:
        return plain
    return lambda word: min(lemmas(plain(word)), default=plain(word))


def bare(tag: str) -> Normaliser:
    """A function to the word in lower case without what an apostrophe joins to it."""
    if primary(tag) == "en":
        return lambda word: _GENITIVE.sub("", word.lower())
    return lambda word: _ELIDED.sub("", word.lower())
