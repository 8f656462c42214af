"""Links between the words of a segment and of its translation, and how they are written.

A line is a segment in Pharaoh's notation: `0-0 1-2` links the first words, and the second to the
third. A figure behind a link says how sure it is, `1-2:0.93`; two say it for either way of asking,
which source word a target word comes from, and where a source word has gone. Some tools mark a
link that is only possible by another sign, `1?2` or `1p2`; it counts half.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from donor.data import Document, Interval
from donor.languages.tokens import plain_tokens

__all__ = ["Alignments", "DocumentLinks", "Link", "Links", "line_of", "parse_line", "words_of"]

POSSIBLE = 0.5

_LINK = re.compile(r"(\d+)([-?p])(\d+)(?::([0-9.eE+-]+))?(?::([0-9.eE+-]+))?")


class Link(NamedTuple):
    """A link between two words of a segment, each by its position.

    Attributes:
        source: the position of the source word.
        target: the position of the target word.
        forward: how probable it is that the target word comes from the source word.
        backward: how probable it is that the source word goes to the target word.
    """

    source: int
    target: int
    forward: float
    backward: float


Links = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DocumentLinks:
    """The links of each segment of a document, in the order of the segments."""

    segments: tuple[Links, ...]


Alignments = Callable[[Document, Document], DocumentLinks | str]
"""The links between a source and a target document, or in words why there are none."""


def words_of(text: str) -> tuple[Interval, ...]:
    """The words and signs of a segment that links count: the same with and without extras."""
    return plain_tokens(text)


def parse_line(line: str) -> Links:
    """The links of a line; how sure each is, where the line says it, else certain.

    Several links of one word share it.

    >>> [tuple(link) for link in parse_line("0-0 0-1:0.6")]
    [(0, 0, 1.0, 0.625), (0, 1, 0.6, 0.37499999999999994)]

    Raises:
        ValueError: in words, what is no link.
    """
    found: dict[tuple[int, int], tuple[float, float]] = {}
    for item in line.split():
        match = _LINK.fullmatch(item)
        if match is None:
            raise ValueError(f"{item!r} is no link")
        source, sign, target, forward, backward = match.groups()
        sure = 1.0 if sign == "-" else POSSIBLE
        first = sure if forward is None else _figure(forward, item)
        second = first if backward is None else _figure(backward, item)
        found[int(source), int(target)] = first, second
    return _shared(found)


def line_of(links: Iterable[Link]) -> str:
    """The links as a line that `parse_line` reads, with both figures."""
    return " ".join(f"{one[0]}-{one[1]}:{one[2]:.4g}:{one[3]:.4g}" for one in links)


def _figure(written: str, item: str) -> float:
    try:
        figure = float(written)
    except ValueError:
        figure = -1.0
    if not 0 <= figure <= 1:
        raise ValueError(f"{item!r} has a figure that is not between 0 and 1")
    return figure


def _shared(found: dict[tuple[int, int], tuple[float, float]]) -> Links:
    """The links, so that the figures of one word sum up to 1 at most."""
    forward: dict[int, float] = defaultdict(float)
    backward: dict[int, float] = defaultdict(float)
    for (source, target), (first, second) in found.items():
        forward[target] += first
        backward[source] += second
    return tuple(
        Link(i, j, first / max(1.0, forward[j]), second / max(1.0, backward[i]))
        for (i, j), (first, second) in sorted(found.items())
    )
