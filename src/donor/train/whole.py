"""A whole training: seeds, scores with intervals, a model folder, and what the data are like."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from donor.score import Measurement
from donor.train.begun import CHECKPOINTS, ended
from donor.train.encoders import EncoderChoice
from donor.train.examples import Example, Settings
from donor.train.fitting.loop import Fitted, leads
from donor.train.hygiene import ExampleKey, Hygiene, hygiene
from donor.train.model_folder.written import (
    PREDICTED,
    Origin,
    Outcome,
    Outputs,
    check_holds,
    write_outcome,
)
from donor.train.scoring import mean_over_seeds, without_copies
from donor.train.splits import DEV, TEST, Splits
from donor.train.tasks.task import Task, check_scored, lacking
from donor.train.training import Evaluated, Told, Trained, evaluated, trained

__all__ = ["LEARNING_RATES", "Seed", "Training", "best_of", "of_seeds", "trained_whole"]

LEARNING_RATES = (1e-3, 3e-4, 1e-4, 5e-5, 2e-5)
"""What a search over learning rates tries, each with the first seed, judged on dev."""

_TEST = "the test split"


@dataclass(frozen=True, slots=True)
class Training:
    """What is trained, and how.

    Args:
        task: what is learnt.
        splits: from what, and on what it is scored.
        encoder: what is begun with.
        settings: of the first seed; others differ in the seed alone.
        folder: where the model goes; checkpoints lie in it until all is done.
        seeds: so many models are trained, with the seeds from that of the settings on.
        search: learning rates of which the best on dev is taken; none takes that of the settings.
        inputs: what the data are called.
        kind: `gold`, `silver`, or "" where that is not known.
        weight_of: how much the loss of an example of train counts; 1 where it is not given.
        outputs: what is written beside the model, and how.
    """

    task: Task
    splits: Splits
    encoder: EncoderChoice
    settings: Settings
    folder: Path
    seeds: int = 1
    search: Sequence[float] = ()
    inputs: Sequence[str] = ()
    kind: str = ""
    weight_of: Callable[[Example], float] | None = None
    outputs: Outputs = field(default_factory=Outputs)


@dataclass(frozen=True, slots=True)
class Seed:
    """What came of one seed.

    Args:
        fitted: how training went.
        said: what the model says of the evaluated documents, and how good that is.
        model: the model, of the best seed.
    """

    fitted: Fitted
    said: Evaluated
    model: Trained | None


def trained_whole(asked: Training, told: Told = lambda what, done, total: None) -> dict[str, Any]:
    """The scores in the shape of `donor train --json`, after the best model is in the folder.

    Of several processes, as accelerate starts them, the first writes it.

    The best is the one with the highest score on dev, of equal ones the first.

    Raises:
        DonorError: there is nothing to learn, a split cannot tell how good a model is, the encoder
            is not there, or the folder cannot be written.
    """
    started = time.monotonic()
    asked = replace(asked, task=asked.task.settled(asked.splits.train))
    labels = asked.task.labels(asked.splits.train)
    if asked.splits.test is not None:
        check_scored(asked.task, asked.splits.test, _TEST)
    check_holds(asked.task, asked.splits.evaluation, labels, asked.outputs)
    rates = _searched(asked, told) if asked.search else {}
    if rates:
        best_rate = max(rates, key=lambda rate: rates[rate])
        asked = replace(asked, settings=replace(asked.settings, learning_rate=best_rate))
    settings = asked.settings
    tried = {f"{rate:g}": score for rate, score in rates.items()}
    seeds = of_seeds(asked, told)
    best = seeds[best_of(seeds)]
    assert best.model is not None
    clean, copied = _hygiene(asked)
    found = {
        "task": asked.task.name,
        "encoder": best.model.loaded.described,
        "scores": _over_seeds([seed.said.measured for seed in seeds]),
        "scored_on": asked.splits.scored_on,
        "deduplicated": without_copies(
            asked.task,
            copied,
            asked.splits.evaluation,
            [seed.said.documents for seed in seeds],
            asked.splits.evaluation,
        ),
        "hygiene": clean.as_json(),
        "notes": [*asked.splits.notes, *_notes(asked), *_monotone(asked.task, best)],
        "training": asdict(settings) | {"seeds": asked.seeds, "learning_rates": tried},
        "curves": [seed.fitted.history for seed in seeds],
        "model": str(asked.folder),
        "seconds": round(time.monotonic() - started, 3),
    }
    if leads():
        outcome = Outcome(
            asked.task,
            asked.splits,
            Origin(asked.inputs, asked.kind),
            best.model,
            best.said,
        )
        found = write_outcome(asked.folder, outcome, found, asked.outputs)
        ended(asked.folder)
    return found


def of_seeds(asked: Training, told: Told = lambda what, done, total: None) -> list[Seed]:
    """What came of each seed, with the model of the best; checkpoints stay."""
    found: list[Seed] = []
    for n in range(asked.seeds):
        found.append(_one(asked, replace(asked.settings, seed=asked.settings.seed + n), told))
        best = best_of(found)
        found = [one if at == best else replace(one, model=None) for at, one in enumerate(found)]
    return found


def best_of(seeds: Sequence[Seed]) -> int:
    """The position of the seed with the highest score on dev, of equal ones the first."""
    return max(range(len(seeds)), key=lambda n: (seeds[n].fitted.score or 0.0, -n))


def _one(asked: Training, settings: Settings, told: Told) -> Seed:
    model = _trained(asked, settings, told)
    said = evaluated(asked.task, model, asked.splits.evaluation, settings)
    # The GPU is the next seed's.
    model.loaded.model.to("cpu")
    return Seed(model.fitted, said, model)


def _trained(asked: Training, settings: Settings, told: Told) -> Trained:
    """A model; one that was trained before, and is still kept, is taken as it is."""
    what = f"seed {settings.seed}, learning rate {settings.learning_rate:g}"

    def of_this(epoch: str, done: int, total: int) -> None:
        told(f"{what}, {epoch}", done, total)

    return trained(
        asked.task,
        asked.splits.train,
        asked.splits.dev,
        encoder=asked.encoder,
        settings=settings,
        folder=asked.folder / CHECKPOINTS / what.replace(", ", "-").replace(" ", "-"),
        weight_of=asked.weight_of,
        told=of_this,
    )


def _searched(asked: Training, told: Told) -> dict[float, float]:
    """The score on dev with each learning rate."""
    of_rate = {
        rate: _trained(asked, replace(asked.settings, learning_rate=rate), told).fitted.score
        for rate in asked.search
    }
    return {rate: score or 0.0 for rate, score in of_rate.items()}


def _over_seeds(measured: Sequence[Mapping[str, Measurement]]) -> dict[str, Any]:
    """Each score over the seeds, of those that all seeds have."""
    names = [name for name in measured[0] if all(name in one for one in measured)]
    return {name: mean_over_seeds([one[name] for one in measured]) for name in names}


def _notes(asked: Training) -> Iterator[str]:
    """What the task has to say of the documents that are learnt from, and of those scored on."""
    splits = asked.splits
    for name, documents in (("train", splits.train), (splits.scored_on, splits.evaluation)):
        for note in asked.task.notes(documents):
            yield f"{name}: {note}"
    # Official splits are kept: what is asked for in test alone is wrong in each score.
    labels = asked.task.labels(splits.train)
    if splits.test is not None and (note := lacking(asked.task, splits.test, labels)):
        yield f"{TEST}: {note}"


def _monotone(task: Task, best: Seed) -> Iterator[str]:
    """That the model says the same of everything, or nothing of anything, if it does."""
    said = best.said.documents
    values = Counter(label.value for document in said for label in document.labels)
    if len(values) == 1 and values.total() > 1:
        [value] = values
        yield f"the model says {value} of everything: it has learnt little; give it more epochs"
    kind = PREDICTED.get(task.name, "labels")
    if not any(getattr(document, kind) for document in said):
        yield "the model finds nothing at all: it has learnt little; give it more epochs"


def _hygiene(asked: Training) -> tuple[Hygiene, set[ExampleKey]]:
    """What the splits have in common, and the examples that are scored and stand in train too."""
    task, splits = asked.task, asked.splits
    parts = {DEV: splits.dev} | ({TEST: splits.test} if splits.test is not None else {})
    own = {name: task.units(documents, learning=False) for name, documents in parts.items()}
    train = [unit for unit, _ in task.units(splits.train, learning=True)]
    found = hygiene(train, **{name: [unit for unit, _ in all_] for name, all_ in own.items()})
    scored = splits.scored_on
    return found, {own[scored][copy.number][1] for copy in found.copies[scored]}
