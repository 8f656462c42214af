"""All baselines of a recipe: planned, trained, scored on the same documents, and compared."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.errors import ConfigError, DonorError
from donor.experiments.baselines.datasets import Datasets, gathered
from donor.experiments.baselines.dividing import Divided, divided, documents_of, sentences_in
from donor.experiments.baselines.learning import CURVES, learning_curve
from donor.experiments.baselines.recipe import GOLD_SILVER, BaselinesRecipe, check_there
from donor.experiments.baselines.rows import NotRun, Row, curve_rows, rows_of
from donor.experiments.baselines.running import Way, seeds_of, way_of
from donor.experiments.baselines.scoring import (
    Scored,
    contrasts,
    measured,
    scores_of,
)
from donor.train.begun import digest_of_encoder
from donor.train.scoring import copied_examples, without_copies
from donor.train.tasks.task import Task, task_named
from donor.train.training import Told

__all__ = ["Asked", "baselines", "planned"]

_FEW = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared.

    Args:
        name: what the recipe is called.
        recipe: it.
        folder: where what is trained is kept; the same again goes on there.
    """

    name: str
    recipe: BaselinesRecipe
    folder: Path


@dataclass(frozen=True, slots=True)
class _Planned:
    """A task: its rows, those with less gold by the row with all of it, and what cannot be."""

    task: Task
    rows: Sequence[Row]
    curves: Mapping[str, Sequence[Row]]
    not_run: Sequence[NotRun]
    test: Sequence[Document]
    ways: Mapping[str, Way]

    def as_it_is(self, row: Row) -> Row:
        """The row, with what is to be known of its training: rows of the same are trained once."""
        way = self.ways[row.name]
        same = f"learns from the same as {way.kept.name}, and is it"
        notes = [way.note(), same if way.kept.name != row.name else ""]
        return replace(row, notes=(*row.notes, *filter(None, notes)))

    @property
    def all_rows(self) -> list[Row]:
        return [*self.rows, *chain(*self.curves.values())]


def planned(asked: Asked) -> dict[str, Any]:
    """What would be trained on what: the shape of `donor baselines --dry-run --json`.

    Raises:
        DonorError: the data cannot be read or divided, or an encoder or a language is none.
    """
    tasks, notes = _plan(asked)
    found = {}
    for plan in tasks:
        rows = []
        for row in plan.all_rows:
            way = plan.ways[row.name]
            done = len(way.kept.seeds().keys() & set(way.seeds))
            encoder = row.encoder.name if row.encoder else "TF-IDF and logistic regression"
            about = _about(plan.task, row)
            rows.append(about | {"encoder": encoder, "seeds": len(way.seeds), "done": done})
        found[plan.task.name] = {
            "metric": plan.task.main,
            "scored_on": _scored_on(asked, plan),
            "rows": rows,
            "not_run": [{"name": one.name, "why": one.why} for one in plan.not_run],
        }
    return {"recipe": asked.name, "dry_run": True, "tasks": found, "notes": notes}


def baselines(asked: Asked, told: Told = lambda what, done, total: None) -> dict[str, Any]:
    """The rows of each task, the tests between them, and what the silver data is worth.

    The shape of `donor baselines --json`. A row that cannot be trained is told in `not_run`, and
    the others go on; what is done is kept, and not trained again.

    Raises:
        DonorError: the data cannot be read or divided, an encoder or a language is none, or no
            row at all can be trained.
    """
    started = time.monotonic()
    tasks, notes = _plan(asked)
    models = sum(len(way.seeds) for plan in tasks for way in plan.ways.values())
    progress = _Progress(told, models)
    found = {plan.task.name: _compared(asked, plan, progress) for plan in tasks}
    if not any(one["rows"] for one in found.values()):
        why = [row["why"] for one in found.values() for row in one["not_run"]]
        raise ConfigError(asked.name, f"no baseline can be run: {why[0]}")
    return {
        "recipe": asked.name,
        "tasks": found,
        "notes": notes,
        "seconds": round(time.monotonic() - started, 3),
    }


def _plan(asked: Asked) -> tuple[list[_Planned], list[str]]:
    """The tasks, and what is to be known of the data."""
    recipe = asked.recipe
    check_there(asked.name, recipe)
    datasets = gathered(recipe)
    parts = divided(datasets, recipe.shares)
    tasks = [_planned(_task(name, recipe), asked, datasets, parts) for name in recipe.tasks]
    sides = [parts.gold, parts.silver] + ([parts.source] if parts.source else [])
    notes = [note for side in sides for note in side.notes]
    test = len(parts.gold.test)
    if test < _FEW:
        notes.append(
            f"{test:,} documents are scored on: too few to tell rows apart; go by the intervals"
        )
    return tasks, notes


