"""The oracle as a judge: what is shown beside what the gold has, and lies about it."""

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from .asked import Asked, Segment
from .pairs import Place, bare
from .truth import Gold, Truth

Verdicts = dict[str, Any]
"""For each key what is said of it: whether it is right, or for a label its values."""

Marks = list[tuple[str, Place]]


def judgement(gold: Gold, asked_for: Sequence[Asked]) -> tuple[Asked, Verdicts] | None:
    """The truth about what is to be judged, of the reading that fits best; None if unknown."""
    if asked_for[0].task == "judge-labels":
        values = _labels(gold, asked_for[0])
        return None if values is None else (asked_for[0], values)
    best: tuple[int, Asked, Verdicts] | None = None
    for asked in asked_for:
        if not all(gold.holding(Segment(s.key, s.source)) for s in asked.segments):
            continue
        known = tuple(segment for segment in asked.segments if gold.holding(segment))
        truth = gold.truth(replace(asked, segments=known)) if known else None
        found = truth or Truth({}, {}, 0)
        if best is None or found.matched > best[0]:
            best = found.matched, asked, _verdicts(asked, found)
    return None if best is None else best[1:]


def _verdicts(asked: Asked, truth: Truth) -> Verdicts:
    """A text is right if a pair has it; a span, if its marks are the gold's, piece by piece."""
    texts = {segment.key: segment.key in truth.homes for segment in asked.segments}
    spans = {}
    for name in asked.spans:
        marked = [(s.key, place) for s in asked.segments for place in s.marked.get(name, ())]
        places = truth.places.get(name, {})
        gold = [(key, place) for key, own in places.items() for place in own]
        spans[name] = bool(marked) and _joined(marked) == _joined(gold)
    return {**texts, **spans}


def _joined(marks: Iterable[tuple[str, Place]]) -> Marks:
    """The marks in their order, those that meet made one: white space does not count here."""
    found: Marks = []
    for key, (start, end) in sorted(marks):
        if found and found[-1][0] == key and start <= found[-1][1][1]:
            begin, behind = found.pop()[1]
            start, end = begin, max(behind, end)
        found.append((key, (start, end)))
    return found


def _labels(gold: Gold, asked: Asked) -> Verdicts | None:
    """The labels of the pairs that have the texts as their target."""
    texts = {segment.key: bare(segment.text or "") for segment in asked.segments}
    found: Verdicts = {}
    for name, question in asked.spans.items():
        whole = question["of"] == "whole"
        text = next(iter(texts.values())) if whole else texts[question["of"]]
        values = (
            pair.labels[question["name"]]
            for pair in gold.pairs
            if text in pair.target.bare and question["name"] in pair.labels
        )
        value = next(values, None)
        if value is None:
            return None
        found[name] = [value]
    return found


def with_lies(
    asked: Asked, truth: Verdicts, seed: int, rate: float
) -> tuple[Verdicts, tuple[bool, ...]]:
    """The answer's object, and for each verdict whether it is a lie.

    Which are lies depends on the seed and on what is judged, never on the order of requests.
    """
    said: Verdicts = {}
    lies = []
    for key, verdict in truth.items():
        chance = _chance(seed, asked, key)
        lie = chance.random() < rate
        lies.append(lie)
        if asked.task == "judge-labels":
            said[key] = _other(verdict, asked.spans[key]["values"], chance) if lie else verdict
        else:
            right = verdict != lie
            said[key] = {"right": right, "why": "" if right else "Gold has it otherwise."}
    return said, tuple(lies)


def _other(values: list[str], known: Sequence[str], chance: random.Random) -> list[str]:
    return [chance.choice([value for value in known if value not in values])]


def _chance(seed: int, asked: Asked, key: str) -> random.Random:
    texts = [part for s in asked.segments for part in (s.key, s.source, s.target or "")]
    marks = [s.marked.get(key) for s in asked.segments]
    own = repr((seed, asked.task, key, texts, marks))
    return random.Random(hashlib.sha256(own.encode("utf-8", "surrogatepass")).digest())
