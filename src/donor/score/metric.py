"""What every score is: counts of each document that add up, and a function of their sum.

From these two alone come the score itself, its interval, and the test between two systems
(`donor.score.resampling`), for each metric in the same way; after sacrebleu (Post 2018).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["F1", "Measurement", "Metric", "Row"]

Row = tuple[float, ...]
"""The counts of one document, or of many together, in the order of the metric's columns."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A score as a function of additive counts.

    Args:
        name: what it is called.
        columns: the names of the counts.
        of: the score of a sum of counts; None where it is not defined.
        signature: each setting that moves the number, as sacrebleu writes it.
        best: the better direction, 1 for the most and -1 for the least; 0 where neither is.
    """

    name: str
    columns: tuple[str, ...]
    of: Callable[[Sequence[float]], float | None]
    signature: str = ""
    best: int = 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """A metric over documents: one row of counts for each, in their order.

    >>> one = Measurement(F1, [(3, 1, 0), (0, 0, 2)])
    >>> one.total, one.score
    ((3, 1, 2), 0.6666666666666666)
    """

    metric: Metric
    rows: Sequence[Row]

    @property
    def total(self) -> Row:
        """The sum of all rows."""
        return added(self.rows, len(self.metric.columns))

    @property
    def score(self) -> float | None:
        """The score of all documents together; None where it is not defined."""
        return self.metric.of(self.total)


def added(rows: Iterable[Row], columns: int) -> Row:
    """The sum of rows of so many columns.

    >>> added([(1, 2), (3, 4)], 2)
    (4, 6)
    """
    return tuple(map(sum, zip(*rows, strict=True))) or (0,) * columns


def _f1(counts: Sequence[float]) -> float | None:
    """The harmonic mean of precision and recall; None if there is nothing at all."""
    right, wrong, missed = counts
    both = 2 * right + wrong + missed
    return 2 * right / both if both else None


F1 = Metric("f1", ("true_positives", "false_positives", "false_negatives"), _f1)
"""F1 of true positives, false positives and false negatives."""
