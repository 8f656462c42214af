"""From links to the stretch of target words that answers to some source words.

Every target word gets a figure: what speaks for it, less what speaks against it. Links from the
source words speak for it, links from others against it, and a word without links a little against
it. The stretch is the run of neighbours with the greatest sum. So a gap is worth its words and no
more, a stray link far away is not worth the words between, and the order of links is all the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from donor.project.align.segment import Segment

__all__ = ["PLAIN", "Stretch", "Weights", "best", "gains"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much.

    Attributes:
        leaving: a link to a word outside, against one inside.
        unlinked: a word without links.
        backward: links found by asking where source words go, against the other way.
        small: an article or a preposition, against another word.
        sign: a sign, against a word.
    """

    leaving: float = 0.8
    unlinked: float = 0.35
    backward: float = 1.0
    small: float = 0.25
    sign: float = 0.2


PLAIN = Weights()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring target words, from `first` up to `end`, and the sum of their gains."""

    first: int
    end: int
    score: float

    @property
    def positions(self) -> range:
        """The positions of the words."""
        return range(self.first, self.end)


def gains(segment: Segment, inside: Collection[int], weights: Weights = PLAIN) -> list[float]:
    """What speaks for each target word, if the words inside are those to find."""
    target = segment.target
    found = [0.0] * len(target.words)
    unlinked = [1.0] * len(found)
    for source, at, forward, backward in segment.links:
        sign = 1.0 if source in inside else -weights.leaving
        found[at] += sign * (forward + weights.backward * backward)
        unlinked[at] -= forward
    for at, share in enumerate(unlinked):
        found[at] -= weights.unlinked * share
        if target.signs[at]:
            found[at] *= weights.sign
        elif target.small[at]:
            found[at] *= weights.small
    return found


def best(gains: Sequence[float], taken: Collection[int] = ()) -> Stretch | None:
    """The stretch with the greatest sum, the first of several; None where nothing is gained."""
    found: Stretch | None = None
    first, total = 0, 0.0
    for at, gain in enumerate(gains):
        if at in taken:
            total = 0.0
            continue
        if total <= 0:
            first, total = at, 0.0
        total += gain
        if total > (found.score if found else 0.0) + 1e-9:
            found = Stretch(first, at + 1, total)
    return found
