"""What a run's own translations are: against gold's text, or looked at without it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from donor.data import Check, Document, Transfer
from donor.errors import ReplayError, StoreError
from donor.experiments.compare.cases import Case, under_source_names
from donor.experiments.compare.runs import ComparedRun
from donor.llm import Method, asking
from donor.pipeline import Plan, Resources, client_of, plan_of
from donor.pipeline.looking import translation_back
from donor.score import F1, Measurement, Metric, over_text_of
from donor.score.embedding import Embedder, similarity_measurement
from donor.score.labels import label_measurements
from donor.score.reference_free import reference_free
from donor.score.translation import translation_measurements, translation_pairs

__all__ = ["Agreement", "Own", "against_gold", "agreement", "back_translated", "without_gold"]

Labels = Mapping[str, Mapping[str, Measurement]]


@dataclass(frozen=True, slots=True)
class Own:
    """A run's own translations, measured; one row for each case.

    Args:
        counts: what became of spans and labels, as JSON.
        translation: the metrics of the text against gold's.
        labels: by label name the measures of its values against gold's.
        reference_free: what can be said without gold.
        notes: what could not be measured, and why.
    """

    counts: Mapping[str, Any]
    translation: Mapping[str, Measurement] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
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
        translation["embedding"] = similarity_measurement(embedder, texts)
    labelled = any(gold.labels for gold in golds)
    differ = sum(target is None or over_text_of(target, gold) is None for target, gold in both)
    return Own(
        _counts(transfers) | {"texts_differ": differ},
        translation,
        label_measurements(both) if labelled else {},
    )


def without_gold(
    transfers: Sequence[Transfer],
    embedder: Embedder | None,
    back: Mapping[str, Measurement],
    notes: tuple[str, ...],
) -> Own:
    """What can be said of a run without gold."""
    found = {
        "projection_rate": Measurement(_RATE, [_placed(transfer) for transfer in transfers]),
        "findings_per_document": Measurement(
            _FINDINGS, [(len(transfer.findings), 1) for transfer in transfers]
        ),
        **reference_free(transfers, embedder),
        **back,
    }
    return Own(_counts(transfers) | {"texts_differ": None}, reference_free=found, notes=notes)


def _share(counts: Sequence[float]) -> float | None:
    return counts[0] / counts[1] if counts[1] else None


_RATE = Metric("projection rate", ("placed", "spans"), _share)
_FINDINGS = Metric("findings per document", ("findings", "documents"), _share, best=-1)


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


def back_translated(
    run: ComparedRun, transfers: Sequence[Transfer], resources: Resources
) -> tuple[dict[str, Measurement], str]:
    """BLEU and chrF of the translations back, which the run's store holds; or why there are none.

    Nothing is asked: a run that did not translate back has nothing to compare.
    """
    if not run.recipe.back_translate:
        return {}, "no translation back: donor transfer --back-translate makes one"
    recipe = run.recipe
    plan = plan_of(to=recipe.to, cascade=recipe.cascade, source=recipe.language)
    plan = replace(plan, guidance=run.guidance(), same_language=True)
    try:
        with client_of(recipe.model, replace(resources, replay=True)) as client:
            ways = (
                asking(_back(transfer, plan), recipe.model, dict(recipe.parameters))
                for transfer in transfers
            )
            with closing(client.drive(ways)) as driven:
                pairs = list(driven)
    except (ReplayError, StoreError) as error:
        return {}, f"no translation back: {error}"
    language = next((one.source.language for one in transfers), None) or recipe.language or "und"
    measured = translation_measurements(pairs, language)
    return {f"back_translation_{name}": measured[name] for name in ("bleu", "chrf2")}, ""


def _back(transfer: Transfer, plan: Plan) -> Method[tuple[list[str], list[str]]]:
    """The segments that came back, and those of the source."""
    document = transfer.source
    back = yield from translation_back(transfer, plan.language_of(document), plan)
    found = [] if back is None or back.problem else list(back.segments)
    return found, list(document.segment_texts())


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two systems are, which says nothing of how good either is.

    Args:
        translation: BLEU and chrF of the one text against the other's.
        spans: strict F1 of the places of the one against the other's, over equal texts.
        equal_texts: in how many documents both texts are the same.
        both_placed: the share of source spans that have a place in both.
    """

    translation: Mapping[str, Measurement]
    spans: Measurement
    equal_texts: int
    both_placed: Measurement


_BOTH = Metric("spans that both placed", ("both", "spans"), _share)


def agreement(one: Sequence[Transfer], other: Sequence[Transfer], language: str) -> Agreement:
    """The agreement of two runs over the same cases, the second taken as the reference."""
    targets = [(a.target, b.target) for a, b in zip(one, other, strict=True)]
    both = [(a, b) for a, b in targets if b is not None]
    equal = [(a, b) for a, b in both if a is not None and a.text == b.text]
    measured = translation_measurements(translation_pairs(both), language)
    return Agreement(
        {name: measured[name] for name in ("bleu", "chrf2")},
        Measurement(F1, list(_same_places(equal))),
        len(equal),
        Measurement(_BOTH, [_both_placed(a, b) for a, b in zip(one, other, strict=True)]),
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
