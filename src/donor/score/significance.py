"""How far an F1 can be trusted: an interval for one, a test between two.

Both take the counts document by document, and resample documents: spans of one text are not
independent of each other. Chance comes in as an argument.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from donor.score.counts import Counts

__all__ = ["RESAMPLES", "TRIALS", "interval", "randomisation"]

RESAMPLES = 1_000
TRIALS = 10_000
_SHIFT = 40


def interval(
    parts: Sequence[Counts], chance: Random, *, share: float = 0.95, resamples: int = RESAMPLES
) -> list[float] | None:
    """The bootstrap interval of the F1 of all parts together, lowest and highest.

    Percentiles of the F1 of resampled documents (Efron 1979; Koehn 2004), of those in which
    it is defined. None where there is nothing to score.

    >>> interval([Counts(1, 0, 0)] * 5, Random(1))
    [1.0, 1.0]
    """
    packed = [_packed(part) for part in parts]
    if not any(packed):
        return None
    sums = (sum(chance.choices(packed, k=len(packed))) for _ in range(resamples))
    f1s = sorted(f1 for total in sums if (f1 := _f1(total)) is not None)
    cut = (1 - share) / 2 * (len(f1s) - 1)
    return [_between(f1s, cut), _between(f1s, len(f1s) - 1 - cut)]


def randomisation(
    a: Sequence[Counts], b: Sequence[Counts], chance: Random, *, trials: int = TRIALS
) -> float | None:
    """The p of the paired difference in F1 between two methods over the same documents.

    Approximate randomisation, two-sided (Noreen 1989; Yeh 2000): in each trial the results of
    each document change sides by a coin; p is the share of trials whose difference is at least
    the seen one, (r + 1) / (trials + 1). None where one of the F1 is not defined.

    >>> same = [Counts(1, 1, 0), Counts(2, 0, 1)]
    >>> randomisation(same, same, Random(1), trials=100)
    1.0
    """
    pairs = [(_packed(one), _packed(other)) for one, other in zip(a, b, strict=True)]
    all_a, all_b = sum(one for one, _ in pairs), sum(other for _, other in pairs)
    seen = _difference(all_a, all_b)
    if seen is None:
        return None
    # Documents with equal pairs of counts are one group: how many of them change sides is the
    # number of heads among so many coins.
    groups = [
        (other - one, number) for (one, other), number in Counter(pairs).items() if one != other
    ]
    reached = 0
    for _ in range(trials):
        moved = sum(step * chance.getrandbits(number).bit_count() for step, number in groups)
        difference = _difference(all_a + moved, all_b - moved)
        reached += difference is not None and difference >= seen - 1e-12
    return (reached + 1) / (trials + 1)


def _packed(counts: Counts) -> int:
    """What F1 is made of, twice the right ones and all others, in one number that adds up."""
    wrong = counts.false_positives + counts.false_negatives
    return (2 * counts.true_positives << _SHIFT) + wrong


def _f1(packed: int) -> float | None:
    right, wrong = packed >> _SHIFT, packed & (1 << _SHIFT) - 1
    return right / (right + wrong) if right + wrong else None


def _difference(a: int, b: int) -> float | None:
    one, other = _f1(a), _f1(b)
    return None if one is None or other is None else abs(one - other)


def _between(values: Sequence[float], place: float) -> float:
    """The value at a place between two positions, linearly."""
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
