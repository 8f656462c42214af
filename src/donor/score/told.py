"""How a score is told: its number, its interval, and every setting that moves them."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from donor.score.metric import Measurement, Metric
from donor.score.resampling import RESAMPLES, SEED, intervals

__all__ = ["signature", "told"]


def told(
    measured: Mapping[str, Measurement], *, seed: int = SEED, resamples: int = RESAMPLES
) -> dict[str, dict[str, Any]]:
    """Of each measurement of the same documents its score, its interval and its signature.

    >>> from donor.score.metric import F1
    >>> told({"strict": Measurement(F1, [(1, 0, 0)] * 2)})["strict"]["interval"]
    [1.0, 1.0]
    """
    found = intervals(measured, seed=seed, resamples=resamples)
    return {
        name: {
            "score": one.score,
            "interval": found[name],
            "signature": signature(one.metric, seed=seed, resamples=resamples),
        }
        for name, one in measured.items()
    }


def signature(metric: Metric, *, seed: int = SEED, resamples: int = RESAMPLES) -> str:
    """Each setting that moves a score of this metric or its interval.

    >>> from donor.score.metric import F1
    >>> signature(F1).split("|")[:2]
    ['f1', 'average:micro']
    """
    own = metric.signature or metric.name
    return (
        f"{own}|interval:bootstrap,95%,n:{resamples},seed:{seed}|version:donor-{version('donor')}"
    )
