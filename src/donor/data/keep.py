"""What of a text stays untranslated, found among thousands of kept words at once."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

__all__ = ["Kept", "KeptIndex"]

Kept = str | re.Pattern[str]
"""Words that are kept as they are, on the edges of words; or an expression that finds what is."""

# A text falls into these: a run of letters and digits, with the sign before it.
_PIECE = re.compile(r"\W\w*|\w+")
_FIRST_PIECE = _PIECE.match
_Found = tuple[int, int, str]
"""Where it stands, its line in the list, and what it is: so they are put in order."""


@dataclass(frozen=True, slots=True)
class KeptIndex:
    """A keep-list, its words by the piece of a text that they begin with.

    Attributes:
        by_piece: the words and their lines, by what a text surely has as a piece where they are.
        others: the words of which that is not sure, such as a lone sign.
        expressions: the expressions and their lines; each is looked for by itself.
    """

    by_piece: dict[str, list[tuple[int, str]]]
    others: Sequence[tuple[int, str]]
    expressions: Sequence[tuple[int, re.Pattern[str]]]

    @classmethod
    def of(cls, kept: Sequence[Kept]) -> "KeptIndex":
        """The index of a list."""
        by_piece: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        others: list[tuple[int, str]] = []
        expressions: list[tuple[int, re.Pattern[str]]] = []
        for line, one in enumerate(kept):
            if isinstance(one, re.Pattern):
                expressions.append((line, one))
            elif one.strip():
                piece = _first_piece(one)
                (by_piece[piece] if piece else others).append((line, one))
        return cls(dict(by_piece), others, expressions)

    def found(self, text: str) -> tuple[str, ...]:
        """What of a text is kept, each once, in the order of the text."""
        found = [*self._words(text), *self._others(text), *self._matches(text)]
        return tuple(dict.fromkeys(what for _, _, what in sorted(found)))

    def _words(self, text: str) -> Iterator[_Found]:
        for match in _PIECE.finditer(text):
            piece, start = match[0], match.start()
            yield from self._beginning(piece, text, start)
            # The run behind a sign begins words of its own.
            if len(piece) > 1 and not _is_wordy(piece[0]):
                yield from self._beginning(piece[1:], text, start + 1)

    def _beginning(self, piece: str, text: str, start: int) -> Iterator[_Found]:
        for line, words in self.by_piece.get(piece, ()):
            if text.startswith(words, start) and _ends_well(words, text, start):
                yield start, line, words

    def _others(self, text: str) -> Iterator[_Found]:
        for line, words in self.others:
            start = text.find(words)
            while start >= 0:
                if _begins_well(words, text, start) and _ends_well(words, text, start):
                    yield start, line, words
                    break
                start = text.find(words, start + 1)

    def _matches(self, text: str) -> Iterator[_Found]:
        for line, expression in self.expressions:
            for match in expression.finditer(text):
                if match[0].strip():
                    yield match.start(), line, match[0]


def _first_piece(words: str) -> str:
    """The piece that a text has where the words stand; "" if it may be a longer one."""
    match = _FIRST_PIECE(words)
    piece = match[0] if match else ""
    cut_off = piece == words and not words[-1].isalnum()
    inside = _is_wordy(words[0]) and not words[0].isalnum()
    return "" if cut_off or inside else piece


def _begins_well(words: str, text: str, start: int) -> bool:
    return not (words[0].isalnum() and start and _is_wordy(text[start - 1]))


def _ends_well(words: str, text: str, start: int) -> bool:
    after = text[start + len(words) : start + len(words) + 1]
    if not after or after.isascii():
        return not (after and words[-1].isalnum() and _is_wordy(after))
    # A mark belongs to the letter before it: "house" and an acute accent is no "house".
    return category(after)[0] != "M" and not (words[-1].isalnum() and _is_wordy(after))


def _is_wordy(sign: str) -> bool:
    """Whether a character is what `\\w` stands for."""
    return sign.isalnum() or sign == "_"