def _task(name: str, recipe: BaselinesRecipe) -> Task:
    return task_named(name, {"label": recipe.label} if recipe.label and name == "labels" else None)


def _planned(task: Task, asked: Asked, datasets: Datasets, parts: Divided) -> _Planned:
    recipe = asked.recipe
    task = task.settled(documents_of((*parts.silver.train, *parts.gold.train)))
    rows, not_run = rows_of(task, recipe, datasets, parts)
    by_name = {row.name: row for row in rows}
    curves = {
        gold: curve_rows(task, by_name[gold], parts.gold.train, recipe.curve, recipe.shares.seed)
        for gold, silver in CURVES.values()
        if {gold, silver} <= by_name.keys()
    }
    test = documents_of(parts.gold.test)
    ways: dict[str, Way] = {}
    content = {one: digest_of_encoder(one) for one in {row.encoder for row in rows} if one}
    for row in (*rows, *chain(*curves.values())):
        own = content[row.encoder] if row.encoder else ""
        way = way_of(task, row, test, recipe, asked.folder, own)
        same = (one.kept for one in ways.values() if one.kept.fingerprint == way.kept.fingerprint)
        ways[row.name] = replace(way, kept=next(same, way.kept))
    return _Planned(task, rows, curves, not_run, test, ways)


def _compared(asked: Asked, plan: _Planned, progress: "_Progress") -> dict[str, Any]:
    """A task of `donor baselines --json`."""
    not_run = list(plan.not_run)

    def done(rows: Sequence[Row]) -> Iterator[Scored]:
        for row in rows:
            way = plan.ways[row.name]
            try:
                yield _done(plan, row, way, progress.step)
            except DonorError as error:
                not_run.append(NotRun(row.name, str(error)))
            progress.finished(len(way.seeds))

    rows = {one.row.name: one for one in done(plan.rows)}
    curves = {
        key: learning_curve(plan.task, [*done(plan.curves.get(gold, ())), rows[gold]], rows[silver])
        if {gold, silver} <= rows.keys()
        else None
        for key, (gold, silver) in CURVES.items()
    }
    main = plan.task.main
    return {
        "metric": main,
        "scored_on": _scored_on(asked, plan),
        "rows": [one.told for one in rows.values()],
        "tests": contrasts(main, {name: one.measured[main] for name, one in rows.items()}),
        **curves,
        "not_run": [{"name": one.name, "why": one.why} for one in not_run],
    }


def _done(plan: _Planned, row: Row, way: Way, step: Told) -> Scored:
    task, test = plan.task, plan.test
    answered = seeds_of(task, row, test, way, step)
    found = measured(task, answered, test)
    curves = [one.history for one in answered]
    told = _about(task, row) | {
        "encoder": answered[0].encoder,
        "scores": scores_of(found),
        "deduplicated": without_copies(
            task,
            copied_examples(task, row.train, row.asked),
            row.asked,
            [one.documents for one in answered],
            test,
        ),
        "curves": None if None in curves else curves,
        "kept": str(way.kept.own),
        "seconds": round(sum(one.seconds for one in answered), 3),
        "notes": list(plan.as_it_is(row).notes),
    }
    return Scored(row, found, told)


def _about(task: Task, row: Row) -> dict[str, Any]:
    """What a row is, learns from and is stopped by."""

    def part(documents: Sequence[Document], *, learning: bool) -> dict[str, Any]:
        return {
            "inputs": list(row.inputs),
            "documents": len(documents),
            "sentences": sentences_in(documents),
            "examples": len(task.examples(documents, learning=learning)),
            "kind": row.kind,
        }

    dev = part(row.dev, learning=False) if row.dev else None
    return {
        "name": row.name,
        "what": row.what,
        "train": part(row.train, learning=True),
        "dev": dev and _of_gold(row, dev),
    }


def _of_gold(row: Row, dev: dict[str, Any]) -> dict[str, Any]:
    """Gold with silver is stopped by gold alone."""
    if row.kind != GOLD_SILVER:
        return dev
    return dev | {"kind": "gold", "inputs": dev["inputs"][:-1]}


def _scored_on(asked: Asked, plan: _Planned) -> dict[str, Any]:
    recipe = asked.recipe
    return {
        "inputs": [str(recipe.gold or recipe.gold_test)],
        "documents": len(plan.test),
        "sentences": sentences_in(plan.test),
        "kind": "gold",
    }


class _Progress:
    """Tells how many models are done, and how far the one is that is being trained."""

    def __init__(self, told: Told, models: int) -> None:
        self._told = told
        self._models = models
        self._done = 0

    def step(self, epoch: str, done: int, total: int) -> None:
        """Tells a step of an epoch."""
        self._told("steps of the epoch", done, total)

    def finished(self, models: int) -> None:
        """Tells that so many more models are done, or given up."""
        self._done += models
        self._told("models", self._done, self._models)
