"""What a trained model says of documents, a part of them at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from donor.data import Document, TextLabel
from donor.errors import InputError
from donor.train.encoders import Loaded
from donor.train.examples import Feature
from donor.train.labels import Labels
from donor.train.likelihood import with_scores
from donor.train.loop import Learner, run_over
from donor.train.model_folder import load_model
from donor.train.onnx import TORCH, onnx_run
from donor.train.remembered import SENTENCES, TEXTS, Remembered, recalled

__all__ = ["DOCUMENTS_AT_ONCE", "Opened", "opened", "predict"]

DOCUMENTS_AT_ONCE = 1_000
_INPUTS_AT_ONCE = 64

Logits = Callable[[Sequence[Feature]], list[Any]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A trained model, ready to be asked.

    Args:
        loaded: it, with its tokenizer and what its `donor.json` says.
        asked: how it is asked.
        logits: what it says of each feature.
    """

    loaded: Loaded
    asked: Remembered
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
        task = self.asked.task
        return task.label if isinstance(task, Labels) else task.name


def predict(
    model: Opened | Path, documents: Iterable[Document], *, at_once: int = DOCUMENTS_AT_ONCE
) -> Iterator[Document]:
    """The documents with what the model says of them, in their order, as they come.

    What the model speaks of stands in place of what was annotated; ids, texts, side texts,
    metadata, and text labels of other names stay. Each prediction has the attribute `score`, the
    probability that the model gives it: it is not calibrated, and most often too high.

    Args:
        model: as `opened` returns it, or its folder.
        documents: any; the memory they take is that of `at_once` of them.
        at_once: how many go through the model together.

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
        raise _nothing_asked(model.asked.task.name)


def opened(
    folder: Path, *, run: str = TORCH, inputs_at_once: int = _INPUTS_AT_ONCE
) -> Opened:
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
    asked = recalled(folder, loaded.about)
    if run == TORCH:
        logits = _torch(loaded, inputs_at_once)
    else:
        logits = onnx_run(folder, loaded, run, at_once=inputs_at_once)
    return Opened(loaded, asked, logits)


def _torch(loaded: Loaded, at_once: int) -> Logits:
    import torch

    model = loaded.model.to("cuda" if torch.cuda.is_available() else "cpu")
    pads = {"input_ids": loaded.tokenizer.pad_token_id or 0}
    learner = Learner(model, loaded.about["head"], pads)
    return lambda features: run_over(learner, features, at_once)


def _predicted(model: Opened, documents: Sequence[Document]) -> tuple[list[Document], int]:
    """What the model says of these documents, and of how many texts it was asked."""
    task, settings = model.asked.task, model.asked.settings
    blank = [_blank(one, model) for one in documents]
    examples = task.examples(blank, learning=False)
    features = task.features(
        examples, model.labels, model.loaded.tokenizer, settings, learning=False
    )
    logits = model.logits(features) if features else []
    said = task.said(examples, features, logits, model.labels)
    predicted = task.predicted(blank, examples, said)
    scored = with_scores(
        predicted, examples, features, logits, head=model.head, labels=model.labels
    )
    found = [
        _with_others(one, own, model) for one, own in zip(documents, scored, strict=True)
    ]
    return found, len(examples)


def _blank(document: Document, model: Opened) -> Document:
    """The document with a label in each place where the model says one, whatever it may be.

    A task asks for text labels where there are some; several of them for several at once.
    """
    task, units = model.asked.task, model.asked.units
    if not isinstance(task, Labels):
        return document
    places: list[int | None] = [None] if TEXTS in units or not units else []
    if SENTENCES in units:
        places += range(len(document.segments))
    values = model.labels[: 2 if model.head == "multi-labels" else 1]
    own = [TextLabel(str(task.label), value, place) for place in places for value in values]
    return replace(document, labels=tuple(own))


def _with_others(document: Document, predicted: Document, model: Opened) -> Document:
    """The prediction with the text labels that the model does not speak of."""
    name = model.label_name
    others = tuple(one for one in document.labels if name is None or one.name != name)
    own = predicted.labels if name else ()
    return replace(predicted, labels=(*others, *own))


def _nothing_asked(task: str) -> InputError:
    hints = {
        "relations": "no two spans to relate: predict spans first, or give a dataset that has them",
        "qa": "no question: questions are side texts called question:ID, as in SQuAD",
    }
    what = hints.get(task, "no text that the model could say something of").split(": ", 1)
    return InputError("the input", f"there is {what[0]} in it", *what[1:])
