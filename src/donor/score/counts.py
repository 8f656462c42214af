"""The counts that precision, recall and F1 are made of."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Counts", "PartialCounts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found and right, found and wrong, and missed; `a + b` is both together.

    >>> counts = Counts(true_positives=3, false_positives=1, false_negatives=0)
    >>> counts.precision, counts.recall, round(counts.f1, 4)
    (0.75, 1.0, 0.8571)
    >>> Counts().f1 is None
    True
    """

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.true_positives + other.true_positives,
            self.false_positives + other.false_positives,
            self.false_negatives + other.false_negatives,
        )

    @property
    def row(self) -> tuple[int, int, int]:
        """The counts as those of a metric's document."""
        return self.true_positives, self.false_positives, self.false_negatives

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None if nothing was found."""
        found = self.true_positives + self.false_positives
        return self.true_positives / found if found else None

    @property
    def recall(self) -> float | None:
        """The share of gold that was found; None if gold is empty."""
        gold = self.true_positives + self.false_negatives
        return self.true_positives / gold if gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None if there is nothing at all."""
        both = 2 * self.true_positives + self.false_positives + self.false_negatives
        return 2 * self.true_positives / both if both else None

    def as_json(self) -> dict[str, Any]:
        """The scores, and the counts that they come from."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "true_positives": self.true_positives,
            "false_positives": self.false_positives,
            "false_negatives": self.false_negatives,
        }


@dataclass(frozen=True, slots=True)
class PartialCounts:
    """What is exactly right, what overlaps, what is spurious and what is missed.

    An overlap counts half, on both sides: the partial scheme of MUC-5 (Chinchor and Sundheim
    1993) and SemEval-2013 task 9, with the label taken into account.

    >>> counts = PartialCounts(exact=2, overlapping=1, spurious=1, missed=0)
    >>> counts.precision, round(counts.recall, 4), round(counts.f1, 4)
    (0.625, 0.8333, 0.7143)
    """

    exact: int = 0
    overlapping: int = 0
    spurious: int = 0
    missed: int = 0

    def __add__(self, other: "PartialCounts") -> "PartialCounts":
        return PartialCounts(
            self.exact + other.exact,
            self.overlapping + other.overlapping,
            self.spurious + other.spurious,
            self.missed + other.missed,
        )

    @property
    def _credit(self) -> float:
        return self.exact + self.overlapping / 2

    @property
    def precision(self) -> float | None:
        """The credit for each span that was found; None if nothing was found."""
        found = self.exact + self.overlapping + self.spurious
        return self._credit / found if found else None

    @property
    def recall(self) -> float | None:
        """The credit for each span of gold; None if gold is empty."""
        gold = self.exact + self.overlapping + self.missed
        return self._credit / gold if gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None if there is nothing at all."""
        both = 2 * (self.exact + self.overlapping) + self.spurious + self.missed
        return 2 * self._credit / both if both else None

    def as_json(self) -> dict[str, Any]:
        """The scores, and the counts that they come from."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "exact": self.exact,
            "overlapping": self.overlapping,
            "spurious": self.spurious,
            "missed": self.missed,
        }
