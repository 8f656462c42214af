"""Checks of the projection: what the model did to the text, and where spans came to stand."""

from collections.abc import Iterator

from donor.data import Check, Document, Finding, Interval, Reason, Span, SpanRow
from donor.verify.case import Case
from donor.verify.sizes import size

__all__ = ["share_of_segment", "span_astray", "text_altered"]

_WHOLE, _PART = 0.9, 0.6
_FROM_SIZE = 30


def text_altered(case: Case) -> Iterator[Finding]:
    """A finding for each method that gave a translation back with other words."""
    seen = set()
    for row in case.transfer.spans:
        for attempt in row.attempts:
            if attempt.reason is Reason.TEXT_ALTERED and attempt.method not in seen:
                seen.add(attempt.method)
                detail = f"{attempt.method}: {attempt.detail}"
                yield Finding(Check.TEXT_ALTERED, detail, span_id=row.span_id)


def span_astray(case: Case) -> Iterator[Finding]:
    """A finding for each span that grew to a whole segment, or took another span's words."""
    if not case.pairs:
        return
    placed = [row for row in case.transfer.spans if row.placed]
    for row in placed:
        before, after = share_of_segment(case, row)
        if after >= _WHOLE and before <= _PART:
            what = f"covers {after:.0%} of its segment, in the source {before:.0%}"
            yield Finding(Check.SPAN_ASTRAY, what, span_id=row.span_id)
        if _says_nothing(case, row):
            yield Finding(Check.SPAN_ASTRAY, "covers no letter or digit", span_id=row.span_id)
    for one, other in _overlapping([row.placed for row in placed if row.placed]):
        if _collide(case.transfer.source, one, other):
            what = f"stands where {one.id} stands, in the source elsewhere"
            yield Finding(Check.SPAN_ASTRAY, what, span_id=other.id)


def share_of_segment(case: Case, row: SpanRow) -> tuple[float, float]:
    """How much of its segment a placed span covers, in the source and in the target."""
    source, target = case.transfer.source, case.target_document
    before = _share(source.span(row.span_id), source.segments, source.text)
    after = _share(row.placed, target.segments, target.text) if row.placed else 0.0
    return before, after


def _share(span: Span, segments: tuple[Interval, ...], text: str) -> float:
    own = [segment for segment in segments if segment.overlaps(span.extent)]
    whole = sum(size(segment.of(text).strip()) for segment in own)
    if whole < _FROM_SIZE:
        return 0.0
    return min(1.0, sum(size(part.of(text)) for part in span.fragments) / whole)


def _says_nothing(case: Case, row: SpanRow) -> bool:
    if row.placed is None:
        return False
    after = row.placed.surface(case.target_document.text)
    before = case.transfer.source.span(row.span_id).surface(case.transfer.source.text)
    return not any(map(str.isalnum, after)) and any(map(str.isalnum, before))


def _overlapping(spans: list[Span]) -> Iterator[tuple[Span, Span]]:
    """The pairs of spans whose extents share text."""
    ordered = sorted(spans, key=lambda span: span.extent)
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other.extent.start >= one.extent.end:
                break
            yield one, other


def _collide(source: Document, one: Span, other: Span) -> bool:
    """Whether two spans share most of their words in the target, and none in the source."""
    if _shared(source.span(one.id), source.span(other.id)):
        return False
    return _shared(one, other) > 0.5 * max(_covered(one), _covered(other))


def _shared(one: Span, other: Span) -> int:
    return sum(
        max(0, min(a.end, b.end) - max(a.start, b.start))
        for a in one.fragments
        for b in other.fragments
    )


def _covered(span: Span) -> int:
    return sum(map(len, span.fragments))
