"""How far several readers, or several runs, agree: Krippendorff's alpha for nominal values.

A document's coincidences add up: how many pairs of values differ, and how often each value
occurs. What chance would let agree comes from the values of all documents together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from donor.score.metric import Measurement, Metric, Row

__all__ = ["GAP", "Coincidences", "aligned", "alpha", "coincidences", "mean_of"]

GAP = ""
"""The value of a text that has no token where another one has."""

_COLUMNS = ("differing", "values", "alike_by_chance")
_SIGNATURE = "alpha:krippendorff|level:nominal|chance:all-documents"


@dataclass(frozen=True, slots=True)
class Coincidences:
    """The pairable values of one document, or of many together; `a + b` is both together.

    Args:
        differing: the pairs of values of one unit that differ, each in both orders, as
            Krippendorff weighs them: a unit of m values counts each of its pairs 1 / (m - 1).
        values: how often each value occurs.
    """

    differing: float
    values: Mapping[str, float]

    def __add__(self, other: "Coincidences") -> "Coincidences":
        values = dict(self.values)
        for value, n in other.values.items():
            values[value] = values.get(value, 0) + n
        return Coincidences(self.differing + other.differing, values)

    @property
    def pairable(self) -> float:
        """How many values there are."""
        return sum(self.values.values())


def coincidences(units: Iterable[Iterable[str | None]]) -> Coincidences:
    """The coincidences of units, each the values that it was given; None where one is missing.

    >>> coincidences([["a", "a"], ["a", "b"], ["b", None]])
    Coincidences(differing=2.0, values=Counter({'a': 3, 'b': 1}))
    """
    differing = 0.0
    values: Counter[str] = Counter()
    for unit in units:
        given = Counter(value for value in unit if value is not None)
        size = given.total()
        if size < 2:
            continue
        values += given
        if len(given) > 1:
            differing += sum(n * (size - n) for n in given.values()) / (size - 1)
    return Coincidences(differing, values)


def aligned(texts: Sequence[Sequence[str]]) -> Coincidences:
    """The coincidences of several versions of one text, each as its tokens.

    Each two versions are aligned, and a token that has no counterpart meets a gap: these are the
    units, of two values each. As each token is in as many pairs as there are other versions, a
    pair weighs one over their number; where no token is without a counterpart, that is what the
    versions would count as units of their positions. Two equal versions meet no gap.

    >>> aligned([["a", "b"], ["a", "c"]])
    Coincidences(differing=2.0, values={'a': 2, 'b': 1, 'c': 1})
    """
    if len(texts) < 2:
        return Coincidences(0.0, {})
    versions = Counter(map(tuple, texts))
    values: dict[str, float] = dict(Counter(token for text in texts for token in text))
    differing = gaps = 0.0
    # In one order, so that the alignment is the same whichever came first.
    for (one, n), (other, m) in combinations(sorted(versions.items()), 2):
        apart, unmatched = _differences(one, other)
        weight = n * m / (len(texts) - 1)
        differing += 2 * apart * weight
        gaps += unmatched * weight
    if gaps:
        values[GAP] = gaps
    return Coincidences(differing, values)


def alpha(documents: Sequence[Coincidences]) -> Measurement:
    """Krippendorff's alpha over documents: 1 is agreement, 0 what chance would give.

    1 - observed / expected disagreement (Krippendorff 2019, chapter 12), nominal; None where
    there is but one value, so that nothing could disagree. In a resample, a value's chance to
    meet its like is that in all documents, so three counts are enough for any vocabulary; over
    all documents the score is exactly that of the coincidence matrix.

    >>> alpha([coincidences([["a", "a"], ["b", "b"], ["a", "b"]])]).score
    0.4444444444444444
    """
    values: defaultdict[str, float] = defaultdict(float)
    for document in documents:
        for value, n in document.values.items():
            values[value] += n
    everything = sum(values.values())
    rows: list[Row] = [
        (
            document.differing,
            document.pairable,
            sum(n * values[value] / everything for value, n in document.values.items()),
        )
        for document in documents
    ]
    return Measurement(Metric("alpha", _COLUMNS, _alpha, _SIGNATURE), rows)


def mean_of(measured: Sequence[Measurement]) -> Measurement:
    """The mean of several scores over the same documents, as one metric.

    A score that is not defined is left out of the mean.
    """
    metric = measured[0].metric
    width = len(metric.columns)

    def mean(counts: Sequence[float]) -> float | None:
        parts = (metric.of(counts[at : at + width]) for at in range(0, len(counts), width))
        known = [part for part in parts if part is not None]
        return sum(known) / len(known) if known else None

    columns = tuple(f"{name}:{n}" for n in range(len(measured)) for name in metric.columns)
    signature = f"{metric.signature}|mean:{len(measured)}".removeprefix("|")
    rows = [
        tuple(count for row in rows for count in row)
        for rows in zip(*(one.rows for one in measured), strict=True)
    ]
    return Measurement(Metric(metric.name, columns, mean, signature, metric.best), rows)


def _alpha(counts: Sequence[float]) -> float | None:
    differing, values, alike = counts
    expected = values * (values - alike)
    if values < 2 or expected <= values * 1e-9:
        return None
    return 1 - (values - 1) * differing / expected


def _differences(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many units of the alignment of two texts differ, and how many of them have a gap."""
    apart = gaps = 0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, there, until in matcher.get_opcodes():
        if tag != "equal":
            lengths = end - start, until - there
            apart += max(lengths)
            gaps += abs(lengths[0] - lengths[1])
    return apart, gaps
