"""What a check looks at: a transfer, its languages, and its texts side by side."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from donor.data import NO_GUIDANCE, Guidance, Interval, Transfer
from donor.data.once import made_once
from donor.languages import Language

__all__ = ["Case", "Pair", "Side"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment and its translation; `position` is None for a side text."""

    position: int | None
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Side:
    """A text and its segments."""

    text: str
    segments: tuple[Interval, ...]

    def around(self, extent: Interval) -> Interval:
        """From the start of the first segment that an interval touches to the end of the last."""
        if len(self.segments) == 1 and self.segments[0].contains(extent):
            return self.segments[0]
        first = bisect_right(self.segments, extent.start, key=lambda segment: segment.end)
        last = bisect_left(self.segments, extent.end, key=lambda segment: segment.start)
        if first >= last:
            return extent
        return Interval(self.segments[first].start, self.segments[last - 1].end)


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
    def sides(self) -> tuple["Side", "Side"]:
        """The source and the target as text and segments. The case must have a translation."""
        source, target = self.transfer.source, self.transfer.target
        assert target is not None, "without a translation there is no target"
        return Side(source.text, source.segments), Side(target.text, target.segments)
