"""How an .ann file counts its text, and how brat breaks a span at the ends of lines."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from donor.data import Interval

__all__ = ["Counting", "agrees", "countings", "joined", "pieces"]

_BREAK = r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"
_GAP = re.compile(rf"\s*{_BREAK}\s*")


@dataclass(frozen=True)
class Counting:
    r"""Offsets of a file to and from those of the text.

    Args:
        text: the text, without a byte order mark.
        mark: whether the byte order mark counts as a character.
        breaks: whether `\r\n` counts as one character, as to a tool that translates line ends.
    """

    text: str
    mark: bool = False
    breaks: bool = False

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start() for m in re.finditer("\r\n", self.text)] if self.breaks else []

    @cached_property
    def _counted(self) -> list[int]:
        return [start - n for n, start in enumerate(self._starts)]

    def inside(self, offset: int) -> int:
        """The offset in the text of an offset of the file; may be outside the text."""
        offset -= self.mark
        return offset + bisect_left(self._counted, offset)

    def outside(self, offset: int) -> int:
        """The file's offset of an offset in the text."""
        return offset - bisect_left(self._starts, offset) + self.mark


def countings(text: str, mark: bool) -> Iterator[Counting]:
    """The ways in which a file may count this text, the likeliest first."""
    for breaks in (False, True) if "\r\n" in text else (False,):
        for counted in (False, True) if mark else (False,):
            yield Counting(text, counted, breaks)


def agrees(said: str | None, fragments: Iterable[Interval], text: str) -> bool:
    """Whether a span's text in the file is what it covers, but for white space.

    brat puts a space between two fragments, other tools nothing.
    """
    if said is None:
        return True
    parts = [fragment.of(text) for fragment in fragments]
    words = said.split()
    return words == " ".join(parts).split() or words == "".join(parts).split()


def joined(fragments: Iterable[Interval], text: str) -> tuple[Interval, ...]:
    """The fragments, those made one between which there is nothing but an end of line."""
    found: list[Interval] = []
    for part in fragments:
        if found and _GAP.fullmatch(text, found[-1].end, max(found[-1].end, part.start)):
            part = Interval(found.pop().start, part.end)
        found.append(part)
    return tuple(found)


def pieces(fragments: Iterable[Interval], text: str) -> tuple[Interval, ...]:
    """The fragments as brat wants them: none over an end of line, none of white space alone."""
    found: list[Interval] = []
    for fragment in fragments:
        start = fragment.start
        for gap in _GAP.finditer(text, fragment.start, fragment.end):
            found.append(Interval(start, gap.start()))
            start = gap.end()
        found.append(Interval(start, fragment.end))
    return tuple([piece for piece in found if piece.of(text).strip()])
