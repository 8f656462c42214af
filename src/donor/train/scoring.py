"""The scores of several seeds together, and of what is left without copies of the training data."""

from collections.abc import Container, Sequence
from typing import Any

from donor.data import Document
from donor.score import Measurement, Metric, interval
from donor.score.metric import over_columns
from donor.train.hygiene import ExampleKey, copies
from donor.train.tasks.task import Task

__all__ = ["copied_examples", "mean_over_seeds", "over_seeds", "without_copies"]


def over_seeds(of_seeds: Sequence[Measurement]) -> Measurement:
    """The mean of a score over seeds as one measurement: the counts of all of them side by side."""
    names = tuple(dict.fromkeys(name for one in of_seeds for name in one.metric.columns))
    same = [over_columns(one, names) for one in of_seeds]
    metric, width = same[0].metric, len(names)

    def mean(counts: Sequence[float]) -> float | None:
        parts = [counts[at : at + width] for at in range(0, len(counts), width)]
        found = [one for one in map(metric.of, parts) if one is not None]
        return sum(found) / len(found) if len(found) == len(parts) else None

    together = Metric(metric.name, names * len(same), mean, metric.signature, metric.best)
    rows = [sum(map(tuple, row), ()) for row in zip(*(one.rows for one in same), strict=True)]
    return Measurement(together, rows)


def mean_over_seeds(of_seeds: Sequence[Measurement]) -> dict[str, Any]:
    """The mean of a score over seeds, its interval, and the score of each seed.

    The interval is a bootstrap over documents of the mean of the seeds: it tells what other
    documents would do to the score, and the list what other seeds do.
    """
    whole = over_seeds(of_seeds)
    scores = [one.score for one in of_seeds]
    return {"mean": whole.score, "interval": interval(whole), "seeds": scores}


def copied_examples(
    task: Task, learnt: Sequence[Document], asked: Sequence[Document]
) -> frozenset[ExampleKey]:
    """The examples of `asked` that stand, equal or nearly so, in what was learnt from."""
    own = task.units(asked, learning=False)
    train = [unit for unit, _ in task.units(learnt, learning=True)]
    return frozenset(own[copy.number][1] for copy in copies([unit for unit, _ in own], train))


def without_copies(
    task: Task,
    copied: Container[ExampleKey],
    asked: Sequence[Document],
    of_seeds: Sequence[Sequence[Document]],
    gold: Sequence[Document],
) -> dict[str, Any]:
    """The main score without the examples that stand in what was learnt from, or near ones.

    `examples` counts those that are left, `of_examples` all; `documents` counts the documents that
    are still scored, `of` all. A document is so while some of it is left, but for scores of whole
    documents while all of it is.

    Args:
        task: what was learnt.
        copied: the examples that do.
        asked: what the models were asked about: gold's documents, or their translations.
        of_seeds: what the model of each seed says of them.
        gold: what is right, in the same order.
    """
    examples = [one for one in task.examples(asked, learning=False) if one.target is not None]
    kept = [n for n, one in enumerate(examples) if (one.document, one.number) not in copied]
    told: dict[str, Any] = {"mean": None, "interval": None, "seeds": []}
    scored = 0
    if kept:
        each = [task.measured(one, gold, without=copied)[task.main] for one in of_seeds]
        told = mean_over_seeds(each)
        left = {examples[n].position for n in kept}
        gone = {one.position for one in examples} - left
        scored = min(len(gold) - len(gone), len(each[0].rows))
    return {
        "metric": task.main,
        "documents": scored,
        "of": len(gold),
        "examples": len(kept),
        "of_examples": len(examples),
    } | told
