"""What a training leaves in its folder: the model, predictions, scores, hygiene, and a card.

`donor.json` goes first and comes last, so that a folder is either finished or known not to be.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from donor.data import Document
from donor.errors import ConfigError, FormatError, InputError
from donor.formats import DEFAULTS, Options, format_named, write
from donor.records import write_whole
from donor.train.begun import ASKED, digest_of
from donor.train.examples import Settings
from donor.train.model_folder import ABOUT, library_versions, load_model, save_model
from donor.train.model_folder.card import MODEL_CARD, model_card
from donor.train.model_folder.onnx import exported
from donor.train.splits import DEV, TEST, TRAIN, Splits
from donor.train.tasks.questions import Asked
from donor.train.tasks.task import Task, settings_of
from donor.train.training import Evaluated, Trained

__all__ = [
    "PREDICTED",
    "Origin",
    "Outcome",
    "Outputs",
    "check_holds",
    "holding",
    "holds_none",
    "read_told",
    "with_onnx",
    "write_outcome",
]

_PREDICTIONS, _SCORES, _HYGIENE = "predictions", "scores.json", "hygiene.json"
_FALLBACK = "jsonl"
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
# The losses by which a prediction itself would be gone, by what a task predicts.
_GONE = frozenset({"documents without a relation", "documents without text"})
_GONE_OF = {
    "spans": _GONE | {"spans", "unscored spans", "spans without a relation"},
    "relations": _GONE | {"relations", "unscored relations", "spans"},
    "labels": _GONE
    | {"text labels", "segment labels", "label names", "sentence labels that only task 1 has"},
}
PREDICTED = {"spans": "spans", "qa": "spans", "relations": "relations"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the documents of a split come from.

    Args:
        inputs: what the user calls them.
        kind: `gold`, `silver`, or "" where that is not known.
    """

    inputs: Sequence[str] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a training writes beside its model, and how.

    Args:
        format: of the predictions; None is that of the data where it can hold them, else jsonl.
        data_format: of the data.
        options: how the predictions are written.
        licence: of the data, by names of the hub.
        licence_name: of one that the hub does not know.
        origins: of splits that do not come from where train does.
        asked: what the training is told from others by.
    """

    format: str | None = None
    data_format: str = _FALLBACK
    options: Options = DEFAULTS
    licence: Sequence[str] = ()
    licence_name: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of a training.

    Args:
        task: what was learnt.
        splits: from what.
        origin: of the data.
        model: the best of all seeds.
        said: what it says of the evaluated documents.
    """

    task: Task
    splits: Splits
    origin: Origin
    model: Trained
    said: Evaluated


def write_outcome(
    folder: Path, outcome: Outcome, found: Mapping[str, Any], outputs: Outputs
) -> dict[str, Any]:
    """What was found, with `data`, `predictions` and `license`; the folder then holds all of it.

    Args:
        folder: holds the model afterwards.
        outcome: what is written.
        found: what is told of it: scores and all that stands beside them.
        outputs: how.

    Raises:
        DonorError: the folder cannot be written, or the format cannot hold the predictions at all.
    """
    (folder / ABOUT).unlink(missing_ok=True)
    for name in ("onnx", _PREDICTIONS):
        shutil.rmtree(folder / name, ignore_errors=True)
    hygiene = found["hygiene"]
    told = {
        **found,
        "hygiene": _counted(hygiene) | {"file": _HYGIENE},
        "data": _data(outcome, outputs),
        "predictions": _predictions(folder, outcome, outputs),
        "license": {"names": list(outputs.licence), "name": outputs.licence_name},
        "onnx": None,
    }
    about = _about(outcome, told, outputs)
    write_whole(folder / _HYGIENE, [orjson.dumps(hygiene, option=_JSON)])
    _write_told(folder, about, told)
    loaded = outcome.model.loaded
    save_model(folder, loaded.model, loaded.tokenizer, about=about)
    return told


def with_onnx(
    folder: Path, task: Task, documents: Sequence[Document], settings: Settings
) -> dict[str, Any]:
    """What the folder's `scores.json` says, with `onnx`: what the export weighs, takes and loses.

    Args:
        folder: of a finished model; its ONNX models then stand in `onnx/`.
        task: that of the model.
        documents: on which the loss is measured, by the task's main score.
        settings: of the training.

    Raises:
        DonorError: the model cannot be exported, or the folder not be written.
        MissingExtraError: onnx or onnxruntime are not installed.
    """
    loaded = load_model(folder)
    labels = tuple(loaded.about["labels"])
    examples = task.examples(documents, learning=False)
    features = task.features(examples, labels, loaded.tokenizer, settings, learning=False)

    def score(logits: Sequence[Any]) -> float | None:
        said = task.said(examples, features, logits, labels)
        predicted = task.predicted(documents, examples, said)
        return task.measured(predicted, documents)[task.main].score

    export = exported(folder, features, score=score)
    told = read_told(folder) | {"onnx": export | {"metric": task.main}}
    _write_told(folder, loaded.about, told)
    return told


