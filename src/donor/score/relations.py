"""Relations against gold: end to end, and of those alone whose spans both sides have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from donor.data import Document, Interval, Relation
from donor.score.counts import Counts, of_both
from donor.score.metric import F1_COLUMNS, Measurement, Metric, f1_of
from donor.score.resampling import RESAMPLES, SEED
from donor.score.told import told

__all__ = [
    "RelationScores",
    "measured_relations",
    "relation_scores",
    "relations_as_json",
]

_Span = tuple[str, tuple[Interval, ...]]
_Place = tuple[str, _Span | str, _Span | str]
"""What is compared: label, head, tail; a dangling head is its id."""

_NONE = Counts()


@dataclass(frozen=True, slots=True)
class RelationScores:
    """The counts of one document, or of many together, by label.

    Args:
        by_label: of all relations; one is right if its label and both its spans are.
        given_gold_spans: the same, of the relations between spans that both sides have.
    """

    by_label: Mapping[str, Counts] = field(default_factory=dict)
    given_gold_spans: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: "RelationScores") -> "RelationScores":
        return RelationScores(
            of_both(self.by_label, other.by_label),
            of_both(self.given_gold_spans, other.given_gold_spans),
        )

    @property
    def strict(self) -> Counts:
        """End to end, of all labels."""
        return reduce(add, self.by_label.values(), _NONE)

    @property
    def given(self) -> Counts:
        """Between spans that both sides have, of all labels."""
        return reduce(add, self.given_gold_spans.values(), _NONE)


def relation_scores(predicted: Document | None, gold: Document) -> RelationScores:
    """The scores of a document's relations; all of gold is missed where `predicted` is None.

    Given gold's spans, only the relations count whose head and tail, with label and offsets,
    are spans of both documents; a dangling head is compared by its id, and has no span that
    could be wrong.
    """
    if not gold.relations and not (predicted and predicted.relations):
        return RelationScores()
    found, wanted = _relations(predicted), _relations(gold)
    here, there = _spans(predicted), _spans(gold)
    shared = set(here.values()) & set(there.values())
    return RelationScores(
        _compare(found, wanted), _compare(_between(shared, found), _between(shared, wanted))
    )


def _spans(document: Document | None) -> dict[str, _Span]:
    spans = document.spans if document else ()
    return {span.id: (span.label, span.fragments) for span in spans}


def _relations(document: Document | None) -> Counter[_Place]:
    if document is None:
        return Counter()
    spans = _spans(document)

    def place(relation: Relation) -> _Place:
        head = spans.get(relation.head, relation.head)
        return relation.label, head, spans[relation.tail]

    return Counter(map(place, document.relations))


def _between(shared: set[_Span], relations: Counter[_Place]) -> Counter[_Place]:
    return Counter(
        {
            place: n
            for place, n in relations.items()
            if all(isinstance(end, str) or end in shared for end in place[1:])
        }
    )


def _compare(predicted: Counter[_Place], gold: Counter[_Place]) -> dict[str, Counts]:
    labels = {place[0] for place in (*predicted, *gold)}
    both = predicted & gold
    return {
        label: Counts(_of(both, label), _of(predicted - gold, label), _of(gold - predicted, label))
        for label in labels
    }


def _of(places: Counter[_Place], label: str) -> int:
    return sum(n for place, n in places.items() if place[0] == label)


def measured_relations(parts: Sequence[RelationScores]) -> dict[str, Measurement]:
    """The measurements of the scores of documents.

    Keys: `strict` (end to end), `given_gold_spans`, and strict for each label: `label:AKA`.
    """
    found = {
        "strict": Measurement(_f1("strict", "strict"), [part.strict.row for part in parts]),
        "given_gold_spans": Measurement(
            _f1("given_gold_spans", "given-gold-spans"), [part.given.row for part in parts]
        ),
    }
    for label in sorted({label for part in parts for label in part.by_label}):
        rows = [part.by_label.get(label, _NONE).row for part in parts]
        found[f"label:{label}"] = Measurement(_f1(label, f"strict|label:{label}"), rows)
    return found


def _f1(name: str, which: str) -> Metric:
    return Metric(name, F1_COLUMNS, f1_of, f"f1|relations:{which}|average:micro")


def relations_as_json(
    parts: Sequence[RelationScores],
    measured: Mapping[str, Measurement] | None = None,
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """The scores of relations as `donor score --json` has them."""
    total = reduce(add, parts, RelationScores())
    scores = told(measured or measured_relations(parts), seed=seed, resamples=resamples)
    more = {
        name: {key: one[key] for key in ("interval", "signature")} for name, one in scores.items()
    }
    return {
        "strict": total.strict.as_json() | more["strict"],
        "given_gold_spans": total.given.as_json() | more["given_gold_spans"],
        "by_label": {
            label: {
                **total.by_label[label].as_json(),
                **more[f"label:{label}"],
                "given_gold_spans": total.given_gold_spans.get(label, _NONE).as_json(),
            }
            for label in sorted(total.by_label)
        },
    }
