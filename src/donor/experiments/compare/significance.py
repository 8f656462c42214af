"""Which differences are more than chance: each metric between each two, corrected together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from donor.score import Measurement, differ, holm, paired_bootstrap, randomisation
from donor.score.metric import over_columns
from donor.score.resampling import Paired

__all__ = ["Contest", "contests", "decided"]

_LEVEL = 0.05
_SAME = Paired(0.0, (0.0, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Contest:
    """Two systems by one metric, over the same documents."""

    metric: str
    a: str
    b: str
    of_a: Measurement
    of_b: Measurement

    @property
    def differs(self) -> bool:
        """Whether any document counts otherwise for the one than for the other."""
        return differ(self.of_a, self.of_b)


def contests(metric: str, measured: Mapping[str, Measurement]) -> list[Contest]:
    """Each two of the systems by one metric; none of those whose score is not defined."""
    known = {name: one for name, one in measured.items() if one.score is not None}
    columns = tuple(dict.fromkeys(name for one in known.values() for name in one.metric.columns))
    same = {name: over_columns(one, columns) for name, one in known.items()}
    return [Contest(metric, a, b, same[a], same[b]) for a, b in combinations(same, 2)]


def decided(found: Iterable[Contest], *, judged: bool = True) -> list[dict[str, Any]]:
    """A row for each contest, as `tests` of `donor compare --json`.

    `difference` is a's score less b's with its interval (paired bootstrap), `p` that of
    approximate randomisation, `p_holm` the same corrected for all rows together. `better` is
    the name of the better one where `p_holm` is below 0.05. Rows in which no document differs
    could never be significant, and are not corrected for (Tarone 1990).

    Args:
        found: a family: what is corrected together.
        judged: whether a metric tells which is better; what is free of a reference does not.
    """
    rows = [(contest, _row(contest)) for contest in found]
    corrected = holm([row["p"] for _, row in rows], [contest.differs for contest, _ in rows])
    for (contest, row), p in zip(rows, corrected, strict=True):
        row["p_holm"] = p
        if judged:
            row["better"] = _better(contest, row) if p is not None and p < _LEVEL else None
    return [row for _, row in rows]


def _row(contest: Contest) -> dict[str, Any]:
    named = {"metric": contest.metric, "a": contest.a, "b": contest.b}
    paired, p = _SAME, 1.0
    if contest.differs:
        found = paired_bootstrap(contest.of_a, contest.of_b)
        chance = randomisation(contest.of_a, contest.of_b)
        assert found is not None and chance is not None, "both scores are defined"
        paired, p = found, chance
    return named | {
        "difference": paired.difference,
        "interval": list(paired.interval),
        "p": p,
        "p_bootstrap": paired.p,
    }


def _better(contest: Contest, row: Mapping[str, Any]) -> str:
    return contest.a if row["difference"] * contest.of_a.metric.best > 0 else contest.b
