"""What a trained model says of documents, a part of them at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.errors import ConfigError, InputError
from donor.train.encoders import Loaded
from donor.train.examples import Feature, Settings
from donor.train.fitting.loop import run_over
from donor.train.fitting.memory import memory_explained
from donor.train.likelihood import with_scores
from donor.train.model_folder import ABOUT, load_model
from donor.train.model_folder.onnx import TORCH, onnx_run
from donor.train.tasks.labels import Labels
from donor.train.tasks.task import Task, task_named
from donor.train.training import learner_of

__all__ = ["DOCUMENTS_AT_ONCE", "Opened", "opened", "predict"]

DOCUMENTS_AT_ONCE = 1_000
_INPUTS_AT_ONCE = 64

Logits = Callable[[Sequence[Feature]], list[Any]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A trained model, ready to be asked.

    Args:
        loaded: it, with its tokenizer and what its `donor.json` says.
        task: what it has learnt, as the training data have settled it.
        settings: of the training; of use are the lengths of what it is shown.
        logits: what it says of each feature.
    """

    loaded: Loaded
    task: Task
    settings: Settings
    logits: Logits

    @property
    def head(self) -> str:
        """What kind of head it has."""
        return str(self.loaded.about["head"])

    @property
    def labels(self) -> tuple[str, ...]:
        """What it may say."""
        return tuple(self.loaded.about["labels"])

    @property
    def label_name(self) -> str | None:
        """The name of the text labels that it says; None where it says none."""
        if self.head not in ("labels", "multi-labels"):
            return None
        return self.task.label if isinstance(self.task, Labels) else self.task.name


def predict(
    model: Opened | Path,
    documents: Iterable[Document],
    *,
    at_once: int = DOCUMENTS_AT_ONCE,
    where: str = "the documents",
) -> Iterator[Document]:
    """The documents with what the model says of them, in their order, as they come.

    What the model says stands in place of what was annotated; ids, texts, side texts, metadata,
    text labels of other names, and the spans that relations are asked of stay. Each prediction has
    the attribute `score`, the probability that the model gives it: it is not calibrated, and most
    often too high.

    Args:
        model: as `opened` returns it, or its folder.
        documents: any; the memory they take is that of `at_once` of them.
        at_once: how many go through the model together.
        where: what errors call the documents.

    Raises:
        InputError: there is nothing to ask the model about: no spans to relate, no questions.
        ConfigError: the folder holds no model.
    """
    model = opened(model) if isinstance(model, Path) else model
    rest, asked, some = iter(documents), 0, 0
    while part := list(islice(rest, at_once)):
        predicted, examples = _predicted(model, part)
        asked, some = asked + examples, some + len(part)
        yield from predicted
    if some and not asked:
        raise _nothing_asked(model.task.name, where)


def opened(folder: Path, *, run: str = TORCH, inputs_at_once: int = _INPUTS_AT_ONCE) -> Opened:
    """The model in a folder, on a GPU if there is one.

    Args:
        folder: as `donor train` has written it.
        run: `torch`, or `onnx` or `int8`, which run on the CPU.
        inputs_at_once: how many texts, or windows of them, it is shown together.

    Raises:
        ConfigError: there is no such model in the folder.
        MissingExtraError: a library is not installed.
    """
    loaded = load_model(folder)
    task = task_named(loaded.about["task"], loaded.about.get("task_settings"))
    settings = _settings(folder, loaded.about)
    if run == TORCH:
        logits = _torch(loaded, inputs_at_once)
    else:
        logits = onnx_run(folder, loaded, run, at_once=inputs_at_once)
    return Opened(loaded, task, settings, logits)


def _settings(folder: Path, about: Mapping[str, Any]) -> Settings:
    """The settings of the training. Raises ConfigError where they are none."""
    told = about.get("training", {})
    if not isinstance(told, Mapping):
        raise _broken(folder, "training is no JSON object")
    found = Settings(**{one.name: told[one.name] for one in fields(Settings) if one.name in told})
    for name in ("max_length", "stride"):
        if not isinstance(getattr(found, name), int):
            raise _broken(folder, f"{name} is no whole number")
    return found


def _broken(folder: Path, why: str) -> ConfigError:
    return ConfigError(str(folder), f"its {ABOUT} is broken: {why}", "train it again")


def _torch(loaded: Loaded, at_once: int) -> Logits:
    import torch

    loaded.model.to("cuda" if torch.cuda.is_available() else "cpu")
    learner = learner_of(loaded, loaded.about["head"])

    def said(features: Sequence[Feature]) -> list[Any]:
        enough = memory_explained(
            "prediction",
            at_once,
            fewer=f"--batch {at_once // 2} shows it fewer of them",
            one="take a machine with more memory, or the model in eight bits: --int8",
        )
        with enough:
            return run_over(learner, features, at_once)

    return said


def _predicted(model: Opened, documents: Sequence[Document]) -> tuple[list[Document], int]:
    """What the model says of these documents, and of how many texts it was asked."""
    task = model.task
    examples = task.examples(documents, learning=False)
    features = task.features(
        examples, model.labels, model.loaded.tokenizer, model.settings, learning=False
    )
    logits = model.logits(features) if features else []
    said = task.said(examples, features, logits, model.labels)
    predicted = task.predicted(documents, examples, said)
    scored = with_scores(
        predicted, examples, features, logits, head=model.head, labels=model.labels
    )
    found = [_with_others(one, own, model) for one, own in zip(documents, scored, strict=True)]
    return found, len(examples)


def _with_others(document: Document, predicted: Document, model: Opened) -> Document:
    """The prediction, with the document's text labels that the model does not speak of."""
    others = (one for one in document.labels if one.name != model.label_name)
    return replace(predicted, labels=(*others, *predicted.labels))


def _nothing_asked(task: str, where: str) -> InputError:
    found = {
        "relations": (
            "there are no two spans in it that could be related",
            "predict spans first, or give a dataset that has them",
        ),
        "qa": (
            "there is no question in it",
            "questions are side texts called question:ID, as in SQuAD",
        ),
    }
    return InputError(where, *found.get(task, ("there is no text in it",)))
