"""Where the words of a text stand when it is set in lines of monospace cells."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from donor.data import Interval
from donor.report.visible import cell_widths, reads_leftwards

__all__ = ["Line", "Stretch", "Word", "is_free", "lay_out", "stack"]

_ATOM = re.compile(r"\S+\s*|\s+")
_RUN = re.compile(r"\S+|\s+")
_CLOSING = frozenset({"Pe", "Pf", "Po"})


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A part of a line, in cells from the left."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters that is drawn as one."""

    text: str
    place: Stretch
    leftwards: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text that is set.

    Attributes:
        extent: the characters of the line; each character of the text is in one line.
        solid: how many there are before the white space at the end.
        places: the place of each of them.
        words: what is to be drawn.
    """

    extent: Interval
    solid: int
    places: tuple[Stretch, ...]
    words: tuple[Word, ...]

    def pieces(self, interval: Interval) -> tuple[Stretch, ...]:
        """Where the characters of the interval stand, neighbours joined, from the left.

        White space at the end of the line is left out, unless there is nothing else.
        """
        start = max(interval.start, self.extent.start) - self.extent.start
        end = min(interval.end, self.extent.end) - self.extent.start
        if start < self.solid:
            end = min(end, self.solid)
        pieces: list[Stretch] = []
        for place in sorted(self.places[start : max(start, end)]):
            if pieces and place.left <= pieces[-1].right:
                place = Stretch(pieces[-1].left, max(place.right, pieces.pop().right))
            pieces.append(place)
        return tuple(pieces)


def lay_out(text: str, columns: int, breaks: Collection[int] = ()) -> tuple[Line, ...]:
    """The lines of a text.

    Lines break at white space and around wide characters, after a line feed, and before each
    offset of `breaks`. Words of the other direction stand in the order in which they are read
    (words, not letters, are what is ordered: a simplification of Unicode's algorithm).
    """
    widths = cell_widths(text)
    leftwards = bool(reads_leftwards(text))
    forced = {at for at in breaks if 0 < at < len(text)}
    forced |= {match.end() for match in re.finditer("\n", text) if match.end() < len(text)}
    starts = _line_starts(text, widths, columns, forced)
    return tuple(
        _set_line(text, Interval(start, end), widths, columns, leftwards)
        for start, end in pairwise([*starts, len(text)])
    )


def stack(extents: Sequence[tuple[float, float]]) -> list[int]:
    """The lowest level for each extent on which it meets none of those before it.

    >>> stack([(0, 3), (2, 5), (3, 4)])
    [0, 1, 0]
    """
    levels: list[list[tuple[float, float]]] = []
    taken: list[int] = []
    for left, right in extents:
        free = (n for n, level in enumerate(levels) if is_free(level, left, right))
        level = next(free, len(levels))
        if level == len(levels):
            levels.append([])
        levels[level].append((left, right))
        taken.append(level)
    return taken


def is_free(level: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    """Whether a level has nothing between left and right."""
    return all(right <= other[0] or other[1] <= left for other in level)


def _line_starts(
    text: str, widths: Sequence[int], columns: int, forced: Collection[int]
) -> list[int]:
    starts: list[int] = []
    used = 0
    for start, end in _atoms(text, widths, columns, forced):
        solid = sum(widths[start : start + len(text[start:end].rstrip())])
        if not starts or start in forced or used + solid > columns:
            starts.append(start)
            used = 0
        used += sum(widths[start:end])
    return starts or [0]


def _atoms(
    text: str, widths: Sequence[int], columns: int, forced: Collection[int]
) -> Iterator[tuple[int, int]]:
    at = {0, len(text), *forced}
    at |= {match.start() for match in _ATOM.finditer(text)}
    at |= {n for n in range(1, len(text)) if _breaks_before(text, widths, n)}
    totals = list(accumulate(widths, initial=0))
    for start, end in pairwise(sorted(at)):
        while totals[start + len(text[start:end].rstrip())] - totals[start] > columns:
            cut = max(start + 1, bisect_right(totals, totals[start] + columns) - 1)
            yield start, cut
            start = cut
        yield start, end


def _breaks_before(text: str, widths: Sequence[int], at: int) -> bool:
    if text[at].isspace() or not widths[at] or unicodedata.category(text[at]) in _CLOSING:
        return False
    if unicodedata.category(text[at - 1]) == "Ps":
        return False
    return widths[at] == 2 or widths[at - 1] == 2


def _set_line(
    text: str, extent: Interval, widths: Sequence[int], columns: int, leftwards: bool
) -> Line:
    words = [Interval(m.start(), m.end()) for m in _RUN.finditer(text, extent.start, extent.end)]
    at = columns - sum(widths[extent.start : extent.end]) if leftwards else 0
    places = [Stretch(0, 0)] * len(extent)
    drawn: list[Word] = []
    for word, turned in _in_sight_order(text, words, leftwards):
        start = at
        order = range(word.start, word.end)
        for position in reversed(order) if turned else order:
            places[position - extent.start] = _clipped(at, at + widths[position], columns)
            at += widths[position]
        if not text[word.start].isspace():
            drawn.append(Word(word.of(text), _clipped(start, at, columns), turned))
    return Line(extent, len(extent.of(text).rstrip()), tuple(places), tuple(drawn))


def _clipped(left: int, right: int, columns: int) -> Stretch:
    """Without what white space hangs over the edge."""
    return Stretch(min(max(left, 0), columns), min(max(right, 0), columns))


def _in_sight_order(
    text: str, words: Sequence[Interval], leftwards: bool
) -> list[tuple[Interval, bool]]:
    """The words from left to right, and whether their letters run to the left."""
    directions = [reads_leftwards(word.of(text)) for word in words]
    strong = [n for n, direction in enumerate(directions) if direction is not None]
    against = [direction is (not leftwards) for direction in directions]
    for before, after in pairwise(strong):  # what stands between two words goes with them
        if against[before] and against[after]:
            against[before:after] = [True] * (after - before)
    ordered: list[tuple[Interval, bool]] = []
    for turned, group in groupby(range(len(words)), key=lambda n: against[n]):
        block = [(words[n], bool(directions[n])) for n in group]
        ordered += reversed(block) if turned else block
    return ordered[::-1] if leftwards else ordered
