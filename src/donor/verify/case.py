"""What a check looks at: a transfer, its languages, and its texts side by side."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from donor.data import NO_GUIDANCE, Document, Guidance, Interval, Span, Transfer
from donor.data.once import made_once
from donor.data.quick import quickly_made
from donor.languages import Language

__all__ = ["Case", "Pair", "around"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Pair:
    """A segment and its translation; `position` is None for a side text."""

    position: int | None
    source: str
    target: str


def around(document: Document, extent: Interval) -> Interval:
    """From the start of the first segment that an interval touches to the end of the last."""
    segments = document.segments
    if len(segments) == 1 and segments[0].contains(extent):
        return segments[0]
    first = bisect_right(segments, extent.start, key=lambda segment: segment.end)
    last = bisect_left(segments, extent.end, key=lambda segment: segment.start)
    if first >= last:
        return extent
    return Interval(segments[first].start, segments[last - 1].end)


@quickly_made
@dataclass(frozen=True)
class Case:
    """A transfer, its languages, and what the user said to its methods."""

    transfer: Transfer
    source: Language
    target: Language
    guidance: Guidance = NO_GUIDANCE

    @made_once
    def pairs(self) -> tuple[Pair, ...]:
        """The segments and side texts with their translations; none without a translation."""
        translation, document = self.transfer.translation, self.transfer.source
        if translation.problem:
            return ()
        segments = zip(document.segment_texts(), translation.segments, strict=True)
        sides = zip(document.side_texts, translation.side_texts, strict=True)
        return (
            *[Pair(n, before, after) for n, (before, after) in enumerate(segments)],
            *[Pair(None, side.text, after) for side, after in sides],
        )

    @made_once
    def source_spans(self) -> Mapping[str, Span]:
        """The spans of the source by their ids."""
        return {span.id: span for span in self.transfer.source.spans}

    @made_once
    def placed(self) -> Mapping[str, Span]:
        """The spans that have a place in the target, by their ids."""
        return {row.span_id: row.placed for row in self.transfer.spans if row.placed}

    @property
    def target_document(self) -> Document:
        """The target document. The case must have a translation."""
        target = self.transfer.target
        assert target is not None, "without a translation there is no target"
        return target
