"""Whether a term is rendered in the same way in all documents of a corpus.

A tally grows transfer by transfer; when all are in, it says of each transfer what departs from
what nearly all others do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from donor.data import Check, Finding, Span, Transfer
from donor.languages import Language, lemmatizer
from donor.languages.function_words import small_words
from donor.languages.tokens import plain_spans

__all__ = ["Rendered", "Terms"]

_Words = tuple[str, ...]

_APOSTROPHE = re.compile("['’]")
_MOST_TERMS, _MOST_RENDERINGS = 50_000, 16
_MOST_WORDS = 6
# From how many places on a rendering is the usual one, and how large its share must be; how large
# that of another may be, unless it stands alone.
_FROM, _USUAL, _RARE = 10, 0.9, 0.05


@dataclass(frozen=True, slots=True)
class Rendered:
    """A term with its label, and how often it was rendered in which way, the most usual first.

    `others` counts what was seen after the first so many ways. Words are written as where they
    were first seen.
    """

    label: str
    source: str
    renderings: tuple[tuple[str, int], ...]
    others: int = 0

    @property
    def total(self) -> int:
        """How often the term was seen with a place."""
        return sum(n for _, n in self.renderings) + self.others


class _Key(NamedTuple):
    language: str
    label: str
    lemmas: _Words


@dataclass(slots=True)
class _Renderings:
    """What was seen of one term; each way goes by its number."""

    source: str
    surfaces: list[str] = field(default_factory=list)
    words: list[_Words] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    others: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts) + self.others

    def is_rare(self, number: int | None) -> bool:
        """Whether a way has hardly any place; one that is not kept has few."""
        return number is None or self.counts[number] <= max(1, _RARE * self.total)

    def number_of(self, words: _Words, tag: str) -> int | None:
        """The number of the way that consists of forms of these words."""
        for number, known in enumerate(self.words):
            if known == words or _same(known, words, tag):
                return number
        return None


class Terms:
    """How often each term is rendered in which way, over the transfers so far.

    A term is a label with a span's words in their dictionary form; a rendering likewise, without
    the articles and prepositions at its edges. Spans of more than six words are no terms.

    Args:
        source: the language of documents that do not say theirs.
        target: the language of the translations.
        most: how many terms are kept at the same time. Beyond them, the rarest are forgotten, so
            that the counts of those that come again are too small.
    """

    def __init__(self, source: Language, target: Language, *, most: int = _MOST_TERMS) -> None:
        self.forgotten = 0
        self._source, self._target, self._most = source, target, most
        self._terms: dict[_Key, _Renderings] = {}

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts how the spans of a transfer are rendered."""
        for _, key, source, words, surface in self._seen(transfer):
            known = self._terms.get(key)
            if known is None:
                known = self._terms[key] = _Renderings(source)
            number = known.number_of(words, self._target.tag)
            if number is not None:
                known.counts[number] += 1
            elif len(known.counts) < _MOST_RENDERINGS:
                known.surfaces.append(surface)
                known.words.append(words)
                known.counts.append(1)
            else:
                known.others += 1
        if len(self._terms) > self._most:
            self._forget()

    def findings(self, transfer: Transfer) -> tuple[Finding, ...]:
        """The spans of a transfer that are rendered as hardly any other is.

        Nine in ten of at least ten places have another rendering; and this one has one place, or
        one in twenty at most. The transfer's own spans count, if it was added.
        """
        return tuple(self._departures(transfer))

    def _departures(self, transfer: Transfer) -> Iterator[Finding]:
        for span_id, key, source, words, surface in self._seen(transfer):
            known = self._terms.get(key)
            if known is None or known.total < _FROM:
                continue
            usual = max(known.counts)
            number = known.counts.index(usual)
            own = known.number_of(words, self._target.tag)
            if usual < _USUAL * known.total or own == number or not known.is_rare(own):
                continue
            what = f"{source!r} is {surface!r} here, and {known.surfaces[number]!r}"
            what += f" in {usual} of {known.total} places"
            yield Finding(Check.TERM_VARIES, what, span_id=span_id)

    def summary(self, *, least: int = 2) -> tuple[Rendered, ...]:
        """The terms seen at least so often, those that vary most often first."""
        found = [
            Rendered(key.label, known.source, _ordered(known), known.others)
            for key, known in self._terms.items()
            if known.total >= least
        ]
        return tuple(sorted(found, key=lambda one: (one.renderings[0][1] - one.total, one.source)))

    def _seen(self, transfer: Transfer) -> Iterator[tuple[str, _Key, str, _Words, str]]:
        """Of each span that is a term: its id, key, words, and those of its rendering twice."""
        source, target = transfer.source, transfer.target
        if target is None or not target.spans:
            return
        language = source.language or self._source.tag
        spans = {span.id: span for span in source.spans}
        for placed in target.spans:
            words = _content(_surface(spans[placed.id], source.text), language)
            rendering = _content(_surface(placed, target.text), self._target.tag)
            if not 0 < len(words) <= _MOST_WORDS or not rendering:
                continue
            key = _Key(language, placed.label, tuple([_lemma(word, language) for word in words]))
            yield (
                placed.id,
                key,
                _surface(spans[placed.id], source.text),
                rendering,
                _surface(placed, target.text),
            )

    def _forget(self) -> None:
        """Nothing; forgets a tenth of the terms, the rarest and of these the oldest first."""
        by_total = sorted(self._terms, key=lambda key: self._terms[key].total)
        rare = by_total[: len(by_total) - self._most + self._most // 10]
        for key in rare:
            del self._terms[key]
        self.forgotten += len(rare)


def _ordered(known: _Renderings) -> tuple[tuple[str, int], ...]:
    ways = zip(known.surfaces, known.counts, strict=True)
    return tuple(sorted(ways, key=lambda way: -way[1]))


def _surface(span: Span, text: str) -> str:
    return " ".join(" ".join(span.surfaces(text)).split())


@lru_cache(maxsize=8192)
def _content(surface: str, tag: str) -> _Words:
    """The words in lower case, without the small words and the signs at the edges.

    None where none of them has a letter.
    """
    whole = (surface[start:end].casefold() for start, end in plain_spans(surface))
    # What an apostrophe joins is a word of its own in French and Italian.
    words = [part for word in whole for part in _APOSTROPHE.split(word) if part]
    own = _small(tag)
    inner = [n for n, word in enumerate(words) if word not in own and any(map(str.isalnum, word))]
    if not any(map(str.isalpha, "".join(words[n] for n in inner))):
        return ()
    return tuple(words[inner[0] : inner[-1] + 1])


@lru_cache(maxsize=8)
def _small(tag: str) -> frozenset[str]:
    return frozenset(small_words(tag))


def _lemma(word: str, tag: str) -> str:
    """The first in the alphabet of a word's dictionary forms."""
    lemmas = lemmatizer(tag)
    return min(lemmas(word), default=word) if lemmas else word


def _same(one: Sequence[str], other: Sequence[str], tag: str) -> bool:
    """Whether two renderings are the same words, in whichever forms."""
    lemmas = lemmatizer(tag)
    if lemmas is None or len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b or not lemmas(a).isdisjoint(lemmas(b)) for a, b in pairs)
