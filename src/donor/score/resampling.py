"""How far a score can be trusted: an interval for one, tests between two, for any metric.

All take the counts document by document and resample documents: spans and sentences of one
text are not independent of each other. Every chance comes from a seed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise
from typing import Any

from donor.score.metric import Measurement, Metric, Row

__all__ = [
    "RESAMPLES",
    "SEED",
    "TRIALS",
    "Paired",
    "differ",
    "holm",
    "interval",
    "intervals",
    "paired_bootstrap",
    "paired_bootstraps",
    "randomisation",
]

SEED = 2024
RESAMPLES = 1_000
TRIALS = 10_000
_CELLS = 2_000_000
_TABLE_CELLS = 20_000_000


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

    It is not where one document alone has anything to be counted: its draws do not differ.
    Percentiles of the scores of resampled documents (Efron 1979; Koehn 2004), of those draws in
    which the score is defined.

    >>> from donor.score.metric import F1
    >>> interval(Measurement(F1, [(1, 0, 0)] * 5))
    [1.0, 1.0]
    """
    return intervals({"": measured}, seed=seed, share=share, resamples=resamples)[""]


def intervals(
    measured: Mapping[str, Measurement],
    *,
    seed: int = SEED,
    share: float = 0.95,
    resamples: int = RESAMPLES,
) -> dict[str, list[float] | None]:
    """The interval of each of several scores of the same documents.

    Each is what `interval` says of it alone: a draw of documents hangs on their number and the
    seed. Together they are drawn only once.
    """
    defined = {
        name: one
        for name, one in measured.items()
        if one.score is not None and len(list(islice(filter(any, one.rows), 2))) == 2
    }
    found: dict[str, list[float] | None] = dict.fromkeys(measured)
    scores: dict[str, list[float]] = {name: [] for name in defined}
    for some in _batches(defined, [one.rows for one in defined.values()]):
        for sums in _draws([defined[name].rows for name in some], seed, resamples):
            for name, total in zip(some, sums, strict=True):
                score = defined[name].metric.of(total)
                if score is not None:
                    scores[name].append(score)
    return found | {name: list(_percentiles(own, share)) for name, own in scores.items()}


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
    return paired_bootstraps({"": (a, b)}, seed=seed, share=share, resamples=resamples)[""]


def paired_bootstraps(
    pairs: Mapping[str, tuple[Measurement, Measurement]],
    *,
    seed: int = SEED,
    share: float = 0.95,
    resamples: int = RESAMPLES,
) -> dict[str, Paired | None]:
    """What `paired_bootstrap` says of each of several pairs over the same documents."""
    seen = {name: _difference(_common(a, b), a.total, b.total) for name, (a, b) in pairs.items()}
    defined = {name: pair for name, pair in pairs.items() if seen[name] is not None}
    drawn: dict[str, list[float]] = {name: [] for name in defined}
    for some in _batches(defined, [a.rows for a, _ in defined.values()]):
        both = [one.rows for name in some for one in defined[name]]
        for sums in _draws(both, seed, resamples):
            for n, name in enumerate(some):
                metric = defined[name][0].metric
                difference = _difference(metric, sums[2 * n], sums[2 * n + 1])
                if difference is not None:
                    drawn[name].append(difference)
    return {
        name: None if one is None else _paired(one, drawn[name], share)
        for name, one in seen.items()
    }


def _paired(seen: float, differences: Sequence[float], share: float) -> Paired:
    reached = sum(abs(one - seen) >= abs(seen) - 1e-12 for one in differences)
    p = (reached + 1) / (len(differences) + 1)
    return Paired(seen, _percentiles(differences, share), p)


