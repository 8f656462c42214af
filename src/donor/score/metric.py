"""What every score is: counts of each document that add up, and a function of their sum.

From these two alone come the score itself, its interval, and the test between two systems
(`donor.score.resampling`), for each metric in the same way; after sacrebleu (Post 2018).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

__all__ = [
    "F1",
    "F1_COLUMNS",
    "Measurement",
    "Metric",
    "Row",
    "f1_of",
    "mean_f1",
    "over_columns",
    "share_of",
]

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


@dataclass(frozen=True)
class Measurement:
    """A metric over documents: one row of counts for each, in their order.

    >>> one = Measurement(F1, [(3, 1, 0), (0, 0, 2)])
    >>> one.total, one.score
    ((3, 1, 2), 0.6666666666666666)
    """

    metric: Metric
    rows: Sequence[Row]

    @cached_property
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
    every = list(rows)
    # Column by column: as many iterators as rows would be work for the garbage collector.
    return tuple(sum(map(itemgetter(n), every)) for n in range(columns))


def over_columns(measured: Measurement, columns: Sequence[str]) -> Measurement:
    """The same measurement with these columns, in their order; what it has not counted is 0.

    >>> metric = mean_f1("macro", ["a"])
    >>> over_columns(Measurement(metric, [(1, 2, 3)]), mean_f1("macro", ["b", "a"]).columns).rows
    [(0, 0, 0, 1, 2, 3)]
    """
    own = measured.metric.columns
    if own == tuple(columns):
        return measured
    at = [own.index(name) if name in own else None for name in columns]
    rows = [tuple(0 if n is None else row[n] for n in at) for row in measured.rows]
    return Measurement(replace(measured.metric, columns=tuple(columns)), rows)


def f1_of(counts: Sequence[float]) -> float | None:
    """The harmonic mean of precision and recall; None if there is nothing at all."""
    right, wrong, missed = counts
    both = 2 * right + wrong + missed
    return 2 * right / both if both else None


F1_COLUMNS = ("true_positives", "false_positives", "false_negatives")

F1 = Metric("f1", F1_COLUMNS, f1_of, "f1|average:micro")
"""F1 of true positives, false positives and false negatives."""


def mean_f1(name: str, classes: Iterable[str], signature: str = "") -> Metric:
    """The mean of the F1 of classes; one that is neither found nor in gold is left out."""
    columns = (f"{one}:{column}" for one in classes for column in F1_COLUMNS)
    return Metric(name, tuple(columns), _mean_f1, signature or f"{name}|average:macro")


def _mean_f1(counts: Sequence[float]) -> float | None:
    each = (f1_of(counts[n : n + 3]) for n in range(0, len(counts), 3))
    defined = [one for one in each if one is not None]
    return sum(defined) / len(defined) if defined else None


def share_of(counts: Sequence[float]) -> float | None:
    """The first count as a share of the second; None where that is 0."""
    return counts[0] / counts[1] if counts[1] else None
