"""The learning curve of gold, silver's score beside it, and what that makes silver data worth."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.experiments.baselines.recipe import GOLD_TRAIN, LINEAR, TRANSLATE_TRAIN
from donor.experiments.baselines.scoring import Scored
from donor.experiments.baselines.worth import Point, worth
from donor.train.scoring import mean_over_seeds
from donor.train.tasks.task import Task

__all__ = ["CURVES", "learning_curve"]

CURVES: Mapping[str, tuple[str, str]] = {
    "learning_curve": (GOLD_TRAIN, TRANSLATE_TRAIN),
    "linear_curve": (f"{LINEAR}:{GOLD_TRAIN}", f"{LINEAR}:{TRANSLATE_TRAIN}"),
}
"""The rows of gold and of silver that are compared, by what `--json` calls their curve."""


def learning_curve(task: Task, gold: Sequence[Scored], silver: Scored) -> dict[str, Any] | None:
    """A curve of `donor baselines --json`; None where no part of gold was learnt from alone.

    Args:
        task: what is learnt.
        gold: rows that have learnt from gold, from the fewest sentences to the most.
        silver: the row that has learnt from silver data.
    """
    if len(gold) < 2:
        return None
    sizes = [one.told["train"] for one in gold]
    points = [
        Point(size["sentences"], size["examples"], one.measured[task.main])
        for size, one in zip(sizes, gold, strict=True)
    ]
    kinds = [("gold", one) for one in gold] + [("silver", silver)]
    return {
        "points": [_point(task, kind, one) for kind, one in kinds],
        "worth": worth(points, silver.measured[task.main], silver.told["train"]),
        "how": _how(gold),
    }


def _how(gold: Sequence[Scored]) -> str:
    dev = gold[-1].told["dev"]
    drawn = (
        "linear between the points of gold, after isotonic regression; the smaller parts of gold"
        " are within the larger ones"
    )
    if dev is None:
        return drawn
    stopped = f"training is stopped by the same {dev['sentences']:,} gold sentences of dev"
    same = all(one.row.dev == gold[-1].row.dev for one in gold)
    without = "; for a part of gold that lacks some of its labels, without these"
    return f"{drawn}, and {stopped}, which are not counted{'' if same else without}"


def _point(task: Task, kind: str, one: Scored) -> dict[str, Any]:
    train = one.told["train"]
    sizes = {name: train[name] for name in ("examples", "sentences", "documents")}
    return {"train": kind} | sizes | mean_over_seeds(one.measured[task.main])
