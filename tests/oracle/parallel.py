"""Gold as datasets: texts with marked words, their counterparts, and what a run must make of them.

Nothing here is donor's: texts are compared without their white space, and places are counted in
such bare texts, so that a format may set tokens, lines and sentences as it likes.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

Place = tuple[int, int, str]
"""Start, end and label of marked words."""


@dataclass(frozen=True)
class Mark:
    """Marked words of a text; counterparts have the same name."""

    start: int
    end: int
    label: str
    name: str


@dataclass(frozen=True)
class Side:
    """A text and its marks in order."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A text in two languages."""

    name: str
    source: Side
    target: Side


@dataclass(frozen=True)
class Found:
    """What stands in an output file: a text, its marked places, pairs of places that are related.

    `arcs` are (label, head, tail) in numbers of `places`.
    """

    text: str
    places: list[Place] = field(default_factory=list)
    arcs: list[tuple[str, int, int]] = field(default_factory=list)


def gold_pairs(file: Path, *, flat: bool = True) -> list[Pair]:
    """The pairs of a file of gold whose marks are paired beyond doubt, each text once.

    With `flat` those alone whose marks do not overlap.
    """
    pairs: list[Pair] = []
    seen: set[str] = set()
    for line in file.read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        labels = [sorted(s["label"] for s in value[side]["spans"]) for side in ("source", "target")]
        texts = {bare(value[side]["text"]) for side in ("source", "target")}
        if labels[0] != labels[1] or texts & seen:
            continue
        pair = Pair(value["id"], _side(value["source"]), _side(value["target"]))
        if not flat or not (_overlaps(pair.source) or _overlaps(pair.target)):
            seen |= texts
            pairs.append(pair)
    return pairs


def _side(value: dict[str, Any]) -> Side:
    """The side, its marks named by their ids, else by label and order."""
    counts: Counter[str] = Counter()
    marks = []
    for span in sorted(value["spans"], key=lambda span: (span["start"], span["end"])):
        counts[span["label"]] += 1
        name = span.get("id") or f"{span['label']}{counts[span['label']]}"
        marks.append(Mark(span["start"], span["end"], span["label"], name))
    return Side(value["text"], tuple(marks))


def _overlaps(side: Side) -> bool:
    return any(left.end > right.start for left, right in pairwise(side.marks))


def some(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """The first pairs, three in four with marks."""
    marked = [pair for pair in pairs if pair.source.marks]
    plain = [pair for pair in pairs if not pair.source.marks]
    taken = {pair.name for pair in marked[: count * 3 // 4] + plain[: count // 4]}
    return [pair for pair in pairs if pair.name in taken]


def said_pairs(texts: Iterable[tuple[str, str]]) -> list[Pair]:
    """Pairs without marks, such as questions and titles."""
    return [Pair(f"said-{n}", Side(ours), Side(theirs)) for n, (ours, theirs) in enumerate(texts)]


def write_pairs(path: Path, pairs: Iterable[Pair]) -> Path:
    """The file that the oracle reads."""
    lines = []
    for pair in pairs:
        sides = {
            side: {"text": value.text, "spans": [_span(mark) for mark in value.marks]}
            for side, value in (("source", pair.source), ("target", pair.target))
        }
        lines.append(json.dumps({"id": pair.name, **sides}, ensure_ascii=False) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _span(mark: Mark) -> dict[str, Any]:
    return {"id": mark.name, "start": mark.start, "end": mark.end, "label": mark.label}


def grouped(pairs: Sequence[Pair], size: int = 3) -> list[list[Pair]]:
    """Documents of several texts."""
    return [list(group) for group in batched_by(pairs, size)]


def batched_by(pairs: Sequence[Pair], size: int) -> Iterator[Sequence[Pair]]:
    """The pairs, so many at a time."""
    for at in range(0, len(pairs), size):
        yield pairs[at : at + size]


def bare(text: str) -> str:
    """The text without its white space."""
    return "".join(text.split())


def bare_place(text: str, place: Place) -> Place:
    """The place in the bare text."""
    start, end, label = place
    return len(bare(text[:start])), len(bare(text[:end])), label


def wanted(group: Sequence[Pair]) -> Found:
    """What gold says of a document of several texts, in the target language."""
    text, places = "", []
    for pair in group:
        start = len(text) + (text != "")
        text += ("\n" if text else "") + pair.target.text
        places += [(m.start + start, m.end + start, m.label) for m in pair.target.marks]
    return Found(text, places)


def assert_like_gold(
    found: Sequence[Found], groups: Sequence[Sequence[Pair]], label: str | None = None
) -> None:
    """Asserts the documents of gold, in order, with at least 95 % of its places and no others.

    `label` is what all marks are called in a format that has one name for them.
    """
    assert len(found) == len(groups)
    right = total = extra = 0
    for document, group in zip(found, groups, strict=True):
        gold = wanted(group)
        assert bare(document.text) == bare(gold.text)
        ours = Counter(bare_place(document.text, place) for place in document.places)
        theirs = Counter(
            bare_place(gold.text, (start, end, label or name)) for start, end, name in gold.places
        )
        right += (ours & theirs).total()
        total += theirs.total()
        extra += (ours - theirs).total()
        assert all(document.text[start:end].strip() for start, end, _ in document.places)
    assert total >= 20
    assert right >= 0.95 * total, (right, total)
    assert extra <= 0.05 * total, (extra, total)


def assert_arcs_like_gold(
    found: Sequence[Found], groups: Sequence[Sequence[Pair]], label: str
) -> None:
    """Asserts that the arcs join the counterparts of what they join in the source.

    In the source each mark of a document is joined to the next one.
    """
    right = total = 0
    for document, group in zip(found, groups, strict=True):
        gold = wanted(group)
        # In wanted places stand in the target's order; the arcs go by the source's.
        ours = [(n, mark) for n, pair in enumerate(group) for mark in pair.source.marks]
        theirs = [(n, mark.name) for n, pair in enumerate(group) for mark in pair.target.marks]
        at = [theirs.index((n, mark.name)) for n, mark in ours]
        places = [bare_place(gold.text, place)[:2] for place in gold.places]
        arcs = Counter((label, places[a], places[b]) for a, b in pairwise(at))
        stand = [bare_place(document.text, place)[:2] for place in document.places]
        there = Counter((name, stand[a], stand[b]) for name, a, b in document.arcs)
        right += (arcs & there).total()
        total += arcs.total()
        assert there.total() <= arcs.total()
    assert total >= 5
    assert right >= 0.9 * total, (right, total)
