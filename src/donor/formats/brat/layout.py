"""The segments of a text that no tool divided: its lines, or its paragraphs if lines run on."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

from donor.data import Interval

__all__ = ["segments_of"]

_LINE = re.compile(r"[^\n]+")
_BLANK = re.compile(r"\n\s*\n")
_SENTENCE_END = tuple('.!?…:;。！？।؟۔"”»’)]')


def segments_of(text: str, whole: Iterable[Interval] = ()) -> tuple[Interval, ...]:
    """The lines, without the white space around them; no border lies inside one of `whole`.

    Where most lines run on in the next, as in a text that is wrapped at some width, the
    paragraphs between blank lines.
    """
    lines = list(_lines(text))
    wrapped = _wrapped(lines, text)
    held = sorted(whole)
    starts = [part.start for part in held]
    reach = list(accumulate((part.end for part in held), max, initial=0))
    segments = lines[:1]
    for left, right in pairwise(lines):
        crossed = reach[bisect_left(starts, left.end)] > right.start
        if crossed or (wrapped and _neighbours(left, right, text)):
            segments[-1] = Interval(segments[-1].start, right.end)
        else:
            segments.append(right)
    return tuple(segments)


def _lines(text: str) -> Iterator[Interval]:
    """The lines that are not blank, without the white space around them."""
    for match in _LINE.finditer(text):
        line = match[0]
        start = match.start() + len(line) - len(line.lstrip())
        end = match.start() + len(line.rstrip())
        if start < end:
            yield Interval(start, end)


def _neighbours(left: Interval, right: Interval, text: str) -> bool:
    return not _BLANK.search(text, left.end, right.start)


def _wrapped(lines: list[Interval], text: str) -> bool:
    """Whether at least half of the lines run on in the middle of a sentence."""
    together = [pair for pair in pairwise(lines) if _neighbours(*pair, text)]
    run_on = sum(
        text[right.start].islower() and not left.of(text).endswith(_SENTENCE_END)
        for left, right in together
    )
    return run_on > 0 and 2 * run_on >= len(together)
