"""Parallel gold: the pairs of a file, and which target span answers to which source span.

All offsets of this package are *bare* ones: they count the characters that are not white space.
So a text is found again however a request wraps, splits or numbers it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Place = tuple[int, int]


def bare(text: str) -> str:
    """The text without its white space."""
    return "".join(text.split())


def bare_places(text: str) -> list[int]:
    """Where each character of the bare text stands in the text."""
    return [n for n, character in enumerate(text) if not character.isspace()]


@dataclass(frozen=True)
class GoldSpan:
    """A span of one side, with a place for each fragment; `id` is "" where the file gives none."""

    places: tuple[Place, ...]
    label: str
    id: str


@dataclass(frozen=True)
class Side:
    """A text and its spans, in the order of the file."""

    text: str
    spans: tuple[GoldSpan, ...]

    @cached_property
    def bare(self) -> str:
        """The text without its white space."""
        return bare(self.text)


@dataclass(frozen=True)
class Pair:
    """A text in two languages, and perhaps labels of the whole, by their names."""

    id: str
    source: Side
    target: Side
    labels: dict[str, str] = field(default_factory=dict)

    @cached_property
    def counterparts(self) -> tuple[GoldSpan | None, ...]:
        """For each source span its target span; None where there is none."""
        return counterparts(self)


def read_pairs(paths: Iterable[Path]) -> list[Pair]:
    """The pairs of the files, in their order."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").split("\n"))
    return [_pair(json.loads(line)) for line in lines if line.strip()]


def _pair(line: dict[str, Any]) -> Pair:
    sides = _side(line["source"]), _side(line["target"])
    return Pair(str(line.get("id", "")), *sides, line.get("labels") or {})


def _side(side: dict[str, Any]) -> Side:
    text = side["text"]
    before = [0]
    for character in text:
        before.append(before[-1] + (not character.isspace()))
    spans = []
    for span in side.get("spans") or ():
        fragments = span.get("fragments") or [(span["start"], span["end"])]
        places = tuple((before[start], before[end]) for start, end in fragments)
        spans.append(GoldSpan(places, span["label"], str(span.get("id") or "")))
    return Side(text, tuple(spans))


def counterparts(pair: Pair) -> tuple[GoldSpan | None, ...]:
    """For each source span its target span.

    By id where both sides have it. The others by label: in the order of the text where a label
    has as many on both sides; else in the order of the text too, but leaving out those that make
    the rest stand at the most similar parts of their texts. No target span is taken twice.
    """
    by_id = {span.id: span for span in pair.target.spans if span.id}
    found: dict[int, GoldSpan] = {
        n: by_id[span.id] for n, span in enumerate(pair.source.spans) if span.id in by_id
    }
    taken = {id(span) for span in found.values()}
    ours: defaultdict[str, list[int]] = defaultdict(list)
    for n, span in enumerate(pair.source.spans):
        if n not in found:
            ours[span.label].append(n)
    for label, numbers in ours.items():
        free = [s for s in pair.target.spans if s.label == label and id(s) not in taken]
        free.sort(key=lambda span: span.places)
        numbers.sort(key=lambda n: pair.source.spans[n].places)
        lefts = [_middle(pair.source.spans[n], pair.source) for n in numbers]
        rights = [_middle(span, pair.target) for span in free]
        found |= {numbers[a]: free[b] for a, b in in_order(lefts, rights)}
    return tuple(found.get(n) for n in range(len(pair.source.spans)))


def _middle(span: GoldSpan, side: Side) -> float:
    return (span.places[0][0] + span.places[-1][1]) / (2 * len(side.bare) or 1)


def in_order(lefts: Sequence[float], rights: Sequence[float]) -> list[tuple[int, int]]:
    """The cheapest pairing in order that leaves out none of the shorter list.

    >>> in_order([0.1, 0.5, 0.9], [0.45, 0.95])
    [(1, 0), (2, 1)]
    """
    if len(lefts) > len(rights):
        return [(a, b) for b, a in in_order(rights, lefts)]
    costs: list[list[tuple[float, list[tuple[int, int]]]]] = [[(0.0, [])] * (len(rights) + 1)]
    for a, left in enumerate(lefts):
        row: list[tuple[float, list[tuple[int, int]]]] = [(float("inf"), [])]
        for b, right in enumerate(rights):
            cost, pairs = costs[a][b]
            row.append(min(row[-1], (cost + abs(left - right), [*pairs, (a, b)])))
        costs.append(row)
    return costs[-1][-1][1]
