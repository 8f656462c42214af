"""Exact binomial tails, and what follows from them for a share of which a sample is seen."""

from math import exp, fsum, lgamma, log, log1p

__all__ = ["at_most", "enough", "least_share"]

_STEPS = 60
_MOST_WRONG = 10_000


def at_most(wrong: int, tested: int, rate: float) -> float:
    """The probability of so many wrong ones or fewer among those tested, each wrong at a rate.

    >>> round(at_most(0, 149, 0.02), 4), at_most(2, 2, 0.5)
    (0.0493, 1.0)
    """
    if wrong < 0:
        return 0.0
    if wrong >= tested or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    chances = (
        lgamma(tested + 1)
        - lgamma(n + 1)
        - lgamma(tested - n + 1)
        + n * log(rate)
        + (tested - n) * log1p(-rate)
        for n in range(wrong + 1)
    )
    return min(1.0, fsum(map(exp, chances)))


def least_share(wrong: int, tested: int, confidence: float) -> float:
    """The one-sided lower bound of the share of right ones (Clopper and Pearson 1934).

    >>> round(least_share(0, 149, 0.95), 4), least_share(3, 3, 0.95)
    (0.9801, 0.0)
    """
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        share = (low + high) / 2
        if at_most(wrong, tested, 1 - share) <= 1 - confidence:
            low = share
        else:
            high = share
    return low


def enough(share: float, confidence: float, *, wrong_rate: float = 0.0) -> int | None:
    """How many must be tested for the bound to reach a share, if so many of them are wrong.

    None where no number does, or an enormous one: as many are wrong as the share allows, or nearly.

    >>> enough(0.98, 0.95), enough(0.98, 0.95, wrong_rate=0.01), enough(0.98, 0.95, wrong_rate=0.03)
    (149, 590, None)
    """
    if wrong_rate >= 1 - share:
        return None
    high = 0
    while high < wrong_rate * _tested_for(high, share, confidence):
        high = 2 * high + 1
        if high > _MOST_WRONG:
            return None
    low = (high - 1) // 2
    while high - low > 1:
        middle = (low + high) // 2
        does = middle >= wrong_rate * _tested_for(middle, share, confidence)
        low, high = (low, middle) if does else (middle, high)
    return _tested_for(high, share, confidence)


def _tested_for(wrong: int, share: float, confidence: float) -> int:
    """The least number to be tested for the bound to reach a share if that many are wrong."""
    low, high = wrong, wrong + 1
    while at_most(wrong, high, 1 - share) > 1 - confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        does = at_most(wrong, middle, 1 - share) <= 1 - confidence
        low, high = (low, middle) if does else (middle, high)
    return high
