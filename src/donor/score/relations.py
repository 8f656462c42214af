"""Strict counts of relations: one is right if its label and both its spans are."""

from collections import Counter
from collections.abc import Hashable

from donor.data import Document
from donor.score.counts import Counts

__all__ = ["relation_counts"]

_Place = tuple[str, Hashable]


def relation_counts(predicted: Document | None, gold: Document) -> dict[str, Counts]:
    """Counts by label; a relation is right if its label and both its spans are.

    Dangling heads are compared by their id.
    """
    return _compare(_relations(predicted), _relations(gold))


def _relations(document: Document | None) -> Counter[_Place]:
    if document is None:
        return Counter()
    place = {span.id: (span.label, span.fragments) for span in document.spans}
    return Counter(
        (relation.label, (place.get(relation.head, relation.head), place[relation.tail]))
        for relation in document.relations
    )


def _compare(predicted: Counter[_Place], gold: Counter[_Place]) -> dict[str, Counts]:
    labels = {label for label, _ in (*predicted, *gold)}
    both = predicted & gold
    return {
        label: Counts(_of(both, label), _of(predicted - gold, label), _of(gold - predicted, label))
        for label in labels
    }


def _of(places: Counter[_Place], label: str) -> int:
    return sum(n for (own, _), n in places.items() if own == label)
