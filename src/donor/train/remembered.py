"""What `donor.json` keeps of a task, so that a model is later asked as it was trained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.errors import ConfigError
from donor.train.examples import Settings
from donor.train.labels import Labels
from donor.train.model_folder import ABOUT
from donor.train.task import TASKS, Task, task_named

__all__ = ["SENTENCES", "TEXTS", "Remembered", "recalled", "remembered", "settings_of"]

TEXTS, SENTENCES = "texts", "sentences"
"""What a text label stands on."""

_NAMES = {"name", "main"}


@dataclass(frozen=True, slots=True)
class Remembered:
    """How a trained model is asked.

    Args:
        task: its task, with its settings.
        settings: of the training; of use are the lengths of what the model is shown.
        units: of text labels, what they stand on: `texts`, `sentences`, or both.
    """

    task: Task
    settings: Settings
    units: tuple[str, ...] = ()


def settings_of(task: Task) -> dict[str, Any]:
    """What can be set of a task, by name.

    >>> settings_of(Labels(label="topic"))["label"]
    'topic'
    """
    return {one.name: getattr(task, one.name) for one in _fields(task) if one.name not in _NAMES}


def remembered(task: Task, train: Iterable[Document]) -> dict[str, Any]:
    """What `donor.json` keeps of a task, as JSON; of a text label its name and what it stands on.

    Args:
        task: what was learnt.
        train: from what.
    """
    if not isinstance(task, Labels):
        return settings_of(task)
    own = [
        label
        for document in train
        for label in document.labels
        if task.label is None or label.name == task.label
    ]
    units = {TEXTS if label.segment is None else SENTENCES for label in own}
    name = task.label or own[0].name
    return settings_of(task) | {"label": name, "units": sorted(units)}


def recalled(where: Path, about: Mapping[str, Any]) -> Remembered:
    """How the model is asked of which `donor.json` says this.

    Raises:
        ConfigError: its task is none of Donor's, or its settings are not those of one.
    """
    if about["task"] not in TASKS:
        what = f"its {ABOUT} names the task {about['task']!r}, which is none of {', '.join(TASKS)}"
        raise ConfigError(str(where), what, "train it again")
    task = task_named(about["task"])
    kept = dict(about.get("task_settings", {}))
    units = tuple(kept.pop("units", ()))
    told = about.get("training", {})
    own = {one.name: told[one.name] for one in fields(Settings) if one.name in told}
    try:
        found = replace(task, **kept)  # type: ignore[type-var]
        return Remembered(found, Settings(**own), units)
    except TypeError as error:
        what = f"its {ABOUT} has settings that this Donor does not know: {error}"
        raise ConfigError(str(where), what, "pip install -U donor") from None


def _fields(task: Task) -> tuple[Any, ...]:
    return fields(task)  # type: ignore[arg-type]
