"""The counts that precision, recall and F1 are made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from donor.score.metric import f1_of

__all__ = ["Counts", "Matches", "f1_of_matches", "of_both", "summed"]


class _Additive(Protocol):
    def __add__(self: "T", other: "T") -> "T": ...


T = TypeVar("T", bound=_Additive)


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
        return f1_of(self.row)

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
class Matches:
    """What became of the spans of both sides, in the five counts of SemEval-2013 task 9.1.

    A pair of spans is correct, incorrect, or partial, which counts half on both sides; a span
    without a partner is spurious if it was found, missed if it is gold's (Segura-Bedmar et al.
    2013, after MUC-5: Chinchor and Sundheim 1993).

    >>> counts = Matches(correct=2, partial=1, spurious=1)
    >>> counts.precision, round(counts.recall, 4), round(counts.f1, 4)
    (0.625, 0.8333, 0.7143)
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: "Matches") -> "Matches":
        return Matches(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.partial + other.partial,
            self.missed + other.missed,
            self.spurious + other.spurious,
        )

    @property
    def row(self) -> tuple[int, int, int, int, int]:
        """The counts as those of a metric's document."""
        return self.correct, self.incorrect, self.partial, self.missed, self.spurious

    @property
    def counts(self) -> Counts:
        """Right, wrong and missed: of these, only what is correct is right."""
        near = self.incorrect + self.partial
        return Counts(self.correct, near + self.spurious, near + self.missed)

    @property
    def _credit(self) -> float:
        return self.correct + self.partial / 2

    @property
    def precision(self) -> float | None:
        """The credit for each span that was found; None if nothing was found."""
        found = self.correct + self.incorrect + self.partial + self.spurious
        return self._credit / found if found else None

    @property
    def recall(self) -> float | None:
        """The credit for each span of gold; None if gold is empty."""
        gold = self.correct + self.incorrect + self.partial + self.missed
        return self._credit / gold if gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None if there is nothing at all."""
        return f1_of_matches(self.row)

    def as_json(self) -> dict[str, Any]:
        """The scores, and the counts that they come from."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "correct": self.correct,
            "incorrect": self.incorrect,
            "partial": self.partial,
            "missed": self.missed,
            "spurious": self.spurious,
        }


def f1_of_matches(counts: Sequence[float]) -> float | None:
    """The F1 of the five counts of `Matches`, in their order; None if there is nothing at all."""
    correct, incorrect, partial, missed, spurious = counts
    both = 2 * (correct + incorrect + partial) + missed + spurious
    return (2 * correct + partial) / both if both else None


def of_both(one: Mapping[str, T], other: Mapping[str, T]) -> Mapping[str, T]:
    """The counts of each name, added up.

    >>> of_both({"a": Counts(1)}, {"a": Counts(2)})["a"].true_positives
    3
    """
    if not (one and other):
        return one or other
    found = dict(one)
    for name, counts in other.items():
        found[name] = found[name] + counts if name in found else counts
    return found


def summed(counts: Iterable[Counts]) -> Counts:
    """All of them together.

    >>> summed([Counts(1, 2, 3), Counts(1)])
    Counts(true_positives=2, false_positives=2, false_negatives=3)
    """
    right = wrong = missed = 0
    for one in counts:
        right += one.true_positives
        wrong += one.false_positives
        missed += one.false_negatives
    return Counts(right, wrong, missed)
