"""What a dataset holds, counted document by document, and what looks odd about it.

Texts are kept as digests, so that a dataset of any size can be looked at.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations
from typing import Any

from donor.data import Document, Span
from donor.languages import identify
from donor.languages.characters import is_edge

__all__ = ["Survey"]

_LANGUAGE_SAMPLE = 200
_EXAMPLES = 3
_MOST_VALUES = 1000
_SPLIT = re.compile(r"(?<![a-z])(train|dev|test|val)(?:idation|id|ing|elopment)?(?![a-z])")
_SPLITS = {"train": "train", "dev": "dev", "val": "dev", "test": "test"}


@dataclass
class _Odd:
    """How often something odd was seen, and where first."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


class Survey:
    """The counts of the documents that it was given."""

    def __init__(self) -> None:
        self._documents = 0
        self._sentences = 0
        self._lengths: dict[str, Counter[int]] = {}
        self._relations: Counter[str] = Counter()
        self._labels: dict[str, Counter[str]] = {}
        self._languages: Counter[str] = Counter()
        self._shapes: Counter[str] = Counter()
        self._overlaps: Counter[str] = Counter()
        self._repeated = 0
        self._splits: Counter[str] = Counter()
        self._texts = _Splits()
        self._in_splits = _Splits()
        self._said_of: dict[bytes, int] = {}
        self._odd: dict[str, _Odd] = {}
        self._sample: list[str] = []

    def add(self, document: Document) -> None:
        """Counts a document."""
        self._documents += 1
        self._sentences += len(document.segments)
        self._languages[document.language or ""] += 1
        self._relations.update(relation.label for relation in document.relations)
        self._shapes["dangling"] += len(document.dangling())
        for label in document.labels:
            values = self._labels.setdefault(label.name, Counter())
            known = label.value in values or len(values) < _MOST_VALUES
            values[label.value if known else "…"] += 1
        self._add_spans(document)
        self._add_text(document)
        self._add_sentences(document)

    def _add_spans(self, document: Document) -> None:
        text = document.text
        for span in document.spans:
            length = sum(map(len, span.fragments))
            self._lengths.setdefault(span.label, Counter())[length] += 1
            self._shapes["discontinuous"] += span.discontinuous
            for problem in _edges(span, text):
                self._note(problem, f"{document.id} {span.id}")
        if len(document.spans) > 1:
            self._overlaps.update(_overlaps(document.spans))

    def _add_text(self, document: Document) -> None:
        """Counts the text as one that is empty, or was there before, perhaps in another split."""
        split = _split_of(str(document.metadata.get("file") or document.id))
        if split:
            self._splits[split] += 1
        if not document.text.strip():
            self._note("empty texts", document.id)
            return
        if len(self._sample) < _LANGUAGE_SAMPLE:
            self._sample.append(document.text)
        self._repeated += self._texts.add(_digest(document.text), split)

    def _add_sentences(self, document: Document) -> None:
        """Looks whether the same sentence was annotated in another way before."""
        split = _split_of(str(document.metadata.get("file") or document.id))
        for number, said in enumerate(_said(document)):
            key = _digest(document.segments[number].of(document.text))
            if split:
                self._in_splits.add(key, split)
            if self._said_of.setdefault(key, said) != said:
                self._note(_CONTRADICTION, f"{document.id} {number + 1}")

    def _note(self, what: str, where: str) -> None:
        odd = self._odd.setdefault(what, _Odd())
        odd.count += 1
        if len(odd.examples) < _EXAMPLES:
            odd.examples.append(where)

    def as_json(self) -> dict[str, Any]:
        """The counts, in the shape of `donor inspect --json` without what reading has met."""
        spans = {label: lengths.total() for label, lengths in self._lengths.items()}
        return {
            "documents": self._documents,
            "sentences": self._sentences,
            "spans": dict(Counter(spans).most_common()),
            "lengths": {label: _lengths(self._lengths[label]) for label in sorted(spans)},
            "relations": dict(self._relations.most_common()),
            "discontinuous": self._shapes["discontinuous"],
            "dangling_heads": self._shapes["dangling"],
            "overlaps": {kind: self._overlaps[kind] for kind in ("nested", "equal", "crossing")},
            "labels": {name: dict(values.most_common()) for name, values in self._labels.items()},
            "declared_languages": dict(self._languages.most_common()),
            "languages": identify(self._sample),
            "languages_sample": len(self._sample),
            "duplicates": self._repeated,
            "splits": {name: self._splits[name] for name in _ORDER if self._splits[name]},
            "shared_texts": self._texts.shared("texts"),
            "shared_sentences": self._in_splits.shared("sentences"),
            "odd": [
                {"what": what, "count": odd.count, "examples": odd.examples}
                for what, odd in sorted(self._odd.items(), key=lambda item: -item[1].count)
            ],
        }


