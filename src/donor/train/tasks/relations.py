"""Relations between given spans: a class for each pair, its spans in typed markers.

After Zhou and Chen (2022, "An Improved Baseline for Sentence-level Relation Extraction"): the
two spans stand in markers that name their labels, and the whole is classified. A pair has a
direction, from tail to head; of a discontinuous span all from its first to its last character
stands between its markers.
"""

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from donor.data import Document, Interval, Relation, Span
from donor.data.defteval import SCORED_LABELS, SCORED_RELATIONS
from donor.errors import InputError
from donor.score import Measurement
from donor.score.defteval import SUBTASK_3, score_pairs
from donor.score.relations import measured_relations, relation_scores
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.hygiene import ExampleKey, Unit, sentences_as_units
from donor.train.tasks.marked import marked_inputs
from donor.train.tasks.sequences import class_target, classes_said
from donor.train.tasks.windows import Place

__all__ = ["NO_RELATION", "RELATIONS", "Related", "Relations"]

NO_RELATION = "no-relation"
_LAST_TAIL, _LAST_HEAD = "</tail>", "</head>"


@dataclass(frozen=True, slots=True)
class Related:
    """Two spans by their ids, and the label of their relation; equal if the label is.

    Args:
        marks: where the markers of both stand in the text of the example.
    """

    tail: str = field(compare=False)
    head: str = field(compare=False)
    label: str
    marks: tuple[Place, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """The label."""
        return self.label


@dataclass(frozen=True)
class Relations:
    """The task: the relation between each two spans of a document, or none.

    The defaults reach 99.5 % of the relations of DEFT.

    Args:
        window: spans are a pair if theirs are at most so many sentences apart.
        distance: … and if at most so many characters lie between the two.
        negatives: of pairs without a relation, at most so many are learnt for each with one.
    """

    name: str = "relations"
    main: str = "f1"
    window: int = 1
    distance: int = 300
    negatives: int = 4

    def settled(self, documents: Sequence[Document]) -> "Relations":
        """Itself."""
        return self

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """How many relations are not between pairs, by the reason, and how many share a pair."""
        lost: Counter[str] = Counter()
        for document in documents:
            lost.update(self._lost(document))
        number = sum(len(document.relations) for document in documents)
        reasons = {
            "dangling": "relations whose head is no span of the document, which cannot be found",
            "own": "relations of a span to itself, which cannot be found",
            "far": f"relations beyond window {self.window} or distance {self.distance}, which "
            "cannot be found",
            "several": "relations of a pair that has one already, which are not learnt",
        }
        return [
            f"{what}: {lost[why]:,} of {number:,}" for why, what in reasons.items() if lost[why]
        ]

    def head(self, documents: Sequence[Document]) -> str:
        """One label for each pair."""
        return "relations"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The labels of the relations, and the label of none. Raises InputError without any."""
        names = sorted({r.label for document in documents for r in document.relations})
        if not names:
            hint = "donor inspect shows what is there"
            raise InputError(where, "there is no relation in it", hint)
        if NO_RELATION in names:
            what = f"a relation is labelled {NO_RELATION}, which says here that there is none"
            raise InputError(where, what, "take such relations out of it")
        if where == TRAINING and not any(map(self._learnable, documents)):
            what = "none of its relations is between two spans within reach: nothing can be learnt"
            hint = (
                f"they must be at most {self.window} sentences and {self.distance} characters apart"
            )
            raise InputError(where, what, hint)
        return (NO_RELATION, *names)

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """The labels of relations that no model with these can say."""
        found: dict[str, str] = {}
        for document in documents:
            for relation in document.relations:
                if relation.label not in labels:
                    found.setdefault(relation.label, document.id)
        return found

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """A beginning of a tail and of a head for each label of spans, and the ends.

        A span whose label is not among those of the training data has markers in plain text.
        """
        names = sorted({span.label for document in documents for span in document.spans})
        begins = (f"<{role}:{name}>" for name in names for role in ("tail", "head"))
        return (*begins, _LAST_TAIL, _LAST_HEAD)

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every pair within window and distance; of those without a relation some are learnt.

        Documents are scored whole, so that all pairs of one have its number, 0.
        """
        found = []
        for n, document in enumerate(documents):
            spans = {span.id: span for span in document.spans}
            pairs = list(self._pairs(document))
            if learning:
                pairs = _sampled(pairs, self.negatives, document.id)
            for pair in pairs:
                text, marks = _marked(document, spans[pair.tail], spans[pair.head])
                target = replace(pair, marks=marks)
                found.append(Example(document.id, 0, (text,), target, position=n))
        return found

    def units(
        self, documents: Sequence[Document], *, learning: bool
    ) -> list[tuple[Unit, ExampleKey]]:
        """The sentences, with the relations between spans in each."""
        return sentences_as_units(documents, _relations_in)

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """One for each pair; what is too long is cut around the markers, never a marker."""
        texts = [example.texts[0] for example in examples]
        marks = [example.target.marks for example in examples]
        inputs = marked_inputs(texts, marks, tokenizer, settings)
        found = []
        for n, (example, own) in enumerate(zip(examples, inputs, strict=True)):
            target = class_target(example.target.label, labels) if learning else None
            found.append(Feature(n, own, target, example.weight))
        return found

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """The pairs with the most probable labels."""
        said = classes_said(logits, labels, several=False)
        return [
            replace(example.target, label=label)
            for example, label in zip(examples, said, strict=True)
        ]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with their spans, these relations, and nothing else."""
        found: defaultdict[int, list[Relation]] = defaultdict(list)
        for example, pair in zip(examples, said, strict=True):
            if pair.label != NO_RELATION:
                found[example.position].append(Relation(pair.label, pair.head, pair.tail))
        return [
            replace(document, relations=tuple(found[n]), labels=())
            for n, document in enumerate(documents)
        ]

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """F1 of the relations given the spans, over documents that are not named.

        `f1` is of all, `label:AKA` of a label; relations that are not between pairs count as
        missed. Where gold has relations that DeftEval scores, also its subtask 3, the official
        one without an interval, and the corrected one.
        """
        pairs = [
            (one, other)
            for one, other in zip(predicted, gold, strict=True)
            if (other.id, 0) not in without
        ]
        scores = measured_relations([relation_scores(*pair) for pair in pairs])
        found = {"f1": scores.pop("strict")}
        # Both sides have the same spans, so that it says the same.
        del scores["given_gold_spans"]
        found |= scores
        if pairs and any(map(_is_scored, gold)):
            subtasks = score_pairs(pairs)
            if (official := subtasks.official_relations) and subtasks.relations:
                found |= {official.metric.name: official, SUBTASK_3.name: subtasks.relations}
        return found

    def _pairs(self, document: Document) -> Iterator[Related]:
        labels: dict[tuple[str, str], str] = {}
        for relation in document.relations:
            labels.setdefault((relation.tail, relation.head), relation.label)
        places = [_Placed.of(document, span) for span in document.spans]
        for tail in places:
            for head in places:
                if tail is not head and self._reaches(tail, head):
                    both = tail.span.id, head.span.id
                    yield Related(*both, labels.get(both, NO_RELATION))

    def _reaches(self, one: "_Placed", other: "_Placed") -> bool:
        if abs(one.sentence - other.sentence) > self.window:
            return False
        between = max(one.extent.start, other.extent.start) - min(one.extent.end, other.extent.end)
        return between <= self.distance

    def _learnable(self, document: Document) -> bool:
        """Whether some relation of the document is one of a pair."""
        return any(pair.label != NO_RELATION for pair in self._pairs(document))

    def _lost(self, document: Document) -> Iterator[str]:
        """Why a relation cannot be found or is not learnt, for each of which that is so."""
        if not document.relations:
            return
        places = {span.id: _Placed.of(document, span) for span in document.spans}
        seen: set[tuple[str, str]] = set()
        for relation in document.relations:
            both = relation.tail, relation.head
            if relation.head not in places:
                yield "dangling"
            elif relation.head == relation.tail:
                yield "own"
            elif not self._reaches(places[relation.tail], places[relation.head]):
                yield "far"
            elif both in seen:
                yield "several"
            seen.add(both)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A span, from where to where it goes, and the number of the sentence that it begins in."""

    span: Span
    extent: Interval
    sentence: int

    @classmethod
    def of(cls, document: Document, span: Span) -> "_Placed":
        extent = span.extent
        after = bisect_right(document.segments, extent.start, key=lambda segment: segment.start)
        return cls(span, extent, after)


def _is_scored(document: Document) -> bool:
    """Whether DeftEval scores one of the document's relations."""
    labels = {span.id: span.label for span in document.spans}
    return any(
        one.label in SCORED_RELATIONS and labels[one.tail] in SCORED_LABELS
        for one in document.relations
    )


def _sampled(pairs: Sequence[Related], negatives: int, key: str) -> list[Related]:
    """All pairs with a relation, and so many without for each; some also where there is none."""
    without = [(_order(pair, key), n) for n, pair in enumerate(pairs) if pair.label == NO_RELATION]
    wanted = negatives * max(1, len(pairs) - len(without))
    chosen = {n for _, n in sorted(without)[:wanted]}
    return [pair for n, pair in enumerate(pairs) if pair.label != NO_RELATION or n in chosen]


def _order(pair: Related, key: str) -> bytes:
    """A place in an order by chance that is always the same."""
    return hashlib.sha256(f"{key} {pair.tail} {pair.head}".encode()).digest()


def _marked(document: Document, tail: Span, head: Span) -> tuple[str, tuple[Place, ...]]:
    """The sentences from the first span to the last, with markers, and where these stand."""
    one, other = tail.extent, head.extent
    first, last = min(one.start, other.start), max(one.end, other.end)
    reached = [s for s in document.segments if s.end > first and s.start < last]
    at = min([first, *(segment.start for segment in reached)])
    end = max([last, *(segment.end for segment in reached)])
    # Ends stand before beginnings at the same place; of two beginnings that of the longer span
    # comes first, and its end last; of equal ones the head's.
    marks = sorted(
        [
            (one.start, 1, -len(one), 1, f"<tail:{tail.label}>"),
            (one.end, 0, -one.start, 0, _LAST_TAIL),
            (other.start, 1, -len(other), 0, f"<head:{head.label}>"),
            (other.end, 0, -other.start, 1, _LAST_HEAD),
        ]
    )
    text, places = "", []
    for place, *_, mark in marks:
        text += f"{document.text[at:place]} "
        places.append((len(text), len(text) + len(mark)))
        text += f"{mark} "
        at = place
    return text + document.text[at:end], tuple(places)


def _relations_in(document: Document, segment: Interval) -> tuple[tuple[str, int, int], ...]:
    """The relations between spans that begin in a segment: the label, tail and head in it."""
    starts = {
        span.id: span.extent.start - segment.start
        for span in document.spans
        if segment.start <= span.extent.start < segment.end
    }
    return tuple(
        sorted(
            (one.label, starts[one.tail], starts[one.head])
            for one in document.relations
            if one.tail in starts and one.head in starts
        )
    )


RELATIONS = Relations()
