"""What a run's own translations are: against gold's text, or looked at without it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from donor.data import Check, Document, Transfer
from donor.experiments.compare.cases import Case, under_source_names
from donor.experiments.compare.runs import ComparedRun
from donor.score import F1, Measurement, Metric, over_text_of
from donor.score.embedding import Embedder, similarity_measurement
from donor.score.labels import label_sides, labels_as_json, measured_labels
from donor.score.metric import share_of
from donor.score.reference_free import reference_free
from donor.score.translation import translation_measurements, translation_pairs

__all__ = ["Agreement", "Own", "against_gold", "agreement", "without_gold"]

Labels = Mapping[str, Mapping[str, Measurement]]


@dataclass(frozen=True, slots=True)
class Own:
    """A run's own translations, measured; one row for each case.

    Args:
        counts: what became of spans and labels, as JSON.
        translation: the metrics of the text against gold's.
        labels: by label name the measures of its values against gold's.
        labels_json: the same as `donor score --json` has them.
        reference_free: what can be said without gold.
        notes: what could not be measured, and why.
    """

    counts: Mapping[str, Any]
    translation: Mapping[str, Measurement] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    labels_json: Mapping[str, Any] | None = None
    reference_free: Mapping[str, Measurement] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def against_gold(
    run: ComparedRun,
    cases: Sequence[Case],
    transfers: Sequence[Transfer],
    embedder: Embedder | None,
) -> Own:
    """The texts and the text labels of a run against gold's."""
    names = run.label_names
    golds = [under_source_names(case.gold, names) for case in cases if case.gold is not None]
    both = list(zip([transfer.target for transfer in transfers], golds, strict=True))
    texts = list(translation_pairs(both))
    translation = translation_measurements(texts, run.recipe.to)
    if embedder is not None:
        translation["similarity"] = similarity_measurement(embedder, texts)
    sides = label_sides(both)
    labels = {name: measured_labels(own) for name, own in sides.items()}
    differ = sum(target is None or over_text_of(target, gold) is None for target, gold in both)
    return Own(
        _counts(transfers) | {"texts_differ": differ},
        translation,
        labels,
        labels_as_json(sides, labels) if labels else None,
    )


def without_gold(run: ComparedRun, transfers: Sequence[Transfer], embedder: Embedder | None) -> Own:
    """What can be said of a run without gold."""
    found = {
        "projection_rate": Measurement(_RATE, [_placed(transfer) for transfer in transfers]),
        "findings_per_document": Measurement(
            _FINDINGS, [(len(transfer.findings), 1) for transfer in transfers]
        ),
        **reference_free(transfers, embedder),
    }
    notes = () if run.recipe.back_translate else (_NO_BACK,)
    return Own(_counts(transfers) | {"texts_differ": None}, reference_free=found, notes=notes)


_NO_BACK = "not translated back: donor transfer --back-translate does"
_FREE = "reference:none|unit:{}"
_RATE = Metric("projection_rate", ("placed", "spans"), share_of, _FREE.format("span"))
_FINDINGS = Metric(
    "findings_per_document", ("findings", "documents"), share_of, _FREE.format("document"), -1
)


def _placed(transfer: Transfer) -> tuple[int, int]:
    return sum(row.placed is not None for row in transfer.spans), len(transfer.spans)


def _counts(transfers: Sequence[Transfer]) -> dict[str, Any]:
    """What became of the spans and the labels of the cases in the run itself."""
    placed, spans = map(sum, zip(*map(_placed, transfers), strict=True))
    labels = [row for transfer in transfers for row in transfer.labels]
    carried = sum(row.lost is None for row in labels)
    findings = [finding for transfer in transfers for finding in transfer.findings]
    return {
        "projection_rate": placed / spans if spans else None,
        "findings_per_document": len(findings) / len(transfers),
        "labels": {
            "source": len(labels),
            "carried": carried,
            "lost": len(labels) - carried,
            "doubtful": sum(finding.check is Check.LABEL_DOUBTFUL for finding in findings),
        },
    }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two systems are, which says nothing of how good either is.

    Args:
        translation: BLEU and chrF of the one text against the other's.
        spans: strict F1 of the places of the one against the other's, over equal texts.
        equal_texts: in how many documents both texts are the same.
        both_placed: the share of source spans that have a place in both.
        untranslated: documents that one of them has no valid translation of; their texts do not
            count.
    """

    translation: Mapping[str, Measurement]
    spans: Measurement
    equal_texts: int
    both_placed: Measurement
    untranslated: int


_BOTH = Metric("both_placed", ("both", "spans"), share_of, _FREE.format("span"))


def agreement(one: Sequence[Transfer], other: Sequence[Transfer], language: str) -> Agreement:
    """The agreement of two runs over the same cases, the second taken as the reference."""
    targets = [(a.target, b.target) for a, b in zip(one, other, strict=True)]
    both = [(a, b) for a, b in targets if a is not None and b is not None]
    equal = [(a, b) for a, b in both if a.text == b.text]
    measured = translation_measurements(translation_pairs(both), language)
    return Agreement(
        {name: measured[name] for name in ("bleu", "chrf2")},
        Measurement(F1, list(_same_places(equal))),
        len(equal),
        Measurement(_BOTH, [_both_placed(a, b) for a, b in zip(one, other, strict=True)]),
        len(targets) - len(both),
    )


def _same_places(pairs: Sequence[tuple[Document, Document]]) -> Iterator[tuple[int, int, int]]:
    for a, b in pairs:
        ours, theirs = ({(s.label, s.fragments) for s in side.spans} for side in (a, b))
        same = len(ours & theirs)
        yield same, len(ours) - same, len(theirs) - same


def _both_placed(one: Transfer, other: Transfer) -> tuple[int, int]:
    """How many source spans have a place in both; spans of other ids go by label and fragments."""
    places = []
    for transfer in (one, other):
        spans = {span.id: (span.label, span.fragments) for span in transfer.source.spans}
        places.append({spans[row.span_id] for row in transfer.spans if row.placed})
    every = {(span.label, span.fragments) for span in one.source.spans}
    return len(places[0] & places[1]), len(every)
