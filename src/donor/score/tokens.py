"""Spans as runs of tokens, one label a token: what a tagger could say, and seqeval would count."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

from donor.data import Interval
from donor.languages.tokens import plain_spans

__all__ = ["Edges", "Run", "flat"]

Run = tuple[str, int, int, str | None]
"""A label, where its first token begins and its last ends, and what tells it from its like."""


class Edges:
    """Where the tokens of a text begin and end.

    The tokens are those that its document brings; else the text is cut by the one rule for all
    languages, which no installed library changes, and only where an edge is asked for.
    """

    __slots__ = ("_ends", "_starts", "_text")

    def __init__(self, text: str, tokens: Sequence[Interval] = ()) -> None:
        self._text = text
        self._starts = [token.start for token in tokens]
        self._ends = [token.end for token in tokens]

    def run(self, start: int, end: int) -> tuple[int, int] | None:
        """The edges of the tokens under a stretch of text; None where there is no token.

        >>> Edges("the well-known ion").run(8, 15)
        (4, 14)
        """
        if not self._starts:
            return self._words(start, end)
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end)
        return (self._starts[first], self._ends[last - 1]) if first < last else None

    def _words(self, start: int, end: int) -> tuple[int, int] | None:
        """The same where only the words at both edges are cut: no token goes over white space."""
        text = self._text
        if text[start].isspace() or text[end - 1].isspace():
            surface = text[start:end]
            stripped = surface.strip()
            if not stripped:
                return None
            start += surface.index(stripped)
            end = start + len(stripped)
        if start and not text[start - 1].isspace():
            start = self._token(start)[0]
        if end < len(text) and not text[end].isspace():
            end = self._token(end - 1)[1]
        return start, end

    def _token(self, at: int) -> tuple[int, int]:
        """Where the token that covers this character begins and ends."""
        text = self._text
        first = at + 1 - len(text[: at + 1].rsplit(maxsplit=1)[-1])
        word = text[first:].split(maxsplit=1)[0]
        return next((first + a, first + b) for a, b in _tokens_of(word) if first + b > at)


@lru_cache(maxsize=1 << 16)
def _tokens_of(word: str) -> tuple[tuple[int, int], ...]:
    return tuple(plain_spans(word))


def flat(runs: Iterable[Run]) -> list[Run]:
    """The runs that can stand together with one label a token: the longest first.

    >>> flat([("T", 0, 4, None), ("T", 2, 9, None), ("U", 9, 12, None)])
    [('T', 2, 9, None), ('U', 9, 12, None)]
    """
    in_order = sorted(runs, key=itemgetter(1))
    done = 0
    for run in in_order:
        if run[1] < done:
            break
        done = run[2]
    else:
        return in_order
    kept: list[Run] = []
    for run in sorted(in_order, key=lambda run: (run[1] - run[2], run[1], run[0])):
        place = bisect_left(kept, run[1], key=itemgetter(1))
        before, behind = kept[place - 1 : place], kept[place : place + 1]
        if all(one[2] <= run[1] for one in before) and all(run[2] <= one[1] for one in behind):
            kept.insert(place, run)
    return kept
