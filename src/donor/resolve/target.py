"""The target text, read once for all candidates."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from donor.data import Interval
from donor.data.once import made_once
from donor.languages import lemmatizer
from donor.languages.characters import is_edge
from donor.languages.tokens import plain_spans
from donor.resolve.normalise import Folded, fold, without_loose_signs

if TYPE_CHECKING:
    from donor.resolve.lookup import Lookup

__all__ = ["Target", "Word", "words_of"]

K = TypeVar("K", bound=Hashable)


class Word(NamedTuple):
    """A word of a text or a quote: where it stands, and how it is compared."""

    start: int
    end: int
    folded: str


@dataclass(frozen=True)
class Target:
    """A text in which quotes are looked for; each view of it is made once, on first use.

    `lookups` has what was found for each quote, since the next span may quote the same words.
    """

    text: str
    language: str
    lookups: "dict[str, Lookup]" = field(default_factory=dict)

    @made_once
    def folded(self) -> Folded:
        """The text as the normalised tier compares it."""
        return fold(self.text)

    @made_once
    def words(self) -> tuple[Word, ...]:
        """The words of the text, without signs."""
        return words_of(self.text, self.folded)

    @made_once
    def index(self) -> dict[str, list[int]]:
        """For each folded word, where it stands among the words."""
        index: dict[str, list[int]] = {}
        for position, word in enumerate(self.words):
            index.setdefault(word.folded, []).append(position)
        return index

    @made_once
    def by_beginning(self) -> dict[str, list[str]]:
        """The different folded words, by their first two letters."""
        return _listed((word[:2], word) for word in self.index)

    @made_once
    def by_lemma(self) -> dict[str, list[str]]:
        """The different folded words, by each of their dictionary forms, where those are known."""
        lemmas = lemmatizer(self.language)
        if lemmas is None:
            return {}
        return _listed((lemma, word) for word in self.index for lemma in lemmas(word))

    @made_once
    def by_length(self) -> dict[tuple[str, int], list[str]]:
        """The different folded words, by their first letter and their length."""
        return _listed(((word[0], len(word)), word) for word in self.index)

    @made_once
    def compact(self) -> tuple[str, Sequence[int]]:
        """The folded text without the signs that may differ, and where its characters were."""
        return without_loose_signs(self.folded.text)

    def positions(self, folded: Iterable[str]) -> list[int]:
        """Where different folded words stand among the words, in the order of the text."""
        found = [at for word in folded for at in self.index[word]]
        found.sort()
        return found

    def on_edges(self, place: Interval) -> bool:
        """Whether a quotation may begin and end where the place does."""
        return is_edge(self.text, place.start) and is_edge(self.text, place.end)

    def written(self, surface: str) -> Iterator[Interval]:
        """Where the very characters stand, on the edges of words or not."""
        first = self.text.find(surface) if surface else -1
        while first >= 0:
            yield Interval(first, first + len(surface))
            first = self.text.find(surface, first + 1)

    def exact(self, surface: str) -> tuple[Interval, ...]:
        """Where the very characters stand on the edges of words."""
        if not surface or surface[0].isspace() or surface[-1].isspace():
            return ()
        text, length, places = self.text, len(surface), []
        start = text.find(surface)
        while start >= 0:
            if is_edge(text, start) and is_edge(text, start + length):
                places.append(Interval(start, start + length))
            start = text.find(surface, start + 1)
        return tuple(places)

    def normalised(self, folded: str) -> tuple[Interval, ...]:
        """Where folded words stand on the edges of words."""
        return tuple(filter(self.on_edges, self.folded.find(folded)))


def _listed(pairs: Iterable[tuple[K, str]]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = {}
    for key, word in pairs:
        found.setdefault(key, []).append(word)
    return found


def words_of(text: str, folded: Folded) -> tuple[Word, ...]:
    """The words of a text, without its signs."""
    spans = plain_spans(text)
    if folded.plain:
        whole = folded.text
        found = [Word(start, end, whole[start:end]) for start, end in spans]
    else:
        tokens = [Interval(start, end) for start, end in spans]
        drawn = [folded.drawn(token) for token in tokens]
        found = [
            Word(place.start, place.end, folded.of(token))
            for token, place in zip(tokens, drawn, strict=True)
        ]
    return tuple([word for word in found if word[2].isalnum() or _has_letters(word[2])])


def _has_letters(folded: str) -> bool:
    return len(folded) > 1 and any(map(str.isalnum, folded))