def read_told(folder: Path) -> dict[str, Any]:
    """What `scores.json` says. Raises ConfigError where it is not there or broken."""
    try:
        said: dict[str, Any] = orjson.loads((folder / _SCORES).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        what = f"its {_SCORES} cannot be read: {error}"
        raise ConfigError(str(folder), what, "train it again with --force") from None
    return said


def holding(format: str, task: str, documents: Sequence[Document]) -> str:
    """The format, or jsonl where it cannot hold what the task says of these documents.

    >>> holding("conll", "definition", [])
    'conll'
    """
    known = format_named(format)
    if known.parallel:
        return _FALLBACK
    gone = _GONE_OF[PREDICTED.get(task, "labels")]
    try:
        lost = {kind for one in documents for kind, n in known.losses(one).items() if n}
    except FormatError:
        return _FALLBACK
    return _FALLBACK if gone & lost else format


def check_holds(
    task: Task, documents: Sequence[Document], labels: Sequence[str], outputs: Outputs
) -> None:
    """Nothing. Raises ConfigError where the format that is named can hold no prediction at all.

    Args:
        task: as the training data have settled it.
        documents: what a model will be asked about; all said rightly is what is tried to write.
        labels: what the model may say.
        outputs: how predictions will be written.
    """
    if outputs.format is None or not documents:
        return
    right = _said_rightly(task, documents, labels)
    hint = "leave it out, or take jsonl, which holds all"
    with TemporaryDirectory() as folder:
        try:
            write(
                right, Path(folder) / _PREDICTIONS, format=outputs.format, options=outputs.options
            )
        except (FormatError, InputError) as error:
            what = f"{outputs.format} cannot hold the predictions: {error}"
            raise ConfigError("--out-format", what, hint) from None
    if holds_none(outputs.format, task.name, right):
        predicted = PREDICTED.get(task.name, "labels")
        what = f"{outputs.format} cannot hold {predicted}, which are all that is predicted"
        raise ConfigError("--out-format", what, hint)


def _said_rightly(
    task: Task, documents: Sequence[Document], labels: Sequence[str]
) -> list[Document]:
    """The documents as a model predicts them that is always right; where nobody knows, any."""
    examples = task.examples(documents, learning=False)

    def said(target: Any) -> Any:
        if isinstance(target, Asked):
            return next(iter(target.places), None)
        return labels[0] if target is None else target

    return task.predicted(documents, examples, [said(one.target) for one in examples])


def holds_none(format: str, task: str, documents: Sequence[Document]) -> bool:
    """Whether the format cannot hold one of the predictions that these documents have.

    Args:
        format: its name.
        task: the name of what was predicted.
        documents: with labels, spans and relations that are predicted, and no others.
    """
    known, what = format_named(format), PREDICTED.get(task, "labels")
    some = False
    for document in documents:
        if count := len(getattr(document, what)):
            lost = known.losses(document)
            some = True
            if not _GONE & lost.keys() and sum(lost[kind] for kind in _GONE_OF[what]) < count:
                return False
    return some


def _write_told(folder: Path, about: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """Writes scores and card."""
    write_whole(folder / _SCORES, [orjson.dumps(told, option=_JSON)])
    card = model_card(
        {**about, "versions": library_versions()},
        name=folder.resolve().name,
        licence=told["license"]["names"],
        licence_name=told["license"]["name"],
        export=told["onnx"],
    )
    write_whole(folder / MODEL_CARD, [card.encode()])


def _about(outcome: Outcome, told: Mapping[str, Any], outputs: Outputs) -> dict[str, Any]:
    """What `donor.json` says."""
    model, train = outcome.model, outcome.splits.train
    return {
        "task": outcome.task.name,
        "task_settings": settings_of(outcome.task.settled(train)),
        "head": model.head,
        "labels": list(model.labels),
        "encoder": model.loaded.described,
        "base_model": model.loaded.base_model,
        "languages": sorted({one.language for one in train if one.language}),
        "data": told["data"],
        "data_format": outputs.data_format,
        "training": told["training"],
        "scores": told["scores"],
        "scored_on": told["scored_on"],
        "deduplicated": told["deduplicated"],
        "findings": told["notes"],
        ASKED: dict(outputs.asked),
    }


def _data(outcome: Outcome, outputs: Outputs) -> dict[str, Any]:
    """What each split is: from where, how much, and a digest of all of it."""
    splits = outcome.splits
    parts = {TRAIN: splits.train, DEV: splits.dev, TEST: splits.test}
    found = {}
    for name, documents in parts.items():
        if documents is not None:
            examples = outcome.task.examples(documents, learning=name == TRAIN)
            origin = outputs.origins.get(name, outcome.origin)
            found[name] = {
                "inputs": list(origin.inputs),
                "documents": len(documents),
                "examples": sum(one.target is not None for one in examples),
                "kind": origin.kind,
                "sha256": digest_of(documents),
            }
    return found


def _predictions(folder: Path, outcome: Outcome, outputs: Outputs) -> dict[str, Any]:
    """Where the predictions are, as what, and what of them that format could not say."""
    documents = outcome.said.documents
    format = outputs.format or holding(outputs.data_format, outcome.task.name, documents)
    lost = write(documents, folder / _PREDICTIONS, format=format, options=outputs.options)
    return {"folder": _PREDICTIONS, "format": format, "lost": dict(lost)}


def _counted(hygiene: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of the hygiene, without the lists."""
    return {
        key: _counted(value) if isinstance(value, Mapping) else value
        for key, value in hygiene.items()
        if not isinstance(value, list)
    }
