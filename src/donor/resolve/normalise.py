"""A text as it is compared: without case, without kinds of quotes and dashes, with offsets back.

The folded text is made cluster by cluster, and each of its characters remembers which cluster
it came from. So a match in the folded text is an interval of the text itself, or, where it
would cut a letter ("İ", "ß", "ﬁ", an accent from its base), no match at all.

Most texts have no such letter; they are folded in one go, character for character.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from donor.data import Interval
from donor.languages.characters import LONG_CLUSTER, kinds

__all__ = ["BRACKETS", "QUOTATION_MARK", "Folded", "fold", "without_loose_signs"]

QUOTATION_MARK = '"'
BRACKETS = "()[]{}"

_LONG_PIECE = re.compile(rf"S[SI]*S|{LONG_CLUSTER}")

_ONE_KIND = str.maketrans(
    {
        **dict.fromkeys("'`´‘’‚‛“”„‟«»‹›′″‵‶ʹʺʼ「」『』《》〈〉〝〞〟＂＇｢｣", QUOTATION_MARK),
        **dict.fromkeys("‐‑‒–—―−⁃⸺⸻﹘﹣－", "-"),
        "ı": "i",
    }
)

# Marks that may be written or left out: joiners and variation selectors, Arabic and Hebrew
# vowel signs and tatweel, Russian stress and the dots of ё, and the dot of a folded "İ".
_OPTIONAL = re.compile(
    "[\u034f\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    "|[\u0640\u064b-\u0652\u0670\u06d6-\u06dc]"
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
    "|(?<=е)[\u0300\u0301]*\u0308[\u0300\u0301]*"
    "|(?<=[аеиоуыэюяєі])[\u0300\u0301]+"
    "|(?<=i)\u0307"
)

_LOOSE = rf"[-\s{QUOTATION_MARK}{re.escape(BRACKETS)}]"
# Not between digits, "1 5" is not 15, and not the minus before one.
_LOOSE_SIGNS = re.compile(rf"(?<=\d){_LOOSE}+(?=\d)|(?<![^\W\d])-(?=\d)|(?P<dropped>{_LOOSE})")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts[i]` and `ends[i]` say where its character i stands in the text.

    >>> folded = fold("«Straße»\u00a0 №")
    >>> folded.text
    '"strasse" no'
    >>> list(folded.find("strasse"))
    [Interval(start=1, end=7)]
    >>> list(folded.find("stras"))
    []
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def plain(self) -> bool:
        """Whether each character of the text is folded to one."""
        return isinstance(self.starts, range)

    def find(self, words: str) -> Iterator[Interval]:
        """The places of folded words in the text, overlapping ones too, that cut no letter."""
        first = self.text.find(words) if words else -1
        while first >= 0:
            place = self.place(first, first + len(words) - 1)
            if place:
                yield place
            first = self.text.find(words, first + 1)

    def place(self, first: int, last: int) -> Interval | None:
        """Where the characters from `first` to `last` come from; None where that cuts a letter."""
        begins = first == 0 or self.starts[first - 1] != self.starts[first]
        ends = last + 1 == len(self.text) or self.starts[last + 1] != self.starts[last]
        return Interval(self.starts[first], self.ends[last]) if begins and ends else None

    def of(self, place: Interval) -> str:
        """What is folded of a part of the text."""
        if self.plain:
            return place.of(self.text)
        return self.text[slice(*self._positions(place))]

    def drawn(self, place: Interval) -> Interval:
        """The place without characters at its edges of which nothing is left when folded."""
        if self.plain:
            return place
        first, behind = self._positions(place)
        return Interval(self.starts[first], self.ends[behind - 1]) if first < behind else place

    def before(self, offset: int) -> str:
        """What is folded of the text before an offset, without white space at its end."""
        return self.text[: bisect_left(self.starts, offset)].rstrip()

    def after(self, offset: int) -> str:
        """What is folded of the text from an offset on, without white space at its start."""
        return self.text[bisect_left(self.starts, offset) :].lstrip()

    def preceded(self, offset: int, words: str) -> bool:
        """Whether folded words stand before an offset, and not as the end of a longer word."""
        text, end = self.text, bisect_left(self.starts, offset)
        while end and text[end - 1].isspace():
            end -= 1
        if not text.endswith(words, 0, end):
            return False
        start = end - len(words)
        return not (words and start and text[start - 1].isalnum() and words[0].isalnum())

    def followed(self, offset: int, words: str) -> bool:
        """Whether folded words stand behind an offset, and not as the start of a longer word."""
        text, start = self.text, bisect_left(self.starts, offset)
        while start < len(text) and text[start].isspace():
            start += 1
        if not text.startswith(words, start):
            return False
        end = start + len(words)
        return not (words and end < len(text) and text[end].isalnum() and words[-1].isalnum())

    def _positions(self, place: Interval) -> tuple[int, int]:
        return bisect_left(self.starts, place.start), bisect_left(self.starts, place.end)


def fold(text: str) -> Folded:
    """The text folded: case, ё, quotes, dashes, white space, composed and invisible characters."""
    if _intricate().search(text) is None:
        return Folded(text.translate(_PLAIN), range(len(text)), range(1, len(text) + 1))
    cuts = _cuts(text)
    pieces = [_fold_piece(text[start:end]) for start, end in pairwise(cuts)]
    starts = tuple(start for start, piece in zip(cuts, pieces, strict=False) for _ in piece)
    ends = tuple(end for end, piece in zip(cuts[1:], pieces, strict=True) for _ in piece)
    return Folded("".join(pieces), starts, ends)


def _cuts(text: str) -> list[int]:
    """The offsets at which the text falls into clusters and runs of white space."""
    cut = bytearray(b"\x01") * (len(text) + 1)
    for match in _LONG_PIECE.finditer(kinds(text)):
        cut[match.start() + 1 : match.end()] = bytes(len(match[0]) - 1)
    return [offset for offset, here in enumerate(cut) if here]


@cache
def _intricate() -> "re.Pattern[str]":
    """Finds what is not folded character for character: marks, ligatures, runs of spaces, …

    Only the alphabets of Latin, Greek and Cyrillic and their signs are looked at; all others
    count as intricate.
    """
    codes = (*range(0x0530), *range(0x2010, 0x2023), *range(0x2030, 0x2040), 0x2116)
    simple = "".join(
        re.escape(sign)
        for sign in map(chr, codes)
        if kinds(sign) not in "MCJITE" and len(_fold_piece(sign)) == 1
    )
    return re.compile(rf"[^{simple}]|\s\s")


class _Plain(dict[int, str]):
    """What a code point is folded to, worked out on first sight; `str.translate` reads it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_piece(chr(code))
        return folded


_PLAIN = _Plain()


@lru_cache(maxsize=16_384)
def _fold_piece(piece: str) -> str:
    if piece[0].isspace():
        return " "
    if kinds(piece) == "I":
        return ""
    plain = unicodedata.normalize("NFKD", piece.translate(_ONE_KIND)).casefold()
    decomposed = unicodedata.normalize("NFKD", plain)
    # Compatibility forms of spacing accents begin with a space that is not in the text.
    return unicodedata.normalize("NFC", _OPTIONAL.sub("", decomposed)).strip()


def without_loose_signs(folded: str) -> tuple[str, list[int]]:
    """The text without the signs that may differ, and where its characters were."""
    offsets: list[int] = []
    done = 0
    for match in _LOOSE_SIGNS.finditer(folded):
        if match["dropped"]:
            offsets += range(done, match.start())
            done = match.end()
    offsets += range(done, len(folded))
    return "".join([folded[offset] for offset in offsets]), offsets
