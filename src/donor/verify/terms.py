"""Whether a term is rendered in the same way in all documents of a corpus.

A tally of words as they stand grows transfer by transfer. When all are in, forms of the same
words become one, and it says of each document what departs from what nearly all others do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from donor.data import Check, Finding, Transfer
from donor.languages import Language, lemmatizer
from donor.languages.function_words import small_words
from donor.languages.tokens import plain_spans

__all__ = ["Rendered", "Terms"]

_Words = tuple[str, ...]
_Spelt = tuple[str, str, str]  # the language, the label, the words in the source as they stand
_Pair = tuple[str, str, str, str]  # and the words of a rendering, as they stand
_Place = tuple[int, int, str]  # the number of the document, and of the span there; its id

_APOSTROPHE = re.compile("['’]")
# The first of the scripts that put no spaces between words, or marks within them.
_FIRST_UNSPACED = "\u0e00"
_MOST_PAIRS, _MOST_PLACES, _MOST_LISTED = 50_000, 50, 16
_MOST_WORDS, _LONGEST = 6, 120
# Words with the same beginnings may be forms of the same words.
_BEGINNING = 3
# From how many places on a rendering is the usual one, and how large its share must be; how large
# that of another may be, unless it stands alone.
_FROM, _USUAL, _RARE = 10, 0.9, 0.05


@dataclass(frozen=True, slots=True)
class Rendered:
    """A term with its label, and how often it was rendered in which way, the most usual first.

    `others` counts what was rendered otherwise than in the sixteen most usual ways. Words are
    written as where they were first seen.
    """

    label: str
    source: str
    renderings: tuple[tuple[str, int], ...]
    others: int = 0

    @property
    def total(self) -> int:
        """How often the term was seen with a place."""
        return sum(n for _, n in self.renderings) + self.others


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of a pair, with white space folded; `words` are those of the rendering."""

    source: str
    target: str
    words: _Words
    count: int
    places: list[_Place]


@dataclass(slots=True)
class _Way:
    """Renderings that are forms of the same words, in the order of their first places."""

    seen: list[_Seen] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.seen)


@dataclass(slots=True)
class _Term:
    """All that was seen of a term."""

    label: str
    source: str
    seen: list[_Seen] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(one.count for one in self.seen)

    def counts(self) -> Counter[_Words]:
        """How often each rendering was seen, in whichever form it is."""
        counts = Counter[_Words]()
        for one in self.seen:
            counts[one.words] += one.count
        return counts

    def ways(self, tag: str) -> list[_Way]:
        """The renderings, forms of the same words in one; the first seen first."""
        ways: dict[_Words, _Way] = {}
        for one in sorted(self.seen, key=lambda one: one.places[0]):
            known = (words for words in ways if _same(words, one.words, tag))
            words = one.words if one.words in ways else next(known, one.words)
            ways.setdefault(words, _Way()).seen.append(one)
        return list(ways.values())


