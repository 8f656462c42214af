"""Checks of the projection: what the model did to the text, and where spans came to stand."""

from collections.abc import Iterator, Mapping

from donor.data import Attempt, Check, Document, Finding, Reason, Span
from donor.project.tags import METHOD as TAGS
from donor.verify.case import Case, around
from donor.verify.sizes import size
from donor.verify.structure import shared

__all__ = ["alteration", "share_of_segment", "span_astray", "text_altered"]

_WHOLE, _PART = 0.9, 0.6
_FROM_SIZE = 30


def text_altered(case: Case) -> Iterator[Finding]:
    """A finding for each method that gave a translation back with other words."""
    seen = set()
    for row in case.transfer.spans:
        for attempt in row.attempts:
            what = alteration(attempt)
            if what and attempt.method not in seen:
                seen.add(attempt.method)
                yield Finding(Check.TEXT_ALTERED, f"{attempt.method}: {what}", span_id=row.span_id)


def alteration(attempt: Attempt) -> str:
    """How a model changed the text that it was given, or ""."""
    if attempt.reason is Reason.TEXT_ALTERED:
        return attempt.detail
    # Tags have places, but in a text that was changed the words between them are looked for.
    quoted = attempt.method == TAGS and isinstance(attempt.answer, tuple)
    return "other words around those of the span" if quoted else ""


def span_astray(case: Case) -> Iterator[Finding]:
    """A finding for each span that grew to a whole segment, or took another span's words."""
    placed = case.placed
    if not placed or not case.pairs:
        return
    spans = case.source_spans
    source, target = case.transfer.source, case.target_document
    for span in placed.values():
        after = share_of_segment(span, target)
        before = share_of_segment(spans[span.id], source) if after >= _WHOLE else 1.0
        if before <= _PART:
            what = f"covers {after:.0%} of its segment, in the source {before:.0%}"
            yield Finding(Check.SPAN_ASTRAY, what, span_id=span.id)
        if not _speaks(span, target) and _speaks(spans[span.id], source):
            yield Finding(Check.SPAN_ASTRAY, "covers no letter or digit", span_id=span.id)
    for one, other in _overlapping(list(placed.values())) if len(placed) > 1 else ():
        if _collide(one, other, spans):
            what = f"stands where {one.id} stands, in the source elsewhere"
            yield Finding(Check.SPAN_ASTRAY, what, span_id=other.id)


def share_of_segment(span: Span, side: Document) -> float:
    """How much of its segment a span covers, from 0 to 1; 0 in a segment of a few words."""
    whole = size(around(side, span.extent).of(side.text).strip())
    if whole < _FROM_SIZE:
        return 0.0
    return min(1.0, sum([size(part.of(side.text)) for part in span.fragments]) / whole)


def _speaks(span: Span, side: Document) -> bool:
    return any(map(str.isalnum, span.surface(side.text)))


def _overlapping(spans: list[Span]) -> Iterator[tuple[Span, Span]]:
    """The pairs of spans whose extents share text."""
    ordered = sorted(spans, key=lambda span: span.extent)
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other.extent.start >= one.extent.end:
                break
            yield one, other


def _collide(one: Span, other: Span, spans: Mapping[str, Span]) -> bool:
    """Whether two spans share most of their words in the target, and none in the source."""
    if shared(spans[one.id], spans[other.id]):
        return False
    return shared(one, other) > 0.5 * max(_covered(one), _covered(other))


def _covered(span: Span) -> int:
    return sum(map(len, span.fragments))
