"""The lines of a run's JSONL files: each step's share of a transfer, as JSON values."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson

from donor.data import (
    Answer,
    Attempt,
    Check,
    Document,
    Finding,
    Interval,
    Intervals,
    LabelRow,
    LostReason,
    Match,
    Quote,
    Reason,
    RelationRow,
    Repair,
    SpanRow,
    Transfer,
    Translation,
)
from donor.formats.jsonl import decode_span, encode_span

__all__ = [
    "decode_transfer",
    "encode_findings",
    "encode_rows",
    "encode_translation",
    "to_line",
    "with_findings",
]

T = TypeVar("T")


def to_line(value: Any) -> bytes:
    """The value as one line of JSON."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def encode_translation(transfer: Transfer) -> dict[str, Any]:
    """What the translation adds: the target text of each segment, or why there is none."""
    translation = transfer.translation
    value = {
        "id": transfer.source.id,
        "language": translation.language,
        "method": translation.method,
        "segments": list(translation.segments),
        "side_texts": list(translation.side_texts),
        "problem": translation.problem,
        "retries": translation.retries,
        "repairs": [
            {"segment": one.segment, "finding": one.finding, "mended": one.mended}
            for one in translation.repairs
        ],
    }
    return {key: part for key, part in value.items() if part or key == "segments"}


def encode_rows(transfer: Transfer) -> dict[str, Any]:
    """What the projection adds: a row for each span, relation and label."""
    relations = [
        {"label": r.relation.label, "head": r.relation.head, "tail": r.relation.tail}
        | ({"lost": r.lost} if r.lost else {})
        for r in transfer.relations
    ]
    labels = [{"position": r.position, "lost": r.lost} for r in transfer.labels]
    spans = [_encode_row(row) for row in transfer.spans]
    return {"id": transfer.source.id, "spans": spans, "relations": relations, "labels": labels}


def encode_findings(transfer: Transfer) -> dict[str, Any]:
    """What the checks add: what they have seen."""
    findings = [_encode_finding(finding) for finding in transfer.findings]
    looked = {"looked": dict(transfer.looked)} if transfer.looked else {}
    back = {"back": list(transfer.back)} if transfer.back else {}
    return {"id": transfer.source.id, "findings": findings, **looked, **back}


def with_findings(line: bytes, findings: Iterable[Finding]) -> bytes:
    """The line of what the checks add, with these findings after those that it has."""
    value = orjson.loads(line)
    value["findings"] += map(_encode_finding, findings)
    return to_line(value)


def _encode_finding(finding: Finding) -> dict[str, Any]:
    value = {
        "check": finding.check,
        "detail": finding.detail,
        "segment": finding.segment,
        "span": finding.span_id,
    }
    return {key: part for key, part in value.items() if part is not None}


def _encode_row(row: SpanRow) -> dict[str, Any]:
    value = {
        "id": row.span_id,
        "placed": [[i.start, i.end] for i in row.placed.fragments] if row.placed else None,
        "method": row.method,
        "match": row.match,
        "reason": row.reason,
        "detail": row.detail,
        "attempts": [_encode_attempt(attempt) for attempt in row.attempts],
        "winner": row.winner + 1,
    }
    return {key: part for key, part in value.items() if part or key == "placed"}


def _encode_attempt(attempt: Attempt) -> dict[str, Any]:
    value = {
        "method": attempt.method,
        "answer": _encode_answer(attempt.answer),
        "match": attempt.match,
        "reason": attempt.reason,
        "detail": attempt.detail,
        "evidence": {name: round(figure, 4) for name, figure in attempt.evidence},
        "sample": attempt.sample,
        "repairs": attempt.repairs,
    }
    return {key: part for key, part in value.items() if part}


def _encode_answer(answer: Answer | None) -> Any:
    if answer is None:
        return None
    if isinstance(answer, Intervals):
        return {"intervals": [[i.start, i.end] for i in answer.ranges]}
    return {"quotes": [_encode_quote(quote) for quote in answer]}


def _encode_quote(quote: Quote) -> dict[str, Any]:
    value = {
        "surface": quote.surface,
        "occurrence": quote.occurrence,
        "before": quote.before,
        "after": quote.after,
        "within": None if quote.within is None else [quote.within.start, quote.within.end],
    }
    return {key: part for key, part in value.items() if part not in (None, "") or key == "surface"}


def decode_transfer(
    source: Document,
    translated: Mapping[str, Any],
    placed: Mapping[str, Any],
    verified: Mapping[str, Any],
) -> Transfer:
    """The transfer of a source document, out of what the steps added."""
    return Transfer(
        source=source,
        translation=Translation(
            language=translated["language"],
            segments=tuple(translated["segments"]),
            side_texts=tuple(translated.get("side_texts", ())),
            method=translated["method"],
            problem=translated.get("problem", ""),
            retries=translated.get("retries", 0),
            repairs=tuple(Repair(**one) for one in translated.get("repairs", ())),
        ),
        spans=tuple(_decode_row(row, source) for row in placed["spans"]),
        relations=tuple(
            RelationRow(relation, _optional(LostReason, row.get("lost")))
            for relation, row in zip(source.relations, placed["relations"], strict=True)
        ),
        labels=tuple(
            LabelRow(row["position"], _optional(LostReason, row["lost"]))
            for row in placed["labels"]
        ),
        findings=tuple(_decode_finding(finding) for finding in verified["findings"]),
        looked=verified.get("looked", {}),
        back=tuple(verified.get("back", ())),
    )


def _decode_finding(value: Mapping[str, Any]) -> Finding:
    check, detail = Check(value["check"]), value["detail"]
    return Finding(check, detail, value.get("segment"), value.get("span"))


def _decode_row(row: Mapping[str, Any], source: Document) -> SpanRow:
    span = source.span(row["id"])
    placed = {**encode_span(span), "fragments": row["placed"]}
    return SpanRow(
        span_id=row["id"],
        attempts=tuple(_decode_attempt(attempt) for attempt in row.get("attempts", ())),
        placed=decode_span(placed) if row["placed"] else None,
        method=row.get("method"),
        match=_optional(Match, row.get("match")),
        reason=_optional(Reason, row.get("reason")),
        detail=row.get("detail", ""),
        winner=row.get("winner", 0) - 1,
    )


def _decode_attempt(value: Mapping[str, Any]) -> Attempt:
    return Attempt(
        method=value["method"],
        answer=_decode_answer(value.get("answer")),
        match=_optional(Match, value.get("match")),
        reason=_optional(Reason, value.get("reason")),
        detail=value.get("detail", ""),
        evidence=tuple(value.get("evidence", {}).items()),
        sample=value.get("sample", 0),
        repairs=value.get("repairs", ""),
    )


def _decode_answer(value: Mapping[str, Any] | None) -> Answer | None:
    if value is None:
        return None
    if "intervals" in value:
        return Intervals(tuple(Interval(*pair) for pair in value["intervals"]))
    return tuple(
        Quote(**{**quote, "within": Interval(*quote["within"]) if "within" in quote else None})
        for quote in value["quotes"]
    )


def _optional(kind: Callable[[str], T], value: str | None) -> T | None:
    return None if value is None else kind(value)