class Terms:
    """How often each term is rendered in which way, over the transfers so far.

    A term is a label with a span's words in their dictionary form; a rendering likewise, without
    the articles and prepositions at its edges. Spans of more than six words, or of more than 120
    characters on either side, are no terms. Until all are in, words are kept as they stand, in
    pairs of a term and a rendering, each with its first 50 places.

    Args:
        source: the language of documents that do not say theirs.
        target: the language of the translations.
        most: how many pairs are kept at the same time. Beyond them, those of the rarest terms are
            forgotten, so that the counts of those that come again are too small.
    """

    def __init__(self, source: Language, target: Language, *, most: int = _MOST_PAIRS) -> None:
        self.forgotten = 0
        self._source, self._target, self._most = source, target, most
        self._documents = 0
        self._places: dict[_Pair, list[_Place]] = {}
        self._more: Counter[_Pair] = Counter()

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts how the spans of a transfer, the next document's, are rendered."""
        document, source, target = self._documents, transfer.source, transfer.target
        self._documents += 1
        if target is None or not target.spans:
            return
        language = source.language or self._source.tag
        before, after, known = source.text, target.text, self._places
        # Every microsecond counts here, hence no call for the one fragment that most spans have.
        for number, (span, row) in enumerate(zip(source.spans, transfer.spans, strict=True)):
            placed = row.placed
            if placed is None:
                continue
            here, there = span.fragments, placed.fragments
            if len(here) == len(there) == 1:
                ours, theirs = here[0], there[0]
                surface, rendering = before[ours.start : ours.end], after[theirs.start : theirs.end]
            else:
                surface, rendering = (
                    " ".join(span.surfaces(before)),
                    " ".join(placed.surfaces(after)),
                )
            if len(surface) > _LONGEST or len(rendering) > _LONGEST:
                continue
            pair = (language, placed.label, surface, rendering)
            places = known.get(pair)
            if places is None:
                known[pair] = [(document, number, placed.id)]
            elif len(places) < _MOST_PLACES:
                places.append((document, number, placed.id))
            else:
                self._more[pair] += 1
        if len(known) > self._most:
            self._forget()

    def findings(self) -> Mapping[int, tuple[Finding, ...]]:
        """The spans that are rendered as hardly any other is, by the number of their document.

        That is how many transfers were added before its own. Nine in ten of at least ten places
        of the term have another rendering; and this one has one place, or one in twenty at most.
        """
        found: list[tuple[_Place, str]] = []
        for language, alike in self._alike(_FROM):
            if _any_may_vary(alike.values()):
                for term in _joined(alike, language):
                    found += _departures(term, self._target.tag)
        by_document: dict[int, list[Finding]] = {}
        for (document, _, span_id), what in sorted(found):
            finding = Finding(Check.TERM_VARIES, what, span_id=span_id)
            by_document.setdefault(document, []).append(finding)
        return {document: tuple(found) for document, found in by_document.items()}

    def summary(self, *, least: int = 2) -> tuple[Rendered, ...]:
        """The terms seen at least so often, those that vary most often first.

        Forms of words that have one rendering, letter for letter, are terms of their own.
        """
        found = []
        for language, alike in self._alike(least):
            several = len({one.words for term in alike.values() for one in term.seen}) > 1
            terms = _joined(alike, language) if several else alike.values()
            found += [self._rendered(term) for term in terms if term.total >= least]
        return tuple(sorted(found, key=lambda one: (one.renderings[0][1] - one.total, one.source)))

    def _rendered(self, term: _Term) -> Rendered:
        ways = [(way.seen[0].target, way.count) for way in term.ways(self._target.tag)]
        ways.sort(key=lambda way: -way[1])
        others = sum(count for _, count in ways[_MOST_LISTED:])
        return Rendered(term.label, term.source, tuple(ways[:_MOST_LISTED]), others)

    def _alike(self, least: int) -> Iterator[tuple[str, Mapping[_Words, _Term]]]:
        """With their language, the terms by words that begin alike, if all were seen so often."""
        spelt: dict[tuple[str, str, _Words], dict[_Words, list[_Pair]]] = {}
        for (language, label, surface), pairs in self._by_spelling().items():
            words = _content(surface, language)
            if 0 < len(words) <= _MOST_WORDS:
                beginnings = tuple([word[:_BEGINNING] for word in words])
                alike = spelt.setdefault((language, label, beginnings), {})
                alike.setdefault(words, []).extend(pairs)
        for (language, _, _), alike in spelt.items():
            if sum(self._count(pair) for pairs in alike.values() for pair in pairs) >= least:
                terms = {words: self._term(pairs) for words, pairs in alike.items()}
                yield language, {words: term for words, term in terms.items() if term.seen}

    def _by_spelling(self) -> Mapping[_Spelt, list[_Pair]]:
        by_spelling: dict[_Spelt, list[_Pair]] = {}
        for pair in self._places:
            by_spelling.setdefault(pair[:3], []).append(pair)
        return by_spelling

    def _term(self, pairs: Sequence[_Pair]) -> _Term:
        """The term of which these are the pairs; a rendering without words is none."""
        first = min(pairs, key=self._places.__getitem__)
        term = _Term(first[1], _folded(first[2]))
        for pair in pairs:
            words = _content(pair[3], self._target.tag)
            if words:
                ours, theirs = _folded(pair[2]), _folded(pair[3])
                seen = _Seen(ours, theirs, words, self._count(pair), self._places[pair])
                term.seen.append(seen)
        return term

    def _count(self, pair: _Pair) -> int:
        return len(self._places[pair]) + self._more.get(pair, 0)

    def _forget(self) -> None:
        """Nothing; forgets half of the pairs, those of the rarest terms, the oldest first."""
        totals = {
            spelt: sum(map(self._count, pairs)) for spelt, pairs in self._by_spelling().items()
        }
        by_total = sorted(self._places, key=lambda pair: totals[pair[:3]])
        rare = by_total[: len(by_total) - self._most // 2]
        for pair in rare:
            del self._places[pair]
            self._more.pop(pair, None)
        self.forgotten += len(rare)


def _any_may_vary(terms: Iterable[_Term]) -> bool:
    """Whether some of the terms may have a usual rendering and a rare one, if they are the same.

    For this no dictionary is asked. Forms of one rendering have the same first letters.
    """
    counts = [(words, count) for term in terms for words, count in term.counts().items()]
    total, usual = 0, Counter[_Words]()
    for words, count in counts:
        total += count
        usual[tuple([word[0] for word in words])] += count
    return (
        len({words for words, _ in counts}) > 1
        and max(usual.values()) >= _USUAL * _FROM
        and _is_rare(min(count for _, count in counts), total)
    )


def _departures(term: _Term, tag: str) -> Iterator[tuple[_Place, str]]:
    """Each place at which a term is rendered as hardly anywhere else, and what is there."""
    total = term.total
    if total < _FROM or not _may_vary(term.counts()):
        return
    ways = term.ways(tag)
    usual = max(ways, key=lambda way: way.count)
    if usual.count < _USUAL * total:
        return
    for way in ways:
        if way is usual or not _is_rare(way.count, total):
            continue
        for one in way.seen:
            what = f"{one.source!r} is {one.target!r} here, and {usual.seen[0].target!r}"
            what += f" in {usual.count} of {total} places"
            yield from ((place, what) for place in one.places)


def _may_vary(counts: Counter[_Words]) -> bool:
    """Whether one rendering can be the usual one and another rare, whatever are forms of what."""
    total, lengths = counts.total(), Counter[int]()
    for words, count in counts.items():
        lengths[len(words)] += count
    usual = max(lengths.values()) >= _USUAL * total
    return usual and len(counts) > 1 and _is_rare(min(counts.values()), total)


def _is_rare(count: int, total: int) -> bool:
    return count <= max(1, _RARE * total)


def _joined(terms: Mapping[_Words, _Term], tag: str) -> Iterable[_Term]:
    """The terms, those in one whose words have the same dictionary form."""
    if len(terms) == 1:
        return terms.values()
    joined: dict[_Words, _Term] = {}
    for words, term in terms.items():
        lemmas = tuple([_lemma(word, tag) for word in words])
        known = joined.setdefault(lemmas, term)
        if known is not term:
            known.seen += term.seen
    return joined.values()


def _folded(surface: str) -> str:
    return " ".join(surface.split())


@lru_cache(maxsize=8192)
def _content(surface: str, tag: str) -> _Words:
    """The words in lower case, without the small words and the signs at the edges.

    Empty where none of them has a letter.
    """
    words = _cut(surface)
    own = _small(tag)
    inner = [n for n, word in enumerate(words) if word not in own and any(map(str.isalnum, word))]
    if not any(map(str.isalpha, "".join(words[n] for n in inner))):
        return ()
    return tuple(words[inner[0] : inner[-1] + 1])


def _cut(surface: str) -> list[str]:
    words = surface.split()
    # Most have letters and spaces alone, which are soon cut.
    if max(surface) < _FIRST_UNSPACED and all(map(str.isalpha, words)):
        return surface.casefold().split()
    whole = (surface[start:end].casefold() for start, end in plain_spans(surface))
    # What an apostrophe joins is a word of its own in French and Italian.
    return [part for word in whole for part in _APOSTROPHE.split(word) if part]


@lru_cache(maxsize=8)
def _small(tag: str) -> frozenset[str]:
    return frozenset(small_words(tag))


def _lemma(word: str, tag: str) -> str:
    """The first in the alphabet of a word's dictionary forms."""
    lemmas = lemmatizer(tag)
    return min(lemmas(word), default=word) if lemmas else word


def _same(one: Sequence[str], other: Sequence[str], tag: str) -> bool:
    """Whether two renderings are the same words, in whichever forms."""
    if len(one) != len(other):
        return False
    lemmas = lemmatizer(tag)
    if lemmas is None:
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b or not lemmas(a).isdisjoint(lemmas(b)) for a, b in pairs)
