"""Relations between given spans: a class for each pair, its spans in typed markers.

After Zhou and Chen (2022, "An Improved Baseline for Sentence-level Relation Extraction"): the
two spans stand in markers that name their labels, and the whole is classified.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, Relation, Span
from donor.errors import InputError
from donor.score import F1, Measurement, relation_counts
from donor.score.counts import Counts
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.sequences import class_features, classes_said

__all__ = ["RELATIONS", "Relations"]

_NONE = "no-relation"
_LAST_TAIL, _LAST_HEAD = "</tail>", "</head>"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A tail and a head of a document."""

    tail: Span
    head: Span
    label: str


@dataclass(frozen=True)
class Relations:
    """The task: the relation between each two spans of a document, or none.

    Args:
        window: spans are a pair if at most so many sentences lie between theirs.
        distance: … and if at most so many characters lie between the two.
        negatives: of pairs without a relation, at most so many are learnt for each with one.
    """

    name: str = "relations"
    main: str = "f1"
    window: int = 2
    distance: int = 600
    negatives: int = 4

    def head(self, documents: Sequence[Document]) -> str:
        """One label for each pair."""
        return "relations"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The labels of the relations, and the label of none."""
        names = sorted({r.label for document in documents for r in document.relations})
        if not names:
            hint = "donor inspect shows what is there"
            raise InputError(where, "there is no relation in it", hint)
        return (_NONE, *names)

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """A beginning of a tail and of a head for each label of spans, and the ends."""
        names = sorted({span.label for document in documents for span in document.spans})
        begins = (f"<{role}:{name}>" for name in names for role in ("tail", "head"))
        return (*begins, _LAST_TAIL, _LAST_HEAD)

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every pair within window and distance; of those without a relation some are learnt."""
        found = []
        for document in documents:
            pairs = list(self._pairs(document))
            if learning:
                pairs = _sampled(pairs, self.negatives, document.id)
            for number, pair in enumerate(pairs):
                target = (pair.tail.id, pair.head.id, pair.label)
                found.append(Example(document.id, number, (_marked(document, pair),), target))
        return found

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """One for each pair."""
        plain = [replace(example, target=example.target[2]) for example in examples]
        return class_features(plain, labels, tokenizer, settings, learning=learning)

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """Tail, head and label of each pair."""
        said = classes_said(logits, labels, several=False)
        return [(*one.target[:2], label) for one, label in zip(examples, said, strict=True)]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these relations between their spans."""
        found: defaultdict[str, list[Relation]] = defaultdict(list)
        for example, (tail, head, label) in zip(examples, said, strict=True):
            if label != _NONE:
                found[example.document].append(Relation(label, head, tail))
        return [replace(document, relations=tuple(found[document.id])) for document in documents]

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """Strict F1 of the relations given the spans, of all and of each label.

        Relations that no pair can find, for the window or the distance, count as missed.
        """
        parts = [relation_counts(one, other) for one, other in zip(predicted, gold, strict=True)]
        names = sorted({name for part in parts for name in part})
        whole = [sum(part.values(), Counts()).row for part in parts]
        found = {"f1": Measurement(F1, whole)}
        for name in names:
            rows = [part.get(name, Counts()).row for part in parts]
            found[f"f1:{name}"] = Measurement(F1, rows)
        return found

    def _pairs(self, document: Document) -> Iterator[_Pair]:
        labels = {(r.tail, r.head): r.label for r in document.relations}
        places = {span.id: _sentence(document, span) for span in document.spans}
        for tail in document.spans:
            for head in document.spans:
                if tail.id == head.id or abs(places[tail.id] - places[head.id]) > self.window:
                    continue
                if _between(tail, head) <= self.distance:
                    yield _Pair(tail, head, labels.get((tail.id, head.id), _NONE))


def _sampled(pairs: Sequence[_Pair], negatives: int, key: str) -> list[_Pair]:
    """All pairs with a relation, and so many without for each; some also where there is none."""
    wanted = negatives * max(1, sum(pair.label != _NONE for pair in pairs))
    without = [pair for pair in pairs if pair.label == _NONE]
    chosen = {id(pair) for pair in sorted(without, key=lambda p: _order(p, key))[:wanted]}
    return [pair for pair in pairs if pair.label != _NONE or id(pair) in chosen]


def _order(pair: _Pair, key: str) -> bytes:
    """A place in an order by chance that is always the same."""
    return hashlib.sha256(f"{key} {pair.tail.id} {pair.head.id}".encode()).digest()


def _sentence(document: Document, span: Span) -> int:
    starts = [segment.start for segment in document.segments]
    return sum(start <= span.extent.start for start in starts)


def _between(one: Span, other: Span) -> int:
    """How many characters lie between two spans; 0 where they touch or overlap."""
    first, last = sorted((one.extent, other.extent))
    return max(0, last.start - first.end)


def _marked(document: Document, pair: _Pair) -> str:
    """The sentences from the first span to the last, both spans in their markers."""
    tail, head = pair.tail.extent, pair.head.extent
    inside = [
        segment
        for segment in document.segments
        if segment.end > min(tail.start, head.start) and segment.start < max(tail.end, head.end)
    ]
    start, end = inside[0].start, inside[-1].end
    marks = [
        # An end stands before a beginning at the same place, the longer span begins outside.
        (tail.start, 1, -len(tail), f"<tail:{pair.tail.label}>"),
        (tail.end, 0, len(tail), _LAST_TAIL),
        (head.start, 1, -len(head), f"<head:{pair.head.label}>"),
        (head.end, 0, len(head), _LAST_HEAD),
    ]
    parts, at = [], start
    for place, _, _, mark in sorted(marks):
        parts += [document.text[at:place], f" {mark} "]
        at = place
    return "".join([*parts, document.text[at:end]])


RELATIONS = Relations()
