"""One document's way from source to transfer: translate, place the spans, look, and mend."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import partial

from donor.data import (
    Check,
    Document,
    Finding,
    LabelRow,
    LostReason,
    Reason,
    RelationRow,
    Span,
    SpanRow,
    Transfer,
    Translation,
)
from donor.languages import Language
from donor.llm import Method
from donor.pipeline.looking import judged
from donor.pipeline.mending import (
    Settled,
    failing_segments,
    failing_spans,
    mend_spans,
    settled,
)
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
    if text.translated.translation.problem:
        return _found(_untranslated(document, text.translated.translation), text, source, plan)
    transfer, placing = yield from _placed(document, text, source, plan)
    if plan.judge:
        transfer, placing = yield from _judged(transfer, placing, text, plan)
    free = [step for step in plan.cascade if not step.asks]
    for step in free:
        yield from placing.ask_witness(step)
    return replace(transfer, spans=placing.rows()) if free else transfer


def translated(document: Document, plan: Plan) -> Method[Settled]:
    """The translation of a document, looked at and mended. Raises ConfigError as `journey`."""
    task = TranslationTask(document, plan.language_of(document), plan.target, plan.guidance)
    found = yield from plan.translator(task)
    return (yield from settled(task, found, plan))


def _placed(
    document: Document, text: Settled, source: Language, plan: Plan
) -> Method[tuple[Transfer, Placing]]:
    """The transfer over a translation, its spans placed and mended."""
    translation = text.translated.translation
    placing = Placing(document, translation.document(document), source, plan)
    if text.translated.candidates:
        placing.settle(text.translated.candidates)
    yield from placing.cascade()
    transfer = _found(_transfer(placing, translation), text, source, plan)
    if plan.repair and transfer.findings and failing_spans(transfer.findings):
        look = partial(_look, placing, translation, source)
        yield from mend_spans(placing, transfer.findings, look)
        transfer = _found(_transfer(placing, translation), text, source, plan)
    return transfer, placing


def _judged(
    transfer: Transfer, placing: Placing, text: Settled, plan: Plan
) -> Method[tuple[Transfer, Placing]]:
    """The transfer with what a judge finds, after what it found was asked for again, once."""
    source = placing.language
    found, looked = yield from judged(transfer, source, plan)
    segments = failing_segments(found)
    if plan.repair and segments and plan.translate_again:
        said = transfer.translation.segments
        transfer, placing, text = yield from _said_anew(transfer, placing, text, segments)
        if transfer.translation.segments != said:
            found, more = yield from judged(transfer, source, plan)
            looked = Counter(looked) + Counter(more)
            transfer = _doubted(transfer, segments, failing_segments(found))
    if plan.repair and failing_spans(found):
        translation, before = transfer.translation, placing.rows()
        yield from mend_spans(placing, found, partial(_look, placing, translation, source))
        transfer = replace(transfer, spans=placing.rows())
        if _places(transfer.spans) != _places(before):
            transfer = _found(_transfer(placing, translation), text, source, plan)
            found, more = yield from judged(transfer, source, plan)
            looked = Counter(looked) + Counter(more)
    looked = Counter(looked) + Counter(transfer.looked)
    findings = _in_order((*transfer.findings, *found))
    return replace(transfer, findings=findings, looked=dict(looked)), placing


def _said_anew(
    transfer: Transfer, placing: Placing, text: Settled, failing: Mapping[int, str]
) -> Method[tuple[Transfer, Placing, Settled]]:
    """The transfer over new translations of segments in which a judge has found something.

    They are not taken where fewer spans find a place in them: what aligned the words of the
    whole corpus knows those of the first translation alone.
    """
    document, source, plan = transfer.source, placing.language, placing.plan
    task = TranslationTask(document, source, plan.target, plan.guidance)
    new = yield from settled(task, text.translated, plan, failing)
    translation = new.translated.translation
    if translation.segments != transfer.translation.segments:
        there, places = yield from _placed(document, new, source, plan)
        if len(places.open) <= len(placing.open):
            return there, places, new
    kept = replace(transfer.translation, repairs=translation.repairs)
    return _doubted(replace(transfer, translation=kept), failing, failing), placing, text


def _doubted(transfer: Transfer, before: Mapping[int, str], now: Container[int]) -> Transfer:
    """The transfer, its segments not mended in which a judge finds what it found before."""
    translation = transfer.translation
    repairs = [
        replace(one, mended=one.mended and one.segment not in now)
        if before.get(one.segment) == one.finding
        else one
        for one in translation.repairs
    ]
    return replace(transfer, translation=replace(translation, repairs=tuple(repairs)))


def _places(rows: Iterable[SpanRow]) -> list[Span | None]:
    return [row.placed for row in rows]


def _look(placing: Placing, translation: Translation, source: Language) -> tuple[Finding, ...]:
    """What the checks find in the places as they are now."""
    return _seen(_transfer(placing, translation), source, placing.plan)


def _transfer(placing: Placing, translation: Translation) -> Transfer:
    document, rows = placing.source, placing.rows()
    return Transfer(
        source=document,
        translation=translation,
        spans=rows,
        relations=_relation_rows(document, rows) if document.relations else (),
        labels=tuple([LabelRow(position) for position in range(len(document.labels))]),
    )


def _found(transfer: Transfer, text: Settled, source: Language, plan: Plan) -> Transfer:
    """The transfer with all findings, in the order of the checks."""
    if text.findings is None:
        findings = _seen(transfer, source, plan, tuple(CHECKS))
    else:
        findings = (*text.findings, *_seen(transfer, source, plan))
    if not findings and not text.looked:
        return transfer
    return replace(transfer, findings=_in_order(findings), looked=dict(text.looked), back=text.back)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: _ORDER[one.check]))


def _seen(
    transfer: Transfer, source: Language, plan: Plan, checks: Iterable[Check] = _OF_SPANS
) -> tuple[Finding, ...]:
    return verify(
        transfer, source=source, target=plan.target, guidance=plan.guidance, checks=checks
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


def _relation_rows(document: Document, spans: Iterable[SpanRow]) -> tuple[RelationRow, ...]:
    ids = {span.id for span in document.spans}
    placed = {row.span_id for row in spans if row.placed}
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
