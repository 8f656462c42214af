"""How far a score can be trusted: an interval for one, tests between two, for any metric.

All take the counts document by document and resample documents: spans and sentences of one
text are not independent of each other. Every chance comes from a seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from donor.score.metric import Measurement, Metric, Row

__all__ = [
    "RESAMPLES",
    "SEED",
    "TRIALS",
    "Paired",
    "holm",
    "interval",
    "paired_bootstrap",
    "randomisation",
]

SEED = 2024
RESAMPLES = 1_000
TRIALS = 10_000
_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Paired:
    """A difference between two systems, its interval, and how probable it is by chance."""

    difference: float
    interval: tuple[float, float]
    p: float


def interval(
    measured: Measurement, *, seed: int = SEED, share: float = 0.95, resamples: int = RESAMPLES
) -> list[float] | None:
    """The bootstrap interval of a score, lowest and highest; None where it is not defined.

    Percentiles of the scores of resampled documents (Efron 1979; Koehn 2004), of those draws in
    which the score is defined.

    >>> from donor.score.metric import F1
    >>> interval(Measurement(F1, [(1, 0, 0)] * 5))
    [1.0, 1.0]
    """
    if measured.score is None:
        return None
    drawn = _draws(measured.rows, seed, resamples)
    scores = [one for one in map(measured.metric.of, drawn) if one is not None]
    return list(_percentiles(scores, share))


def paired_bootstrap(
    a: Measurement,
    b: Measurement,
    *,
    seed: int = SEED,
    share: float = 0.95,
    resamples: int = RESAMPLES,
) -> Paired | None:
    """The difference a − b over the same documents; None where a score is not defined.

    The interval holds percentiles of the difference in resampled documents; p is two-sided, the
    share of draws whose difference is as far from the seen one as the seen one is from nothing
    (Koehn 2004; the shift as in sacrebleu), (r + 1) / (n + 1).
    """
    metric, width = _common(a, b)
    seen = _difference(metric, a.total, b.total)
    if seen is None:
        return None
    both = [(*one, *other) for one, other in zip(a.rows, b.rows, strict=True)]
    drawn = _draws(both, seed, resamples)
    found = [_difference(metric, row[:width], row[width:]) for row in drawn]
    differences = [one for one in found if one is not None]
    low, high = _percentiles(differences, share)
    reached = sum(abs(one - seen) >= abs(seen) - 1e-12 for one in differences)
    return Paired(seen, (low, high), (reached + 1) / (len(differences) + 1))


def randomisation(
    a: Measurement, b: Measurement, *, seed: int = SEED, trials: int = TRIALS
) -> float | None:
    """The p of the paired difference between two systems over the same documents.

    Approximate randomisation, two-sided (Noreen 1989; Yeh 2000): in each trial the results of
    each document change sides by a coin; p is the share of trials whose difference is at least
    the seen one, (r + 1) / (trials + 1). None where one of the scores is not defined.

    >>> from donor.score.metric import F1
    >>> same = Measurement(F1, [(1, 1, 0), (2, 0, 1)])
    >>> randomisation(same, same, trials=100)
    1.0
    """
    import numpy as np

    metric, _ = _common(a, b)
    all_a, all_b = a.total, b.total
    seen = _difference(metric, all_a, all_b)
    if seen is None:
        return None
    steps = _array(b.rows, metric) - _array(a.rows, metric)
    steps = steps[steps.any(axis=1)]
    # Documents that differ by the same are one group: how many of them change sides is the
    # number of heads among so many coins.
    groups, sizes = np.unique(steps, axis=0, return_counts=True)
    chance = np.random.default_rng(seed)
    reached = 0
    for rows in _chunks(trials, len(groups)):
        for row in _heads(sizes, groups, rows, chance).tolist():
            one = [value + step for value, step in zip(all_a, row, strict=True)]
            other = [value - step for value, step in zip(all_b, row, strict=True)]
            difference = _difference(metric, one, other)
            reached += difference is not None and abs(difference) >= abs(seen) - 1e-12
    return (reached + 1) / (trials + 1)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """The p of each test of a family, corrected for their number (Holm 1979).

    Tests that could not be made are None and do not count.

    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    made = sorted((p, n) for n, p in enumerate(ps) if p is not None)
    corrected: list[float | None] = [None] * len(ps)
    highest = 0.0
    for place, (p, n) in enumerate(made):
        highest = max(highest, min(1.0, p * (len(made) - place)))
        corrected[n] = highest
    return corrected


def _common(a: Measurement, b: Measurement) -> tuple[Metric, int]:
    """The metric of both, and its number of counts."""
    if a.metric.columns != b.metric.columns:
        raise ValueError(f"{a.metric.name} and {b.metric.name} do not count the same")
    return a.metric, len(a.metric.columns)


def _difference(metric: Metric, a: Sequence[float], b: Sequence[float]) -> float | None:
    one, other = metric.of(a), metric.of(b)
    return None if one is None or other is None else one - other


def _array(rows: Sequence[Row], metric: Metric) -> Any:
    import numpy as np

    return np.array(rows, dtype=float).reshape(len(rows), len(metric.columns))


def _draws(rows: Sequence[Row], seed: int, resamples: int) -> Iterator[list[float]]:
    """The sums of resampled documents.

    Documents with equal counts are one group; how many of each group a draw has is multinomial.
    """
    import numpy as np

    array = np.array(rows, dtype=float)
    groups, which, sizes = np.unique(array, axis=0, return_inverse=True, return_counts=True)
    chance = np.random.default_rng(seed)
    if len(groups) * 8 < len(array):
        for draws in _chunks(resamples, len(groups)):
            counts = chance.multinomial(len(array), sizes / len(array), size=draws)
            yield from (counts @ groups).tolist()
        return
    which = which.reshape(-1)
    for _ in range(resamples):
        drawn = which[chance.integers(len(array), size=len(array))]
        yield (np.bincount(drawn, minlength=len(groups)) @ groups).tolist()


def _heads(sizes: Any, groups: Any, trials: int, chance: Any) -> Any:
    """The sum of the steps whose coin shows heads, in each of so many trials."""
    import numpy as np

    alone = sizes == 1
    singles, several = groups[alone], groups[~alone]
    moved = chance.binomial(sizes[~alone], 0.5, size=(trials, len(several))) @ several
    coins = np.frombuffer(chance.bytes(trials * -(-len(singles) // 8)), dtype=np.uint8)
    heads = np.unpackbits(coins.reshape(trials, -1), axis=1, count=len(singles))
    return moved + heads.astype(float) @ singles


def _chunks(number: int, width: int) -> Iterator[int]:
    """So many rows at a time that they weigh little; together as many as wanted."""
    most = max(1, _CELLS // max(1, width))
    while number > 0:
        yield min(most, number)
        number -= most


def _percentiles(values: Sequence[float], share: float) -> tuple[float, float]:
    """The values between which that share lies, linearly between two."""
    import numpy as np

    cut = (1 - share) / 2
    low, high = np.quantile(np.array(values), [cut, 1 - cut])
    return float(low), float(high)
