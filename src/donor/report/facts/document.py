"""What a report says of one document: both texts, and what became of everything on them."""

from collections.abc import Iterable
from typing import Any

from donor.data import Document, Interval, SpanRow, Transfer
from donor.report.facts.chosen import Known

__all__ = ["document_facts"]

_MOST_CHARACTERS = 6_000


def document_facts(
    transfer: Transfer, known: Known, *, most: int = _MOST_CHARACTERS
) -> dict[str, Any]:
    """A document as JSON: texts, segments, spans on both sides, relations, labels, findings.

    A long document is cut after the segment in which its source has so many characters; the
    spans that stand behind are counted in `spans_cut`.
    """
    source, target = transfer.source, transfer.target
    segments = _segments_shown(source, most)
    here = _shown(source, segments, most)
    there = None if target is None else _shown(target, segments, 3 * most)
    spans = [
        _span(number, row, transfer, known, here, there)
        for number, row in enumerate(transfer.spans, start=1)
    ]
    kept = [span for span in spans if span["source"]]
    return {
        "id": source.id,
        "problem": transfer.translation.problem,
        "languages": [source.language, transfer.translation.language],
        "source": _text(source, here, segments),
        "target": None if target is None or there is None else _text(target, there, segments),
        "cut": here < len(source.text),
        "spans_cut": len(spans) - len(kept),
        "spans": kept,
        "relations": [
            {"label": r.relation.label, "tail": r.relation.tail, "head": r.relation.head}
            | {"lost": r.lost}
            for r in transfer.relations
        ],
        "labels": _labels(transfer),
        "side_texts": _side_texts(transfer, most),
        "findings": [
            {"check": f.check, "detail": f.detail, "segment": f.segment, "span": f.span_id}
            for f in transfer.findings
        ],
    }


def _segments_shown(document: Document, most: int) -> int:
    """How many segments are shown, at least one."""
    shown = sum(segment.end <= most for segment in document.segments)
    return max(1, shown)


def _shown(document: Document, segments: int, most: int) -> int:
    """How many characters are shown: all, or to the end of the last segment that is shown."""
    if segments >= len(document.segments) and len(document.text) <= most:
        return len(document.text)
    ends = [segment.end for segment in document.segments[:segments]]
    return min(max(ends, default=len(document.text)), most)


def _text(document: Document, end: int, segments: int) -> dict[str, Any]:
    shown = [[s.start, min(s.end, end)] for s in document.segments[:segments] if s.start <= end]
    return {"text": document.text[:end], "segments": shown}


def _span(
    number: int,
    row: SpanRow,
    transfer: Transfer,
    known: Known,
    here: int,
    there: int | None,
) -> dict[str, Any]:
    span = transfer.source.span(row.span_id)
    placed = row.placed
    return {
        "number": number,
        "id": span.id,
        "label": span.label,
        "source": _clipped(span.fragments, here),
        "target": None if placed is None or there is None else _clipped(placed.fragments, there),
        "method": row.method,
        "match": row.match,
        "reason": row.reason,
        "detail": row.detail,
        "confidence": known.confidences.get(span.id),
        "exact": known.exact.get(span.id),
    }


def _clipped(fragments: Iterable[Interval], end: int) -> list[list[int]]:
    return [[f.start, min(f.end, end)] for f in fragments if f.start < end]


def _labels(transfer: Transfer) -> list[dict[str, Any]]:
    labels = transfer.source.labels
    return [
        {"name": label.name, "value": label.value, "segment": label.segment, "lost": row.lost}
        for row in transfer.labels
        for label in (labels[row.position],)
    ]


def _side_texts(transfer: Transfer, most: int) -> list[dict[str, Any]]:
    target = transfer.target
    theirs = target.side_texts if target else ()
    return [
        {
            "name": side.name,
            "source": side.text[:most],
            "target": theirs[n].text[:most] if theirs else None,
        }
        for n, side in enumerate(transfer.source.side_texts)
    ]
