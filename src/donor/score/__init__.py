"""SCORE: a dataset against gold, as counts first and divisions last.

Documents match by id, else by their text in gold. Span and relation scores need the same
text on both sides; documents whose text differs are left out of them and counted.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from donor.data import Document
from donor.errors import InputError
from donor.score.counts import Counts, PartialCounts
from donor.score.metric import F1, Measurement, Metric
from donor.score.relations import relation_counts
from donor.score.resampling import SEED, holm, interval, paired_bootstrap, randomisation
from donor.score.spans import LENGTHS, SpanScores, over_text_of, span_scores

__all__ = [
    "F1",
    "SEED",
    "Counts",
    "Measurement",
    "Metric",
    "PartialCounts",
    "SpanScores",
    "holm",
    "interval",
    "over_text_of",
    "paired_bootstrap",
    "randomisation",
    "relation_counts",
    "score",
    "span_scores",
    "spans_as_json",
]


def score(predicted: Iterable[Document], gold: Iterable[Document]) -> dict[str, Any]:
    """Span and relation scores, in the shape of `donor score --json`.

    A predicted span is right if gold has one with the same label over the same offsets. Gold
    documents that are missing from the prediction count as if nothing was found in them. Texts
    that differ only in the white space at their edges are the same text.

    Raises:
        InputError: no document is in both.
    """
    golds = list(gold)
    found = _matched(predicted, golds)
    if golds and not found:
        hint = "documents match by id, else by text"
        raise InputError("the prediction", "has no document in common with gold", hint)
    relations: dict[str, Counts] = {}
    parts: list[SpanScores] = []
    texts_differ = 0
    for document in golds:
        other = found.get(document.id)
        if other is not None:
            other = over_text_of(other, document)
            if other is None:
                texts_differ += 1
                continue
        parts.append(span_scores(other, document))
        _add(relations, relation_counts(other, document))
    return {
        "documents": len(golds),
        "spans": _spans(parts),
        "relations": _section(relations, texts_differ < len(golds)),
        "texts_differ": texts_differ,
    }


def _matched(predicted: Iterable[Document], golds: list[Document]) -> dict[str, Document]:
    """The predicted document of each gold id: the one with this id, else the next of its text."""
    ids = {document.id for document in golds}
    found: dict[str, Document] = {}
    others: defaultdict[str, deque[Document]] = defaultdict(deque)
    for document in predicted:
        if document.id in ids:
            found.setdefault(document.id, document)
        else:
            others[document.text].append(document)
    for document in golds:
        if document.id not in found and others[document.text]:
            found[document.id] = others[document.text].popleft()
    return found


def _add(sums: dict[str, Counts], counts: Mapping[str, Counts]) -> None:
    for label, own in counts.items():
        sums[label] = sums.get(label, Counts()) + own


def spans_as_json(
    total: SpanScores, strict: Sequence[Counts], *, seed: int = SEED
) -> dict[str, Any]:
    """The scores of spans as one method of `donor bench --json` has them.

    Args:
        total: the scores of all documents together.
        strict: the strict counts of each document, for the interval.
        seed: of the bootstrap.
    """
    measured = Measurement(F1, [part.row for part in strict])
    return {
        "strict": total.strict.as_json() | {"interval": interval(measured, seed=seed)},
        "partial": total.partial.as_json(),
        "character": total.character.as_json(),
        "repeated": total.repeated.as_json(),
        "by_label": _named(total.by_label, sorted(total.by_label)),
        "by_length": _named(total.by_length, LENGTHS),
    }


def _named(counts: Mapping[str, Counts], names: Iterable[str]) -> dict[str, Any]:
    return {name: counts[name].as_json() for name in names if name in counts}


def _spans(parts: Sequence[SpanScores]) -> dict[str, Any] | None:
    if not parts:
        return None
    total = sum(parts, SpanScores())
    # What is not known from two datasets alone is None.
    return {
        **spans_as_json(total, [part.strict for part in parts]),
        "projection_rate": None,
        "tokens_per_span": None,
    }


def _section(by_label: Mapping[str, Counts], comparable: bool) -> dict[str, Any] | None:
    if not comparable:
        return None
    total = sum(by_label.values(), Counts())
    labels = {label: by_label[label].as_json() for label in sorted(by_label)}
    return {"strict": total.as_json(), "by_label": labels}
