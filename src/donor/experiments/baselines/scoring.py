"""The scores of rows over the test set, and which differences between them are more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.data import Document
from donor.experiments.baselines.keeping import Answered
from donor.experiments.baselines.recipe import GOLD_SILVER, GOLD_TRAIN, TRANSLATE_TRAIN
from donor.experiments.baselines.rows import Row
from donor.experiments.compare.significance import Contest, decided
from donor.score import Measurement
from donor.score.metric import over_columns
from donor.train.scoring import mean_over_seeds, over_seeds
from donor.train.tasks.task import Task

__all__ = ["Measured", "Scored", "contrasts", "measured", "scores_of"]

Measured = Mapping[str, Sequence[Measurement]]
"""The measurements of each seed, by metric."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A row that was trained, its measurements, and its line in the JSON."""

    row: Row
    measured: Measured
    told: Mapping[str, Any]


def measured(task: Task, answered: Sequence[Answered], test: Sequence[Document]) -> Measured:
    """The measurements of a row: of each metric that all its seeds have."""
    each = [task.measured(one.documents, test) for one in answered]
    names = [name for name in each[0] if all(name in one for one in each)]
    return {name: [one[name] for one in each] for name in names}


def scores_of(found: Measured) -> dict[str, Any]:
    """The mean of each metric over seeds, its interval, and the score of each seed."""
    return {name: mean_over_seeds(of_seeds) for name, of_seeds in found.items()}


def contrasts(metric: str, rows: Mapping[str, Sequence[Measurement]]) -> list[dict[str, Any]]:
    """The tests between rows, as `tests` of `donor compare --json`, corrected together.

    Each row is tested against translate-train, and gold with silver against gold alone: these were
    the questions before anything was seen, and a family of all pairs would answer them worse.
    Without translate-train each row is tested against the first. A model of one seed stands beside
    each seed of another.

    Args:
        metric: the name of the measurement.
        rows: its measurements of each seed, by row.
    """
    known = {name: own for name, own in rows.items() if over_seeds(own).score is not None}
    against = TRANSLATE_TRAIN if TRANSLATE_TRAIN in known else next(iter(known), "")
    pairs = [(name, against) for name in known if name != against]
    if against != GOLD_TRAIN and {GOLD_SILVER, GOLD_TRAIN} <= known.keys():
        pairs.append((GOLD_SILVER, GOLD_TRAIN))
    return decided([Contest(metric, a, b, *side_by_side(known[a], known[b])) for a, b in pairs])


def side_by_side(
    a: Sequence[Measurement], b: Sequence[Measurement]
) -> tuple[Measurement, Measurement]:
    """The two over as many seeds, with the same columns."""
    number = max(len(a), len(b))
    columns = tuple(dict.fromkeys(name for one in (*a, *b) for name in one.metric.columns))

    def whole(of_seeds: Sequence[Measurement]) -> Measurement:
        several = list(of_seeds) * (number if len(of_seeds) == 1 else 1)
        return over_seeds([over_columns(one, columns) for one in several])

    return whole(a), whole(b)
