"""Checks of what holds between annotations: sentences, overlaps, relations, how many have a place.

The order of two spans is no finding, nor that of the two ends of a relation: languages order their
words in their own way. That they are still two places, in their sentences, is what can be checked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from donor.data import Check, Document, Finding, Span
from donor.verify.case import Case

__all__ = ["other_sentence", "overlap_changed", "relation_collapsed", "shared", "spans_unplaced"]

# So many without a place may be chance; and so large a share is none.
_FROM_UNPLACED, _MOST_UNPLACED = 2, 0.5


def other_sentence(case: Case) -> Iterator[Finding]:
    """A finding for each span with words in a sentence in which its source has none."""
    source = case.transfer.source
    if len(source.segments) < 2 or not case.placed:
        return
    for span_id, span in case.placed.items():
        ours = _positions(case.source_spans[span_id], source)
        theirs = _positions(span, case.target_document)
        if ours and not theirs <= ours:
            what = f"stands in {_sentences(theirs)}, in the source in {_sentences(ours)}"
            yield Finding(Check.OTHER_SENTENCE, what, min(theirs - ours), span_id)


def _positions(span: Span, side: Document) -> set[int]:
    """The positions of the segments in which a span has words."""
    found: set[int] = set()
    for part in span.fragments:
        first = bisect_right(side.segments, part.start, key=lambda segment: segment.end)
        last = bisect_left(side.segments, part.end, key=lambda segment: segment.start)
        found.update(range(first, last))
    return found


def _sentences(positions: set[int]) -> str:
    numbers = ", ".join(str(position + 1) for position in sorted(positions))
    return f"segment{'s' if len(positions) > 1 else ''} {numbers}"


def overlap_changed(case: Case) -> Iterator[Finding]:
    """A finding for each two spans that share text in the source and none in the target.

    The other way round, spans that share text in the target alone are found where they share
    little; where one takes the place of the other, they are astray.
    """
    placed = case.placed
    if len(placed) < 2:
        return
    before = _sharing([case.source_spans[span_id] for span_id in placed])
    after = _sharing(list(placed.values()))
    if before == after:
        return
    for one, other in sorted(before - after):
        what = f"shares no words with {one}, in the source it does"
        yield Finding(Check.OVERLAP_CHANGED, what, span_id=other)
    for one, other in sorted(after - before):
        if not _most(placed[one], placed[other]):
            what = f"shares words with {one}, in the source it does not"
            yield Finding(Check.OVERLAP_CHANGED, what, span_id=other)


def _sharing(spans: Sequence[Span]) -> set[tuple[str, str]]:
    """The ids of each two spans that share text, the smaller id first."""
    ordered = sorted([(span.fragments[0].start, n, span) for n, span in enumerate(spans)])
    found = set()
    for n, (_, _, one) in enumerate(ordered):
        end = one.fragments[-1].end
        for start, _, other in ordered[n + 1 :]:
            if start >= end:
                break
            if shared(one, other):
                found.add((min(one.id, other.id), max(one.id, other.id)))
    return found


def _most(one: Span, other: Span) -> bool:
    """Whether two spans share more than half of the longer one."""
    return 2 * shared(one, other) > max(sum(map(len, span.fragments)) for span in (one, other))


def shared(one: Span, other: Span) -> int:
    """How many characters two spans share."""
    return sum(
        max(0, min(a.end, b.end) - max(a.start, b.start))
        for a in one.fragments
        for b in other.fragments
    )


def relation_collapsed(case: Case) -> Iterator[Finding]:
    """A finding for each relation whose two ends became the same words."""
    placed = case.placed
    for row in case.transfer.relations:
        head, tail = row.relation.head, row.relation.tail
        if row.lost or head == tail or placed[head].fragments != placed[tail].fragments:
            continue
        spans = case.source_spans
        if spans[head].fragments != spans[tail].fragments:
            what = f"{row.relation.label} leads from {tail} to {head}, which are the same words now"
            yield Finding(Check.RELATION_COLLAPSED, what, span_id=tail)


def spans_unplaced(case: Case) -> Iterator[Finding]:
    """A finding for a translated document most of whose spans, several, have no place."""
    rows = case.transfer.spans
    unplaced = len(rows) - len(case.placed)
    if unplaced < _FROM_UNPLACED or case.transfer.translation.problem:
        return
    if unplaced > _MOST_UNPLACED * len(rows):
        yield Finding(Check.SPANS_UNPLACED, f"{unplaced} of {len(rows)} spans have no place")