def randomisation(
    a: Measurement, b: Measurement, *, seed: int = SEED, trials: int = TRIALS
) -> float | None:
    """The p of the paired difference between two systems over the same documents.

    Approximate randomisation, two-sided (Noreen 1989; Yeh 2000): in each trial the results of
    each document change sides by a coin; p is the share of trials whose difference is at least
    the seen one, (r + 1) / (trials + 1). A trial in which a score is not defined counts among
    these, so that it never makes a difference look rarer. None where one of the scores that are
    seen is not defined.

    >>> from donor.score.metric import F1
    >>> same = Measurement(F1, [(1, 1, 0), (2, 0, 1)])
    >>> randomisation(same, same, trials=100)
    1.0
    """
    import numpy as np

    metric = _common(a, b)
    all_a, all_b = a.total, b.total
    seen = _difference(metric, all_a, all_b)
    if seen is None:
        return None
    columns = len(metric.columns)
    steps = _array(b.rows, columns) - _array(a.rows, columns)
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
            reached += difference is None or abs(difference) >= abs(seen) - 1e-12
    return (reached + 1) / (trials + 1)


def differ(a: Measurement, b: Measurement) -> bool:
    """Whether any document counts otherwise for the one than for the other."""
    return any(one != other for one, other in zip(a.rows, b.rows, strict=True))


def holm(ps: Sequence[float | None], differing: Sequence[bool]) -> list[float | None]:
    """The p of each test of a family, corrected for their number (Holm 1979).

    Tests that could not be made are None and do not count. Those in which no document differs
    could never be significant: they do not count either, and keep their p (Tarone 1990).

    >>> holm([0.01, 0.04, None, 0.03, 1.0], [True, True, True, True, False])
    [0.03, 0.06, None, 0.06, 1.0]
    """
    every = enumerate(zip(ps, differing, strict=True))
    made = sorted((p, n) for n, (p, differs) in every if p is not None and differs)
    corrected = [*ps]
    highest = 0.0
    for place, (p, n) in enumerate(made):
        highest = max(highest, min(1.0, p * (len(made) - place)))
        corrected[n] = highest
    return corrected


def _common(a: Measurement, b: Measurement) -> Metric:
    """The metric of both."""
    if a.metric.columns != b.metric.columns:
        raise ValueError(f"{a.metric.name} and {b.metric.name} do not count the same")
    return a.metric


def _difference(metric: Metric, a: Sequence[float], b: Sequence[float]) -> float | None:
    one, other = metric.of(a), metric.of(b)
    return None if one is None or other is None else one - other


def _array(rows: Sequence[Row], columns: int) -> Any:
    import numpy as np

    flat = chain.from_iterable(rows)
    return np.fromiter(flat, float, len(rows) * columns).reshape(len(rows), columns)


def _batches(names: Iterable[str], tables: Sequence[Sequence[Row]]) -> Iterator[list[str]]:
    """The names whose tables are drawn together, so many that these weigh little."""
    batch: list[str] = []
    cells = 0
    for name, rows in zip(names, tables, strict=True):
        own = len(rows) * len(rows[0])
        if batch and cells + own > _TABLE_CELLS:
            yield batch
            batch, cells = [], 0
        batch.append(name)
        cells += own
    if batch:
        yield batch


def _draws(
    tables: Sequence[Sequence[Row]], seed: int, resamples: int
) -> Iterator[list[list[float]]]:
    """For each draw of documents the sums of each table, whose rows are the same documents.

    Documents with equal counts are one group, which is multiplied once by how often it is drawn.
    """
    import numpy as np

    parts = [_array(rows, len(rows[0])) for rows in tables if rows]
    if not parts:
        return
    edges = [0, *accumulate(part.shape[1] for part in parts)]
    groups, which = _groups(np.hstack(parts))
    number, kinds = len(which), len(groups)
    chance = np.random.default_rng(seed)
    # So many at a time as hangs on the number of documents alone: so do the draws.
    for draws in _chunks(resamples, number):
        drawn = which[chance.integers(number, size=(draws, number))]
        drawn += kinds * np.arange(draws)[:, None]
        times = np.bincount(drawn.reshape(-1), minlength=draws * kinds).reshape(draws, kinds)
        for sums in (times.astype(float) @ groups).tolist():
            yield [sums[start:end] for start, end in pairwise(edges)]


def _groups(array: Any) -> tuple[Any, Any]:
    """The rows that differ, and which of them each row is."""
    import numpy as np

    rows = np.ascontiguousarray(array)
    raw = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).reshape(-1)
    _, first, which = np.unique(raw, return_index=True, return_inverse=True)
    return rows[first], which.reshape(-1)


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
