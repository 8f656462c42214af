"""What a check looks at: a transfer, its languages, and its texts side by side."""

from dataclasses import dataclass
from functools import cached_property

from donor.data import NO_GUIDANCE, Document, Guidance, Transfer
from donor.languages import Language

__all__ = ["Case", "Pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment and its translation; `position` is None for a side text."""

    position: int | None
    source: str
    target: str


@dataclass(frozen=True)
class Case:
    """A transfer, its languages, and what the user said to its methods."""

    transfer: Transfer
    source: Language
    target: Language
    guidance: Guidance = NO_GUIDANCE

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The segments and side texts with their translations; none without a translation."""
        translation, document = self.transfer.translation, self.transfer.source
        if translation.problem:
            return ()
        segments = zip(document.segment_texts(), translation.segments, strict=True)
        sides = zip(document.side_texts, translation.side_texts, strict=True)
        return (
            *(Pair(n, before, after) for n, (before, after) in enumerate(segments)),
            *(Pair(None, side.text, after) for side, after in sides),
        )

    @cached_property
    def target_document(self) -> Document:
        """The translation without annotations. The case must have a translation."""
        return self.transfer.translation.document(self.transfer.source)
