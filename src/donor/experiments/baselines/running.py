"""A row trained and asked, seed by seed; what is kept of it is not trained again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from donor.data import Document
from donor.experiments.baselines.keeping import Answered, KeptRow, fingerprint
from donor.experiments.baselines.recipe import TRANSLATE_TEST, BaselinesRecipe
from donor.experiments.baselines.rows import Row
from donor.train.examples import Settings
from donor.train.linear import train_linear
from donor.train.tasks.task import Task
from donor.train.training import Told, evaluated, settings_for, trained

__all__ = ["Way", "seeds_of", "way_of"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a row is trained, and where what comes of it is kept.

    Args:
        settings: of its first seed.
        kept: its files.
        seeds: those that are wanted; a linear model has the first alone.
        times: how often an epoch goes over what is learnt from, so that there are enough steps.
    """

    settings: Settings
    kept: KeptRow
    seeds: tuple[int, ...]
    times: int = 1

    def note(self) -> str:
        """What is to be known of it, or ""."""
        if self.times == 1:
            return ""
        return f"few examples: an epoch goes over them {self.times:,} times"


def way_of(
    task: Task,
    row: Row,
    test: Sequence[Document],
    recipe: BaselinesRecipe,
    folder: Path,
    content: str = "",
) -> Way:
    """How a row of the recipe is trained.

    `folder` is where all is kept, `content` tells the encoder's files; see `fingerprint`.
    """
    said = recipe.training
    settings = settings_for(row.encoder, **said) if row.encoder else Settings(**said)
    times = _times(task, row, settings, recipe.least_steps) if row.encoder else 1
    known = fingerprint(task, row, test, settings, times, content)
    seeds = range(settings.seed, settings.seed + (recipe.seeds if row.encoder else 1))
    return Way(settings, KeptRow(folder / task.name, row.name, known), tuple(seeds), times)


def _times(task: Task, row: Row, settings: Settings, least_steps: int) -> int:
    """How often an epoch goes over a row's examples, so that all epochs have so many steps."""
    examples = len(task.examples(row.train, learning=True))
    steps = settings.epochs * max(1, ceil(examples / settings.batch))
    return max(1, ceil(least_steps / steps))


def seeds_of(
    task: Task,
    row: Row,
    test: Sequence[Document],
    way: Way,
    told: Told = lambda what, done, total: None,
) -> list[Answered]:
    """What the models of a row say of the test set, one for each seed.

    Raises:
        DonorError: there is nothing to learn, or the encoder cannot be had.
    """
    there = way.kept.seeds()
    for seed in way.seeds:
        if seed not in there:
            settings = replace(way.settings, seed=seed)
            found = _learnt(task, row, replace(way, settings=settings), told)
            there[seed] = replace(found, documents=_on_test(row, found.documents, test))
            way.kept.add(there[seed])
    return [there[seed] for seed in way.seeds]


def _learnt(task: Task, row: Row, way: Way, told: Told) -> Answered:
    settings = way.settings
    if row.encoder is None:
        return _linear(task, row, settings)
    started = time.monotonic()
    model = trained(
        task,
        row.train * way.times,
        row.dev,
        encoder=row.encoder,
        settings=settings,
        folder=way.kept.checkpoint / f"seed-{settings.seed}",
        weight_of=row.weights,
        told=told,
    )
    said = evaluated(task, model, row.asked, settings)
    seconds = round(time.monotonic() - started, 3)
    described, history = model.loaded.described, model.fitted.history
    return Answered(settings.seed, said.documents, described, history, seconds)


def _linear(task: Task, row: Row, settings: Settings) -> Answered:
    started = time.monotonic()
    several = task.head(row.train) == "multi-labels"
    examples = task.examples(row.train, learning=True)
    model = train_linear(examples, multi=several, class_weights=settings.class_weights)
    asked = task.examples(row.asked, learning=False)
    said = task.predicted(row.asked, asked, model.predict(asked))
    seconds = round(time.monotonic() - started, 3)
    described = f"TF-IDF and logistic regression, C {model.setting.c:g}"
    return Answered(settings.seed, said, described, None, seconds)


def _on_test(row: Row, said: Sequence[Document], test: Sequence[Document]) -> Sequence[Document]:
    """What a model says, as of the test set: labels said of its translation are its own.

    Of a document without a translation nothing is said.
    """
    if row.name != TRANSLATE_TEST:
        return said
    return [
        replace(gold, spans=(), relations=(), labels=one.labels if one.text else ())
        for one, gold in zip(said, test, strict=True)
    ]
