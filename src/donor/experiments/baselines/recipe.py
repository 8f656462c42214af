"""The recipe of baselines: TOML that names the data, how models are trained, and which rows."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from donor.errors import ConfigError
from donor.score import SEED
from donor.train.examples import Settings
from donor.train.tasks.task import TASKS

__all__ = [
    "ACCEPTED_ONLY",
    "CONFIDENCE_WEIGHTED",
    "CURVE",
    "GOLD_SILVER",
    "GOLD_TRAIN",
    "LEAST_STEPS",
    "LINEAR",
    "NAMES",
    "TRANSLATE_TEST",
    "TRANSLATE_TRAIN",
    "ZERO_SHOT",
    "BaselinesRecipe",
    "Shares",
    "check_there",
    "read_baselines",
    "rows_named",
]

ZERO_SHOT, TRANSLATE_TRAIN, TRANSLATE_TEST = "zero-shot", "translate-train", "translate-test"
GOLD_TRAIN, GOLD_SILVER, LINEAR = "gold-train", "gold+silver", "linear"
ACCEPTED_ONLY, CONFIDENCE_WEIGHTED = "accepted-only", "confidence-weighted"
NAMES = (
    ZERO_SHOT,
    TRANSLATE_TRAIN,
    TRANSLATE_TEST,
    GOLD_TRAIN,
    ACCEPTED_ONLY,
    CONFIDENCE_WEIGHTED,
    GOLD_SILVER,
    LINEAR,
)
_SAME_ROW = {"silver-only": TRANSLATE_TRAIN}
CURVE = (25, 50, 100, 200, 400, 800, 1_600, 3_200)

# Few examples in few epochs are too few steps to learn anything (Zhang et al. 2021, "Revisiting
# Few-sample BERT Fine-tuning"), and gold would look cheaper than it is.
LEAST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Shares:
    """How gold is divided that has no official splits.

    Args:
        dev: the share of its documents that tells when training is to stop.
        test: the share that all rows are scored on.
        seed: of the hash that decides, and of the order in which the learning curve takes gold.
    """

    dev: float = 0.2
    test: float = 0.4
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class BaselinesRecipe:
    """What is compared, on what data.

    Args:
        tasks: names of tasks.
        source: a dataset in the source language.
        run: the folder of a run, whose target is the silver data.
        silver: a dataset in the target language that is the silver data, in place of a run.
        gold: a dataset in the target language, with official splits or without.
        gold_test: in place of `gold`, what is scored on …
        gold_train: … and what is learnt from …
        gold_dev: … and what training is stopped by.
        translated_test: the folder of a run that carried the test set into the source language.
        source_language: where the data or the run do not say it.
        language: the target language, likewise.
        label: which text label is meant, where there are several.
        shares: how gold without official splits is divided.
        training: what is said of the settings; the rest is as it suits the encoder.
        least_steps: of a training; where there are fewer, an epoch goes over the data more often.
        seeds: so many models for each row.
        encoder: of all rows in the target language; of all rows if it is not pre-trained.
        encoders: those of single rows, by name.
        names: the rows.
        curve: the numbers of gold sentences that the learning curve is drawn at.
    """

    tasks: tuple[str, ...]
    source: Path | None = None
    run: Path | None = None
    silver: Path | None = None
    gold: Path | None = None
    gold_test: Path | None = None
    gold_train: Path | None = None
    gold_dev: Path | None = None
    translated_test: Path | None = None
    source_language: str | None = None
    language: str | None = None
    label: str | None = None
    shares: Shares = field(default_factory=Shares)
    training: Mapping[str, Any] = field(default_factory=dict)
    least_steps: int = LEAST_STEPS
    seeds: int = 1
    encoder: str | None = None
    encoders: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = NAMES
    curve: tuple[int, ...] = CURVE

    def changed(
        self,
        *,
        seeds: int | None = None,
        encoder: str | None = None,
        only: str | None = None,
        run: Path | None = None,
    ) -> "BaselinesRecipe":
        """The recipe as flags change it; an encoder is then that of all rows."""
        found = self
        if run is not None:
            found = replace(found, run=run, silver=None)
        if seeds is not None:
            found = replace(found, seeds=seeds)
        if encoder is not None:
            found = replace(found, encoder=encoder, encoders=dict.fromkeys(NAMES, encoder))
        if only is not None:
            found = replace(found, names=rows_named(only.split(","), "--only"))
        return found


_PATHS = (
    "source", "run", "silver", "gold", "gold_test", "gold_train", "gold_dev", "translated_test",
)  # fmt: skip
_TRAINED = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings)}
_TRAINED |= {"at_once": int}
del _TRAINED["checkpoint_s"]
_LEAST = {"seed": 0, "stride": 0, "max_length": 8}

_SECTIONS: Mapping[str, Mapping[str, type]] = {
    "data": dict.fromkeys((*_PATHS, "source_language", "language", "label"), str),
    "split": {"dev": float, "test": float, "seed": int},
    "train": {"encoder": str, "seeds": int, "least_steps": int, **_TRAINED},
    "encoders": dict.fromkeys((one for one in NAMES if one != LINEAR), str),
    "baselines": {"names": list},
    "curve": {"gold_sentences": list},
}
_TASKS = "tasks"


def read_baselines(path: Path) -> BaselinesRecipe:
    """The recipe of a file.

    Raises:
        ConfigError: the file cannot be read, is no TOML, has a key that is not known or a value
            of the wrong kind, or does not say what is compared on what.
    """
    try:
        sections: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"not TOML: {error}") from None
    where = str(path)
    for name, section in sections.items():
        if name != _TASKS:
            _check_section(where, name, section)
    recipe = _of_sections(where, sections)
    _check_data(where, recipe)
    return recipe


def rows_named(names: list[str], where: str) -> tuple[str, ...]:
    """The rows of these names, each once. Raises ConfigError, which lists those that there are.

    >>> rows_named(["silver-only", "translate-train", "zero-shot"], "--only")
    ('translate-train', 'zero-shot')
    """
    found = tuple(dict.fromkeys(_SAME_ROW.get(name.strip(), name.strip()) for name in names))
    for name in found:
        if name not in NAMES:
            raise ConfigError(where, f"{name!r} is no baseline", _known(NAMES))
    if not found:
        raise ConfigError(where, "names no baseline", _known(NAMES))
    return found


def check_there(where: str, recipe: BaselinesRecipe) -> None:
    """Nothing. Raises ConfigError, which says the key, where a dataset of the recipe is missing."""
    for key in _PATHS:
        path = getattr(recipe, key)
        if path is not None and not path.exists():
            hint = "paths begin in the folder where donor is started"
            raise ConfigError(where, f"{key} = {path}: there is no such file or folder", hint)


def _of_sections(where: str, sections: Mapping[str, Any]) -> BaselinesRecipe:
    data = dict(sections.get("data", {}))
    for name in _PATHS:
        if name in data:
            data[name] = Path(data[name])
    training = dict(sections.get("train", {}))
    names = ("encoder", "seeds", "least_steps")
    own = {name: training.pop(name) for name in names if name in training}
    named = sections.get("baselines", {}).get("names", list(NAMES))
    return BaselinesRecipe(
        tasks=_tasks(where, sections.get(_TASKS)),
        **data,
        shares=Shares(**sections.get("split", {})),
        training=training,
        **own,
        encoders=dict(sections.get("encoders", {})),
        names=rows_named(_list_of(where, "names", named, str), where),
        curve=_sizes(where, sections.get("curve", {}).get("gold_sentences", list(CURVE))),
    )


def _check_section(where: str, name: str, section: Any) -> None:
    """Nothing. Raises ConfigError for what no section has, or a value of the wrong kind."""
    if name not in _SECTIONS or not isinstance(section, dict):
        raise ConfigError(where, f"section [{name}] is not known", _known((_TASKS, *_SECTIONS)))
    for key, value in section.items():
        if key not in _SECTIONS[name]:
            what = f"key {key!r} in [{name}] is not known"
            raise ConfigError(where, what, _known(_SECTIONS[name]))
        kind = _SECTIONS[name][key]
        least = _LEAST.get(key, 1)
        told, fits = _KINDS[kind]
        if not fits(value, least):
            raise ConfigError(where, f"key {key!r} in [{name}] must be {told.format(least)}")


_KINDS: Mapping[type, tuple[str, Callable[[Any, int], bool]]] = {
    str: ("a string", lambda value, least: isinstance(value, str) and bool(value.strip())),
    list: ("a list", lambda value, least: isinstance(value, list)),
    bool: ("true or false", lambda value, least: isinstance(value, bool)),
    int: ("a whole number from {}", lambda value, least: type(value) is int and value >= least),
    float: (
        "a number between 0 and 1",
        lambda value, least: isinstance(value, float) and 0 < value < 1,
    ),
}


def _tasks(where: str, named: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_list_of(where, _TASKS, named, str)))
    for name in found:
        if name not in TASKS:
            raise ConfigError(where, f"{name!r} in {_TASKS} is no task", _known(TASKS))
    if not found:
        raise ConfigError(where, "names no task", _known(TASKS))
    return found


def _sizes(where: str, sizes: Any) -> tuple[int, ...]:
    found = _list_of(where, "gold_sentences", sizes, int)
    if any(one < 1 for one in found):
        raise ConfigError(where, "key 'gold_sentences' in [curve] must be numbers from 1")
    return tuple(sorted(set(found)))


def _list_of(where: str, key: str, value: Any, kind: type) -> list[Any]:
    if not isinstance(value, list) or any(type(one) is not kind for one in value):
        what = "strings" if kind is str else "whole numbers"
        example = f'{key} = ["definition"]' if key == _TASKS else ""
        raise ConfigError(where, f"key {key!r} must be a list of {what}", example)
    return value


def _check_data(where: str, recipe: BaselinesRecipe) -> None:
    """Nothing. Raises ConfigError where the data do not say what is compared on what."""
    if (recipe.run is None) == (recipe.silver is None):
        what = "[data] names both run and silver" if recipe.run else "[data] names no silver data"
        hint = "run = the folder of a run, or silver = a dataset in the target language"
        raise ConfigError(where, what, hint)
    if (recipe.gold is None) == (recipe.gold_test is None):
        both = "[data] names both gold and gold_test"
        what = both if recipe.gold else "[data] names no gold, on which all rows are scored"
        raise ConfigError(where, what, "gold = a dataset that is divided, or gold_test = one")
    if recipe.gold and (recipe.gold_train or recipe.gold_dev):
        hint = "with gold_train and gold_dev, the test set is gold_test"
        raise ConfigError(where, "[data] names gold beside gold_train or gold_dev", hint)
    if recipe.gold_dev and not recipe.gold_train:
        hint = "give gold_train too, or leave it out"
        raise ConfigError(where, "gold_dev is for the row gold-train, which lacks its data", hint)
    if recipe.shares.dev + recipe.shares.test >= 1:
        hint = "together they must be less than 1"
        raise ConfigError(where, "[split] dev and test leave nothing to learn from", hint)


def _known(names: Any) -> str:
    return "known: " + ", ".join(names)
