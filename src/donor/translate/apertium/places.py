"""Where the spans of a document stand in its translation, by the marks that came back."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from donor.data import Candidate, Declined, Document, Interval, Intervals, Reason, Span
from donor.data.markup import Piece, pieces_of
from donor.data.once import made_once
from donor.languages import Language
from donor.languages.codes import primary
from donor.languages.function_words import small_words
from donor.translate.apertium.stream import Marked

__all__ = ["METHOD", "numbered_pieces", "placed"]

METHOD = "apertium"

# What a rule puts before a noun, with the noun's mark: articles, also grown together with a
# preposition.
_ARTICLES: Mapping[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "ca": "el la els les del dels al als pel pels",
        "en": "the a an",
        "es": "el la los las lo del al",
        "fr": "le la les du des au aux",
        "gl": "o a os as do da dos das ao aos á ás",
        "it": "il lo la i gli le del dello della dei degli delle al allo alla ai agli alle",
        "oc": "lo la los las",
        "pt": "o a os as do da dos das ao aos à às no na nos nas",
    }.items()
}
# Of a longer span, which may well be a clause, the article is a part.
_PHRASE_WORDS = 5
_FIRST_WORD = re.compile(r"(\w+)\s+(?=\w)")
_SIGNS_BEFORE, _SIGNS_BEHIND = re.compile(r"[^\w\s]*"), re.compile(r"[^\w\s]*\Z")

# A rule that moves an adjective or an adverb into a span moves one or two words. More of them are
# words of the sentence around, and the span's own are really apart.
_WORDS_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a fragment.

    Args:
        interval: from its first to its last word, with the signs at its edges.
        parts: in how many parts, with words between them, it came back.
        between: how many words between them come from elsewhere in the source.
    """

    interval: Interval
    parts: int
    between: int


def numbered_pieces(document: Document) -> dict[int, list[Piece]]:
    """The pieces of the spans by segment; each fragment of a span has a number of its own, from 1.

    The numbers go on from span to span.
    """
    fragments = [fragment for span in document.spans for fragment in span.fragments]
    return pieces_of({n: (fragment,) for n, fragment in enumerate(fragments, start=1)}, document)


def placed(
    document: Document,
    target: Document,
    languages: tuple[Language, Language],
    marked: Sequence[Marked],
) -> Iterator[Candidate | Declined]:
    """What the marks say of each span of the document.

    Args:
        document: the source.
        target: its translation.
        languages: of the two.
        marked: what of the whole target text comes from which piece, in order.
    """
    marks = _Marks(document.text, target.text, languages, marked)
    numbers = count(1)
    for span in document.spans:
        places = [marks.place(next(numbers), fragment) for fragment in span.fragments]
        yield _answer(span, [place for place in places if place is not None])


def _answer(span: Span, places: Sequence[_Place]) -> Candidate | Declined:
    if not places:
        what = "the translation has none of its words"
        return Declined(span.id, METHOD, Reason.NO_COUNTERPART, what)
    torn = max(places, key=lambda place: place.between)
    if torn.between > _WORDS_BETWEEN:
        what = f"its words came back in {torn.parts} places, with {torn.between} others between"
        return Declined(span.id, METHOD, Reason.AMBIGUOUS, what)
    evidence = (
        ("parts", float(sum(place.parts for place in places))),
        ("words between", float(sum(place.between for place in places))),
    )
    answer = Intervals(_disjoint([place.interval for place in places]))
    return Candidate(span.id, METHOD, answer, evidence=evidence)


@dataclass(frozen=True)
class _Marks:
    """The marks of a whole translation."""

    source: str
    target: str
    languages: tuple[Language, Language]
    marked: Sequence[Marked]

    @made_once
    def own(self) -> dict[int, list[Interval]]:
        """The marked words of each number."""
        found: dict[int, list[Interval]] = {}
        for one in self.marked:
            for number in one.numbers:
                found.setdefault(number, []).append(one.interval)
        return found

    @made_once
    def starts(self) -> list[int]:
        """Where what is marked begins."""
        return [one.interval.start for one in self.marked]

    def place(self, number: int, fragment: Interval) -> _Place | None:
        """The place of a fragment of the source; None if none of its words came back."""
        own = self.own.get(number)
        if own is None:
            return None
        gaps = [Interval(left.end, right.start) for left, right in pairwise(own)]
        between = sum(self._others(gap, number) for gap in gaps)
        parts = 1 + sum(any(map(str.isalnum, gap.of(self.target))) for gap in gaps)
        whole = Interval(own[0].start, own[-1].end)
        return _Place(self._fitted(whole, fragment.of(self.source)), parts, between)

    def _others(self, gap: Interval, number: int) -> int:
        """How many words that come from elsewhere in the source stand in a gap."""
        first, last = bisect_left(self.starts, gap.start), bisect_left(self.starts, gap.end)
        return sum(
            number not in one.numbers and any(map(str.isalnum, one.interval.of(self.target)))
            for one in self.marked[first:last]
        )

    def _fitted(self, place: Interval, words: str) -> Interval:
        """The place without an article that the source lacks, with the signs that it has.

        Quotation marks come back without a mark.
        """
        start, end = place.start, place.end
        first = _FIRST_WORD.match(self.target, start, end)
        if first and self._put_in(first[1].lower(), words):
            start = first.end()
        before, behind = _signs(_SIGNS_BEFORE, words), _signs(_SIGNS_BEHIND, words)
        if not self.target.startswith(before, start):
            start -= _most(
                n for n in _lengths(before) if self.target.endswith(before[:n], 0, start)
            )
        if not self.target.endswith(behind, start, end):
            end += _most(n for n in _lengths(behind) if self.target.startswith(behind[-n:], end))
        return Interval(start, end)

    @made_once
    def articles(self) -> frozenset[str]:
        """The articles of the target language."""
        return _ARTICLES.get(primary(self.languages[1].tag), frozenset())

    def _put_in(self, word: str, fragment: str) -> bool:
        """Whether the first word is an article that a fragment of the source does not have.

        A fragment that begins with a small word, or with the very same one, may have it.
        """
        words = fragment.split()
        begin = words[0].lower()
        if word not in self.articles or word == begin or len(words) > _PHRASE_WORDS:
            return False
        return begin not in small_words(self.languages[0].tag)


def _signs(pattern: re.Pattern[str], words: str) -> str:
    match = pattern.search(words.strip())
    return match[0] if match else ""


def _lengths(signs: str) -> range:
    return range(1, len(signs) + 1)


def _most(lengths: Iterable[int]) -> int:
    return max(lengths, default=0)


def _disjoint(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """The intervals in order, those that overlap made one."""
    joined: list[Interval] = []
    for one in sorted(intervals):
        if joined and joined[-1].end > one.start:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)
