"""Id-bearing tags in a text: put in, taken out, checked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from donor.data import Interval
from donor.project.task import Piece

__all__ = ["Untagged", "insert_tags", "remove_tags"]


@dataclass(frozen=True, slots=True)
class Untagged:
    """A text without its tags, and what each number enclosed, in the order of the text.

    An interval may be empty. `problem` says what is wrong with the tags, or is "".
    """

    text: str
    enclosed: dict[int, list[Interval]]
    problem: str = ""


def insert_tags(text: str, pieces: Iterable[Piece], letter: str) -> str:
    """The text with a pair of tags around each piece, inner pieces inside outer ones.

    >>> both = [Piece(1, Interval(0, 9)), Piece(2, Interval(0, 4))]
    >>> insert_tags("cell wall", both, "s")
    '<s1><s2>cell</s2> wall</s1>'
    """
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


def _in_order(marks: Sequence[tuple[int, int, int, str]]) -> list[tuple[int, int, int, str]]:
    """By place; closing before opening; outer tags open first and close last."""
    opened = {mark[3]: n for n, mark in enumerate(m for m in marks if m[1] == 1)}

    def rank(mark: tuple[int, int, int, str]) -> tuple[int, int, int, int]:
        order = opened.get(mark[3].replace("</", "<"), 0)
        return (*mark[:3], order if mark[1] else -order)

    return sorted(marks, key=rank)


def remove_tags(tagged: str, letter: str) -> Untagged:
    """The text without the tags of this letter, and the intervals that they enclosed.

    >>> remove_tags("<s1>стенка</s1> клетки", "s")
    Untagged(text='стенка клетки', enclosed={1: [Interval(start=0, end=6)]}, problem='')
    """
    parts: list[str] = []
    enclosed: dict[int, list[Interval]] = {}
    open_at: dict[int, int] = {}
    problem = ""
    at = done = 0
    for tag in re.finditer(rf"<(/?){letter}([0-9]{{1,6}})>", tagged):
        parts.append(tagged[done : tag.start()])
        at += tag.start() - done
        done = tag.end()
        number = int(tag[2])
        if not tag[1]:
            if number in open_at:
                problem = problem or f"tag {tag[0]} opens twice before it closes"
            open_at[number] = at
        elif number in open_at:
            enclosed.setdefault(number, []).append(Interval(open_at.pop(number), at))
        else:
            problem = problem or f"tag {tag[0]} closes what is not open"
    for number in open_at:
        problem = problem or f"tag <{letter}{number}> does not close"
    return Untagged("".join([*parts, tagged[done:]]), enclosed, problem)
