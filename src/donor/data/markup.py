"""Id-bearing tags in a text: put in, taken out, checked."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from donor.data.document import Document
from donor.data.quick import quickly_made
from donor.data.span import Interval

__all__ = [
    "Piece",
    "Untagged",
    "free_letter",
    "insert_tags",
    "miscounted",
    "pieces_of",
    "remove_tags",
    "sound_numbers",
]


@quickly_made
@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a span's fragment that lies in one segment; offsets count in the segment.

    Spans go by their number in the document, from 1, in everything that a model sees.
    """

    number: int
    interval: Interval


@quickly_made
@dataclass(frozen=True, slots=True)
class Untagged:
    """A text without its tags, and what each number enclosed, in the order of the text.

    An interval may be empty. `problem` says what is wrong with the tags, or is "", and `broken`
    of which numbers.
    """

    text: str
    enclosed: dict[int, list[Interval]]
    problem: str = ""
    broken: frozenset[int] = frozenset()


def insert_tags(text: str, pieces: Iterable[Piece], letter: str) -> str:
    """The text with a pair of tags around each piece, inner pieces inside outer ones.

    >>> both = [Piece(1, Interval(0, 9)), Piece(2, Interval(0, 4))]
    >>> insert_tags("cell wall", both, "s")
    '<s1><s2>cell</s2> wall</s1>'
    """
    pieces = tuple(pieces)
    if len(pieces) == 1:
        return _with_tags(text, pieces[0], letter)
    marks: list[tuple[int, int, int, str]] = []
    for piece in pieces:
        start, end = piece.interval.start, piece.interval.end
        marks.append((start, 1, -end, f"<{letter}{piece.number}>"))
        marks.append((end, 0, -start, f"</{letter}{piece.number}>"))
    parts: list[str] = []
    done = 0
    for at, _, _, mark in _in_order(marks):
        parts += [text[done:at], mark]
        done = at
    return "".join([*parts, text[done:]])


def _with_tags(text: str, piece: Piece, letter: str) -> str:
    start, end, name = piece.interval.start, piece.interval.end, f"{letter}{piece.number}"
    return f"{text[:start]}<{name}>{text[start:end]}</{name}>{text[end:]}"


def _in_order(marks: Sequence[tuple[int, int, int, str]]) -> list[tuple[int, int, int, str]]:
    """By place; closing before opening; outer tags open first and close last."""
    opened = {mark[3]: n for n, mark in enumerate(m for m in marks if m[1] == 1)}

    def rank(mark: tuple[int, int, int, str]) -> tuple[int, int, int, int]:
        order = opened.get(mark[3].replace("</", "<"), 0)
        return (*mark[:3], order if mark[1] else -order)

    return sorted(marks, key=rank)


def remove_tags(tagged: str, letter: str) -> Untagged:
    """The text without the tags of this letter, and the intervals that they enclosed.

    >>> remove_tags("<s1>стенка</s1> клетки", "s").enclosed
    {1: [Interval(start=0, end=6)]}
    """
    enclosed: dict[int, list[Interval]] = {}
    open_at: dict[int, int] = {}
    problem, broken = "", set[int]()
    # Text, slash, digits, text, slash, digits, text …
    cut = _tags(letter).split(tagged)
    at = 0
    for n in range(1, len(cut), 3):
        at += len(cut[n - 1])
        number = int(cut[n + 1])
        if not cut[n]:
            if number in open_at:
                broken.add(number)
                problem = problem or f"tag <{letter}{cut[n + 1]}> opens twice before it closes"
            open_at[number] = at
        elif number in open_at:
            enclosed.setdefault(number, []).append(Interval(open_at.pop(number), at))
        else:
            broken.add(number)
            problem = problem or f"tag </{letter}{cut[n + 1]}> closes what is not open"
    for number in open_at:
        problem = problem or f"tag <{letter}{number}> does not close"
    broken.update(open_at)
    return Untagged("".join(cut[::3]), enclosed, problem, frozenset(broken))


@lru_cache(maxsize=64)
def _tags(letter: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){letter}([0-9]{{1,6}})>")


def miscounted(
    enclosed: Mapping[int, Sequence[Interval]], pieces: Iterable[Piece], letter: str
) -> str:
    """What is wrong with the tags of a segment, or "": each id stands there as in the source.

    A span that has several pieces in the source may have fewer.
    """
    wanted = _counted(pieces)
    for number in enclosed:
        if number not in wanted:
            return f"tag <{letter}{number}> is not in the source segment"
    for number, most in wanted.items():
        n = len(enclosed.get(number, ()))
        if not 1 <= n <= most:
            return f"tag <{letter}{number}> stands {n} times, expected {most}"
    return ""


def _counted(pieces: Iterable[Piece]) -> dict[int, int]:
    """How many pieces there are of each number."""
    counts: dict[int, int] = {}
    for piece in pieces:
        counts[piece.number] = counts.get(piece.number, 0) + 1
    return counts


def sound_numbers(untagged: Untagged, pieces: Iterable[Piece]) -> list[int]:
    """The numbers whose own tags stand as in the source, whatever the others do."""
    wanted = _counted(pieces)
    return [
        number
        for number, most in wanted.items()
        if number not in untagged.broken and 1 <= len(untagged.enclosed.get(number, ())) <= most
    ]


def free_letter(text: str) -> str:
    """The first letter of the tag names: one that the text does not already use in this way.

    >>> free_letter("a <S>trikethrough</S>")
    't'
    """
    if "<" not in text:
        return "s"
    lower = text.lower()
    free = (name for name in "stuvwxyzabcdefg" if f"<{name}" not in lower)
    return next((name for name in free if f"</{name}" not in lower), "donor")


def pieces_of(
    fragments: Mapping[int, Sequence[Interval]], document: Document
) -> dict[int, list[Piece]]:
    """The pieces of numbered fragments by the segment of the document in which they lie.

    A part that is nothing but white space has no counterpart to ask for.
    """
    found: dict[int, list[Piece]] = {}
    if len(document.segments) == 1:  # most documents: there is nothing to look for
        for number, parts in fragments.items():
            for part in _inside(parts, document.segments[0], document.text):
                found.setdefault(0, []).append(Piece(number, part))
        return found
    ends = [segment.end for segment in document.segments]
    for number, parts in fragments.items():
        if not parts:
            continue
        first = min([part.start for part in parts])
        last = max([part.end for part in parts])
        for position in range(bisect_right(ends, first), len(ends)):
            segment = document.segments[position]
            if segment.start >= last:
                break
            own = _inside(parts, segment, document.text)
            if own:
                found.setdefault(position, []).extend([Piece(number, part) for part in own])
    return found if len(found) < 2 else dict(sorted(found.items()))


def _inside(fragments: Sequence[Interval], segment: Interval, text: str) -> list[Interval]:
    """The parts of the fragments inside a segment, counted from its start."""
    inside = []
    begin, finish = segment.start, segment.end
    for fragment in fragments:
        start, end = max(fragment.start, begin), min(fragment.end, finish)
        if start < end and not text[start:end].isspace():
            inside.append(Interval(start - begin, end - begin))
    return inside
