"""A text cut into words, numbers and signs."""

import re
from collections.abc import Iterable, Iterator
from types import ModuleType

from donor.data import Interval
from donor.languages.characters import CLUSTER, kinds
from donor.languages.codes import primary

__all__ = ["plain_spans", "plain_tokens", "split_at", "tokenize"]

_LETTER = r"[LNK]T*[MJ]*"
# Hyphens and apostrophes hold a word together, but a hyphen between two digits is a range.
_JOINED = rf"(?:{_LETTER}|I+(?=[LNK])|(?<=N)D(?=N)|A(?=[LNK])|H(?=[LK])|(?<=[LKMTJ])H(?=N))"
_SPAN = re.Match.span
_TOKEN = re.compile(rf"I*(?:{_LETTER}{_JOINED}*|{CLUSTER})I*|I+")


def tokenize(text: str, tag: str) -> tuple[Interval, ...]:
    """The tokens of a text: in order, disjoint, covering every character but white space.

    Russian is cut by razdel where it is installed; everything else, in any script, by one
    rule: words with their marks, hyphens and apostrophes, numbers with their decimals, and
    each other sign by itself, as each character of a script without spaces.

    >>> text = "Li-ion: 3.7 V."
    >>> [token.of(text) for token in tokenize(text, "en")]
    ['Li-ion', ':', '3.7', 'V', '.']
    """
    razdel = _razdel() if primary(tag) == "ru" else None
    if razdel is None:
        return plain_tokens(text)
    pieces = ((piece.start, piece.stop) for piece in razdel.tokenize(text))
    return tuple(Interval(start, end) for start, end in _rejoined(pieces, kinds(text)))


def plain_tokens(text: str) -> tuple[Interval, ...]:
    """The tokens of a text by the built-in rule alone.

    Unlike razdel's, a token does not depend on what stands behind the next white space.
    """
    return tuple(Interval(*span) for span in plain_spans(text))


def plain_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each token of `plain_tokens`, for where every microsecond counts."""
    return map(_SPAN, _TOKEN.finditer(kinds(text)))


def split_at(tokens: Iterable[Interval], edges: Iterable[int]) -> tuple[Interval, ...]:
    """The tokens, cut wherever one of the edges falls inside a token.

    >>> split_at([Interval(0, 6), Interval(7, 9)], [2, 6])
    (Interval(start=0, end=2), Interval(start=2, end=6), Interval(start=7, end=9))
    """
    cuts = sorted(set(edges))
    pieces: list[Interval] = []
    for token in tokens:
        inside = [cut for cut in cuts if token.start < cut < token.end]
        starts = [token.start, *inside]
        ends = [*inside, token.end]
        pieces.extend(Interval(start, end) for start, end in zip(starts, ends, strict=True))
    return tuple(pieces)


def _rejoined(pieces: Iterable[tuple[int, int]], described: str) -> Iterator[tuple[int, int]]:
    """The pieces, joined where razdel has cut a word at a stress mark or a soft hyphen."""
    held: tuple[int, int] | None = None
    for start, end in pieces:
        if held and held[1] == start and _holds_together(described[start - 1], described[start]):
            held = (held[0], end)
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _holds_together(left: str, right: str) -> bool:
    return right in "MJCI" or (left in "MJCI" and right in "LN")


def _razdel() -> ModuleType | None:
    try:
        import razdel
    except ImportError:
        return None
    module: ModuleType = razdel
    return module