# The first stands for texts of no known split.
_ORDER = ("", "train", "dev", "test")


# All spans and labels of the sentence are compared, with that of its first place.
_CONTRADICTION = "sentences annotated otherwise than where they stood first"


class _Splits:
    """In which splits each text stands."""

    def __init__(self) -> None:
        self._seen_in: dict[bytes, int] = {}
        self._shared: Counter[tuple[str, str]] = Counter()

    def add(self, key: bytes, split: str) -> bool:
        """Whether the text was there before, in this split or another."""
        before = self._seen_in.get(key, 0)
        mark = 1 << _ORDER.index(split)
        self._seen_in[key] = before | mark
        if split and not before & mark:
            for other in _ORDER[1:]:
                if before >> _ORDER.index(other) & 1:
                    first, second = sorted((split, other), key=_ORDER.index)
                    self._shared[first, second] += 1
        return before != 0

    def shared(self, name: str) -> list[dict[str, Any]]:
        """How many texts stand in both of two splits; those that share none are left out."""
        pairs = combinations(_ORDER, 2)
        return [
            {"splits": list(pair), name: self._shared[pair]} for pair in pairs if self._shared[pair]
        ]


def _split_of(file: str) -> str:
    """The split that the file's name tells, the last that it does; "" if none."""
    found = _SPLIT.findall(file.lower())
    return _SPLITS[found[-1]] if found else ""


def _digest(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()


def _said(document: Document) -> list[int]:
    """A number for each segment that stands for what is annotated on it, counted from its start."""
    said: list[list[tuple[str, str | int, int]]] = [[] for _ in document.segments]
    starts = [segment.start for segment in document.segments]
    for span in document.spans:
        number = bisect_right(starts, span.extent.start) - 1
        if number >= 0:
            at = starts[number]
            parts = [(span.label, f.start - at, f.end - at) for f in span.fragments]
            said[number] += parts
    for label in document.labels:
        if label.segment is not None:
            said[label.segment].append((label.name, label.value, 0))
        elif len(said) == 1:
            said[0].append((label.name, label.value, 0))
    return [hash(tuple(sorted(set(parts), key=repr))) for parts in said]


def _edges(span: Span, text: str) -> Iterator[str]:
    """What is odd about where a span begins and ends."""
    if any(surface != surface.strip() for surface in span.surfaces(text)):
        yield "spans with white space at an edge"
    if not (is_edge(text, span.extent.start) and is_edge(text, span.extent.end)):
        yield "spans that cut a word"


def _overlaps(spans: tuple[Span, ...]) -> Counter[str]:
    """The pairs of spans that share text, by how their extents lie."""
    kinds: Counter[str] = Counter()
    ordered = sorted(spans, key=lambda span: span.extent)
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other.extent.start >= one.extent.end:
                break
            if any(a.overlaps(b) for a in one.fragments for b in other.fragments):
                kinds[_kind(one, other)] += 1
    return kinds


def _kind(one: Span, other: Span) -> str:
    if one.extent == other.extent:
        return "equal"
    nested = one.extent.contains(other.extent) or other.extent.contains(one.extent)
    return "nested" if nested else "crossing"


def _lengths(counts: Counter[int]) -> dict[str, int]:
    """The median and the longest of the lengths, in characters."""
    return {"median": _median(counts), "longest": max(counts)}


def _median(counts: Counter[int]) -> int:
    middle = (counts.total() + 1) // 2
    for length in sorted(counts):
        middle -= counts[length]
        if middle <= 0:
            return length
    raise ValueError("no lengths")
