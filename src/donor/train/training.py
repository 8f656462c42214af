"""A task trained and scored: encoder and data in, a model folder and scores out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.errors import ConfigError
from donor.score import Measurement
from donor.train.encoders import EncoderChoice, Loaded, load_encoder
from donor.train.encoders.heads import HEADS
from donor.train.examples import Example, Feature, Settings
from donor.train.fitting.checkpoint import Checkpoint, fingerprint
from donor.train.fitting.loop import AT_ONCE, Fitted, Learner, fit, run_over
from donor.train.fitting.losses import class_weights
from donor.train.model_folder import check_room
from donor.train.tasks.task import Task, check_known

__all__ = [
    "Evaluated",
    "Told",
    "Trained",
    "evaluated",
    "learner_of",
    "settings_for",
    "trained",
]

_DEV = "the dev split"
# In two checkpoints, each with two moments of the optimiser, and the best epoch's.
_KEPT = 7
_SCRATCH = {"learning_rate": 5e-4, "epochs": 6, "whole_tokens": False}

Told = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and how much there is."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model of one seed.

    Args:
        loaded: the model with its tokenizer.
        head: what kind of head it has.
        labels: what it may say.
        fitted: how training went.
    """

    loaded: Loaded
    head: str
    labels: tuple[str, ...]
    fitted: Fitted


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a model says of documents, and its scores on them."""

    documents: Sequence[Document]
    measured: Mapping[str, Measurement]


def trained(
    task: Task,
    train: Sequence[Document],
    dev: Sequence[Document],
    *,
    encoder: EncoderChoice,
    settings: Settings,
    folder: Path,
    weight_of: Callable[[Example], float] | None = None,
    told: Told = lambda what, done, total: None,
) -> Trained:
    """The model of one seed, trained until its score on dev does not rise.

    Args:
        task: what is learnt; `settled` by the training data.
        train: the documents that are learnt from.
        dev: those by which the best epoch is chosen.
        encoder: what is begun with.
        settings: how, the seed among it.
        folder: for checkpoints; a training that was killed there goes on.
        weight_of: how much the loss of an example of train counts; 1 where it is not given.
        told: told each step.

    Raises:
        InputError: there is nothing to learn, or dev has a label that train lacks.
        ConfigError: the encoder is not there, or the folder holds another training.
    """
    labels = task.labels(train)
    check_known(task, dev, _DEV, labels)
    head = task.head(train)
    _check_class_weights(head, settings)
    examples = task.examples(train, learning=True)
    if weight_of:
        examples = [replace(one, weight=one.weight * weight_of(one)) for one in examples]
    texts = (text for example in examples for text in example.texts)
    loaded = load_encoder(
        encoder,
        head=head,
        labels=labels,
        texts=texts,
        marker_tokens=task.markers(train),
        seed=settings.seed,
    )
    check_room(folder, loaded.model, times=_KEPT)
    features = task.features(examples, labels, loaded.tokenizer, settings, learning=True)
    learner = learner_of(loaded, head)
    if settings.class_weights:
        learner = replace(learner, class_weights=class_weights(features, len(labels), head))
    on_dev = _Asked.of(task, dev, labels, loaded, settings)

    def score() -> float | None:
        return on_dev.answered(task, labels, learner).measured[task.main].score

    def step_done(epoch: int, done: int, total: int) -> None:
        told(f"epoch {epoch}", done, total)

    checkpoint = Checkpoint(folder, fingerprint(loaded.described, features, settings))
    fitted = fit(learner, features, score, settings, checkpoint, step_done)
    return Trained(loaded, head, labels, fitted)


def evaluated(
    task: Task, model: Trained, documents: Sequence[Document], settings: Settings
) -> Evaluated:
    """What the model says of the documents, and how good that is by their annotations."""
    asked = _Asked.of(task, documents, model.labels, model.loaded, settings)
    return asked.answered(task, model.labels, learner_of(model.loaded, model.head))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Documents made ready once, to be asked about after each epoch."""

    documents: Sequence[Document]
    examples: Sequence[Example]
    features: Sequence[Feature]
    at_once: int

    @classmethod
    def of(
        cls,
        task: Task,
        documents: Sequence[Document],
        labels: Sequence[str],
        loaded: Loaded,
        settings: Settings,
    ) -> "_Asked":
        examples = task.examples(documents, learning=False)
        features = task.features(examples, labels, loaded.tokenizer, settings, learning=False)
        return cls(documents, examples, features, settings.at_once or AT_ONCE)

    def answered(self, task: Task, labels: Sequence[str], learner: Learner) -> Evaluated:
        logits = run_over(learner, self.features, self.at_once)
        said = task.said(self.examples, self.features, logits, labels)
        predicted = task.predicted(self.documents, self.examples, said)
        return Evaluated(predicted, task.measured(predicted, self.documents))


def _check_class_weights(head: str, settings: Settings) -> None:
    """Nothing. Raises ConfigError where classes are to weigh, and the head says none."""
    if settings.class_weights and not HEADS[head].labelled:
        what = "where an answer starts and ends are no classes that could weigh alike"
        raise ConfigError("class weights", what, "leave --class-weights out")


def settings_for(encoder: EncoderChoice, **said: Any) -> Settings:
    """The settings that suit an encoder, but for those that are said.

    One without pre-training takes larger steps.

    >>> settings_for(EncoderChoice("scratch:tiny"), epochs=2).learning_rate
    0.0005
    """
    own: dict[str, Any] = _SCRATCH if encoder.scratch else {}
    return Settings(**{**own, **said})


def learner_of(loaded: Loaded, head: str) -> Learner:
    """What is trained of a loaded model."""
    return Learner(loaded.model, head, {"input_ids": loaded.tokenizer.pad_token_id or 0})
