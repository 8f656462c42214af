"""Which differences are more than chance: each metric between each two, corrected together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from donor.score import Measurement, holm, paired_bootstrap, randomisation

__all__ = ["Contest", "contests", "decided"]

_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Contest:
    """Two systems by one metric, over the same documents."""

    metric: str
    a: str
    b: str
    of_a: Measurement
    of_b: Measurement


def contests(metric: str, measured: Mapping[str, Measurement]) -> list[Contest]:
    """Each two of the systems by one metric; none where all rows are empty."""
    known = {name: one for name, one in measured.items() if one.score is not None}
    return [
        Contest(metric, a, b, known[a], known[b])
        for a, b in combinations(known, 2)
        if known[a].metric.columns == known[b].metric.columns
    ]


def decided(found: Iterable[Contest], *, judged: bool = True) -> list[dict[str, Any]]:
    """A row for each contest, as `tests` of `donor compare --json`.

    `difference` is a's score less b's with its interval (paired bootstrap), `p` that of
    approximate randomisation, `p_holm` the same corrected for all rows together. `better` is
    the name of the better one where `p_holm` is below 0.05.

    Args:
        found: a family: what is corrected together.
        judged: whether a metric tells which is better; what is free of a reference does not.
    """
    rows = [(contest, _row(contest)) for contest in found]
    for (contest, row), p in zip(rows, holm([row["p"] for _, row in rows]), strict=True):
        row["p_holm"] = p
        if judged:
            row["better"] = _better(contest, row) if p is not None and p < _LEVEL else None
    return [row for _, row in rows]


def _row(contest: Contest) -> dict[str, Any]:
    paired = paired_bootstrap(contest.of_a, contest.of_b)
    return {
        "metric": contest.metric,
        "a": contest.a,
        "b": contest.b,
        "difference": None if paired is None else paired.difference,
        "interval": None if paired is None else list(paired.interval),
        "p": randomisation(contest.of_a, contest.of_b),
        "p_bootstrap": None if paired is None else paired.p,
    }


def _better(contest: Contest, row: Mapping[str, Any]) -> str:
    return contest.a if row["difference"] * contest.of_a.metric.best > 0 else contest.b
