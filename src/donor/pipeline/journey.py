"""One document's way from source to transfer: translate, then the cascade, then the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from donor.data import (
    Attempt,
    Candidate,
    Declined,
    Document,
    Intervals,
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
from donor.pipeline.origins import origins
from donor.pipeline.plan import Plan
from donor.project import Projection
from donor.resolve import Resolution, resolve
from donor.translate import TranslationTask
from donor.verify import verify

__all__ = ["journey"]


def journey(document: Document, plan: Plan) -> Method[Transfer]:
    """The transfer of a document, verified. Raises ConfigError where its language is not known."""
    source = plan.language_of(document)
    transfer = yield from _transferred(document, source, plan)
    findings = verify(transfer, source=source, target=plan.target, guidance=plan.guidance)
    return replace(transfer, findings=findings) if findings else transfer


def _transferred(document: Document, source: Language, plan: Plan) -> Method[Transfer]:
    task = TranslationTask(document, source, plan.target, plan.guidance)
    translated = yield from plan.translator(task)
    translation = translated.translation
    if translation.problem:
        return _untranslated(document, translation)
    attempts: dict[str, list[Attempt]] = {span.id: [] for span in document.spans}
    placed: dict[str, Span] = {}
    target = translation.document(document)

    def settle(answers: Iterable[Candidate | Declined]) -> None:
        for span_id, attempt, span in _resolved(answers, placed, document, target, plan.target):
            attempts[span_id].append(attempt)
            if span:
                placed[span_id] = span

    settle(translated.candidates)
    for projector in plan.cascade:
        open_ids = frozenset(attempts) - frozenset(placed)
        if not open_ids:
            break
        wanted = Projection(document, target, open_ids, source, plan.target, plan.guidance)
        settle((yield from projector(wanted)))
    rows = tuple(_row(span, attempts[span.id], placed.get(span.id)) for span in document.spans)
    return Transfer(
        source=document,
        translation=translation,
        spans=rows,
        relations=_relation_rows(document, frozenset(placed)),
        labels=tuple(LabelRow(position) for position in range(len(document.labels))),
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


def _resolved(
    answers: Iterable[Candidate | Declined],
    placed: Mapping[str, Span],
    source: Document,
    target: Document,
    language: Language,
) -> Iterable[tuple[str, Attempt, Span | None]]:
    """For each answer its span id, the attempt, and the target span where there is one."""
    answers = tuple(answers)
    if not answers:
        return
    candidates = [answer for answer in answers if isinstance(answer, Candidate)]
    if any(not isinstance(candidate.answer, Intervals) for candidate in candidates):
        # What tells of a quote's place: where its span stands, and what earlier methods placed.
        candidates += [Candidate(s.id, "", Intervals(s.fragments)) for s in placed.values()]
        where = origins(source)
        candidates = [replace(one, origin=where[one.span_id]) for one in candidates]
    found = resolve(target.text, candidates, language=language.tag)
    resolutions = {resolution.span_id: resolution for resolution in found}
    for answer in answers:
        if isinstance(answer, Declined):
            attempt = Attempt(answer.method, None, reason=answer.reason, detail=answer.detail)
            yield answer.span_id, attempt, None
        else:
            resolution = resolutions[answer.span_id]
            yield answer.span_id, _attempt(answer, resolution), _span(resolution, source)


def _attempt(candidate: Candidate, resolution: Resolution) -> Attempt:
    return Attempt(
        method=candidate.method,
        answer=candidate.answer,
        match=resolution.match,
        reason=resolution.reason,
        detail=resolution.detail,
        evidence=candidate.evidence,
    )


def _span(resolution: Resolution, source: Document) -> Span | None:
    if resolution.fragments is None:
        return None
    span = source.span(resolution.span_id)
    return Span(span.id, span.label, resolution.fragments, span.attributes)


def _row(span: Span, attempts: Sequence[Attempt], placed: Span | None) -> SpanRow:
    last = attempts[-1]
    if placed:
        return SpanRow(span.id, tuple(attempts), placed, last.method, last.match)
    return SpanRow(span.id, tuple(attempts), reason=last.reason, detail=last.detail)


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
