"""What `donor baselines` and `donor train` have found, and whether it is of the run of a report."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from donor.errors import InputError
from donor.records import RunFolder
from donor.report.facts.told import (
    AMOUNT,
    INTEGER,
    INTERVAL,
    NUMBER,
    SHARE,
    TEXT,
    TEXTS,
    Kind,
    listed,
    mapped,
    maybe,
    name_of,
    of_keys,
    told_in,
)

__all__ = ["baselines_of", "trained_of"]

_SCORES, _ABOUT, _FOUND = "scores.json", "donor.json", "baselines.json"
_INPUTS = maybe({"anyOf": [TEXT, TEXTS]})
_MEASURED = of_keys({"mean": SHARE, "interval": INTERVAL, "seeds": listed(SHARE)})
_WITHOUT_COPIES = of_keys(
    {"mean": SHARE},
    metric=TEXT,
    interval=INTERVAL,
    documents=NUMBER,
    of=NUMBER,
    examples=NUMBER,
    of_examples=NUMBER,
)
_EPOCH = of_keys({"epoch": INTEGER, "loss": NUMBER, "score": SHARE}, seconds=NUMBER)
_CURVES = listed({**listed(_EPOCH), "minItems": 1})
_DATA = of_keys({}, inputs=_INPUTS, documents=NUMBER, examples=NUMBER, kind=maybe(TEXT))
_ROW = of_keys(
    {"name": TEXT, "what": TEXT, "scores": mapped(_MEASURED)},
    train=maybe(_DATA),
    dev=maybe(_DATA),
    encoder=maybe(TEXT),
    deduplicated=maybe(_WITHOUT_COPIES),
    curves=maybe(_CURVES),
    seconds=NUMBER,
    notes=TEXTS,
)
_TEST = of_keys(
    {"a": TEXT, "b": TEXT, "metric": TEXT, "difference": NUMBER},
    interval=INTERVAL,
    p=SHARE,
    p_holm=SHARE,
)
_SIZE = {"type": "number", "minimum": 0}
_POINT = of_keys(
    {"train": TEXT, "examples": _SIZE, "mean": SHARE},
    sentences=_SIZE,
    documents=AMOUNT,
    interval=INTERVAL,
    seeds=listed(SHARE),
)
_WORTH = of_keys({"what": TEXT}, gold_examples=AMOUNT, gold_sentences=AMOUNT)
_CURVE = of_keys({"points": listed(_POINT)}, worth=maybe(_WORTH), how=TEXT)
_TASK = of_keys(
    {
        "metric": TEXT,
        "scored_on": of_keys({}, inputs=_INPUTS, documents=NUMBER, kind=maybe(TEXT)),
        "rows": listed(_ROW),
        "tests": listed(_TEST),
    },
    learning_curve=maybe(_CURVE),
    not_run=listed(of_keys({"name": TEXT, "why": TEXT})),
)
_BASELINES = Kind(
    "donor baselines",
    of_keys({"recipe": TEXT, "tasks": {**mapped(_TASK), "minProperties": 1}}, notes=TEXTS),
    "give what donor baselines RECIPE --json has printed, or the folder of its -o",
)
_TRAINED = Kind(
    "donor train",
    of_keys(
        {
            "task": TEXT,
            "encoder": TEXT,
            "scores": {**mapped(_MEASURED), "minProperties": 1},
            "scored_on": TEXT,
            "curves": _CURVES,
        },
        deduplicated=maybe(_WITHOUT_COPIES),
        notes=TEXTS,
        training=mapped({}),
        seconds=NUMBER,
    ),
    "give a folder that donor train has made, or its scores.json",
)
# What the page tells; of the rest, texts of the data stand in it too.
_KEPT = ("task", "encoder", "scores", "scored_on", "deduplicated", "notes", "training", "curves")


def baselines_of(path: Path, folder: RunFolder) -> dict[str, Any]:
    """What `donor baselines --json` says, with inputs by name, and `of_run`.

    `of_run` tells whether some model was trained on this run's dataset.

    Args:
        path: the file, or the folder that `donor baselines -o` has written.
        folder: of the run beside which it stands.

    Raises:
        InputError: the file is no such one.
    """
    found = told_in(path / _FOUND if path.is_dir() else path, _BASELINES)
    tasks = {name: _task(one) for name, one in found["tasks"].items()}
    sides = [row.get("train") or {} for one in tasks.values() for row in one["rows"]]
    of_run = _run_name(folder) in [name for side in sides for name in side.get("inputs", ())]
    return {
        "recipe": name_of(found["recipe"]),
        "of_run": of_run,
        "tasks": tasks,
        "notes": found.get("notes", []),
    }


def _task(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **found,
        "scored_on": _by_name(found["scored_on"]),
        "rows": [
            {**row, **{key: _by_name(row[key]) for key in ("train", "dev") if row.get(key)}}
            for row in found["rows"]
        ],
        "learning_curve": found.get("learning_curve"),
        "not_run": found.get("not_run", []),
    }


def _by_name(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its inputs by name."""
    inputs = data.get("inputs") or ()
    every = (inputs,) if isinstance(inputs, str) else inputs
    return {**data, "inputs": [name_of(one) for one in every]}


def trained_of(models: Iterable[Path], folder: RunFolder) -> list[dict[str, Any]]:
    """What `donor train` has found of each model, by the model's name, and `of_run`.

    `of_run` tells whether it was trained on this run's dataset; None where nothing tells.

    Args:
        models: the folder of each, or the file in it that holds its scores.
        folder: of the run beside which they stand.

    Raises:
        InputError: one is not there, or holds no scores of a model.
    """
    return [_model(one, _run_name(folder)) for one in models]


def _model(model: Path, run: str) -> dict[str, Any]:
    found = told_in(model / _SCORES if model.is_dir() else model, _TRAINED)
    folder = model if model.is_dir() else model.parent
    inputs = _inputs_of(folder / _ABOUT)
    told = {key: found.get(key) for key in _KEPT}
    of_run = None if inputs is None else run in inputs
    return {
        "name": folder.resolve().name,
        "of_run": of_run,
        **told,
        "notes": found.get("notes", []),
    }


def _inputs_of(file: Path) -> list[str] | None:
    """What a model was trained on, by name; None where its folder does not say so."""
    try:
        data = orjson.loads(file.read_bytes())["data"]["train"]
        return list(map(name_of, data["inputs"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}", _TRAINED.hint) from None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise InputError(str(file), "does not say what it was trained on", _TRAINED.hint) from None


def _run_name(folder: RunFolder) -> str:
    return folder.path.resolve().name
