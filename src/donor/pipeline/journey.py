"""One document's way from source to transfer: translate, place the spans, look, and mend."""

from collections.abc import Mapping
from dataclasses import replace

from donor.data import (
    Check,
    Document,
    Finding,
    LabelRow,
    LostReason,
    Reason,
    RelationRow,
    SpanRow,
    Transfer,
    Translation,
)
from donor.languages import Language
from donor.llm import Method
from donor.pipeline.mending import Settled, failing_spans, mend_spans, settled
from donor.pipeline.placing import Placing
from donor.pipeline.plan import Plan
from donor.translate import TranslationTask
from donor.verify import CHECKS, OF_TRANSLATION, verify

__all__ = ["journey", "translated"]

_OF_SPANS = tuple(check for check in CHECKS if check not in OF_TRANSLATION)
_ORDER = {check: place for place, check in enumerate(Check)}


def journey(document: Document, plan: Plan, text: Settled | None = None) -> Method[Transfer]:
    """The transfer of a document, verified. Raises ConfigError where its language is not known.

    Args:
        document: the source.
        plan: what is done to it.
        text: its translation, where that was made before.
    """
    source = plan.language_of(document)
    if text is None:
        text = yield from translated(document, plan)
    translation = text.translated.translation
    if translation.problem:
        return _found(_untranslated(document, translation), text, source, plan)
    placing = Placing(document, translation.document(document), source, plan)
    placing.settle(text.translated.candidates)
    yield from placing.cascade()
    transfer = _found(_transfer(placing, translation), text, source, plan)
    failing = failing_spans(transfer.findings) if plan.repair else {}
    if failing:

        def look() -> Mapping[str, str]:
            now = _transfer(placing, translation)
            return failing_spans(_seen(now, source, plan))

        yield from mend_spans(placing, failing, look)
        transfer = _found(_transfer(placing, translation), text, source, plan)
    if any(not step.asks for step in plan.cascade):
        for step in plan.cascade:
            if not step.asks:
                yield from placing.ask_witness(step)
        transfer = replace(transfer, spans=placing.rows())
    return transfer


def translated(document: Document, plan: Plan) -> Method[Settled]:
    """The translation of a document, looked at and mended. Raises ConfigError as `journey`."""
    task = TranslationTask(document, plan.language_of(document), plan.target, plan.guidance)
    found = yield from plan.translator(task)
    return (yield from settled(task, found, plan))


def _transfer(placing: Placing, translation: Translation) -> Transfer:
    document, rows = placing.source, placing.rows()
    placed = frozenset(row.span_id for row in rows if row.placed)
    return Transfer(
        source=document,
        translation=translation,
        spans=rows,
        relations=_relation_rows(document, placed),
        labels=tuple([LabelRow(position) for position in range(len(document.labels))]),
    )


def _found(transfer: Transfer, text: Settled, source: Language, plan: Plan) -> Transfer:
    """The transfer with all findings, in the order of the checks."""
    findings = (*text.findings, *_seen(transfer, source, plan))
    if not findings:
        return transfer
    return replace(transfer, findings=tuple(sorted(findings, key=lambda one: _ORDER[one.check])))


def _seen(transfer: Transfer, source: Language, plan: Plan) -> tuple[Finding, ...]:
    return verify(
        transfer, source=source, target=plan.target, guidance=plan.guidance, checks=_OF_SPANS
    )


def _untranslated(document: Document, translation: Translation) -> Transfer:
    detail = translation.problem
    rows = [
        SpanRow(span.id, (), reason=Reason.NO_TRANSLATION, detail=detail) for span in document.spans
    ]
    lost = LostReason.NO_TRANSLATION
    return Transfer(
        source=document,
        translation=translation,
        spans=tuple(rows),
        relations=tuple(RelationRow(relation, lost) for relation in document.relations),
        labels=tuple(LabelRow(position, lost) for position in range(len(document.labels))),
    )


def _relation_rows(document: Document, placed: frozenset[str]) -> tuple[RelationRow, ...]:
    ids = {span.id for span in document.spans}
    rows = []
    for relation in document.relations:
        lost = None
        if relation.head not in ids:
            lost = LostReason.HEAD_OUTSIDE
        elif relation.tail not in placed:
            lost = LostReason.TAIL_UNRESOLVED
        elif relation.head not in placed:
            lost = LostReason.HEAD_UNRESOLVED
        rows.append(RelationRow(relation, lost))
    return tuple(rows)
