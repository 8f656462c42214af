"""Offsets in UTF-16 units, as browsers count, and in code points, as Donor counts."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

__all__ = ["CODE_POINTS", "UTF_16", "Units", "likelier_unit"]

CODE_POINTS = "code-points"
UTF_16 = "utf-16"


class Units:
    """The offsets of one text, from one unit to the other.

    >>> units = Units("😀 ok", UTF_16)
    >>> units.read(3), units.written(2)
    (2, 3)
    """

    def __init__(self, text: str, unit: str) -> None:
        self._counts: Sequence[int] | None = None
        if unit == UTF_16 and not (text.isascii() or max(text) <= "\uffff"):
            self._counts = list(accumulate((1 + (c > "\uffff") for c in text), initial=0))
            self._points = {count: n for n, count in enumerate(self._counts)}

    def read(self, offset: int) -> int:
        """The offset in code points. Raises ValueError inside a character or outside the text."""
        if self._counts is None:
            return offset
        try:
            return self._points[offset]
        except KeyError:
            raise ValueError(
                f"offset {offset} is inside a character or outside the text, in UTF-16 units"
            ) from None

    def written(self, offset: int) -> int:
        """The offset in code points, in the unit of the file."""
        return offset if self._counts is None else self._counts[offset]


def likelier_unit(text: str, places: Iterable[tuple[int, int]], *, usual: str = UTF_16) -> str:
    """The usual unit, unless the places make sense in the other alone: they do not cut words.

    >>> likelier_unit("😀 ok", [(2, 4)]), likelier_unit("😀 ok", [(3, 5)])
    ('code-points', 'utf-16')
    """
    if text.isascii() or max(text) <= "\uffff":
        return usual
    some, other = list(places), CODE_POINTS if usual == UTF_16 else UTF_16
    return other if _flaws(text, some, usual) and not _flaws(text, some, other) else usual


def _flaws(text: str, places: Iterable[tuple[int, int]], unit: str) -> float:
    """How many edges lie inside a word or next to their own white space; infinite if impossible."""
    units = Units(text, unit)
    try:
        found = [(units.read(start), units.read(end)) for start, end in places]
    except ValueError:
        return float("inf")
    if any(not 0 <= start < end <= len(text) for start, end in found):
        return float("inf")
    return sum(
        _cut(text, start) + _cut(text, end) + _loose(text[start:end]) for start, end in found
    )


def _cut(text: str, edge: int) -> bool:
    return text[edge - 1 : edge].isalnum() and text[edge : edge + 1].isalnum()


def _loose(surface: str) -> bool:
    return surface != surface.strip()
