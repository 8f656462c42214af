"""What can be trained: each task turns documents into examples, and answers into documents."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import fields, replace
from importlib import import_module
from typing import Any, Protocol, Self

from donor.data import Document
from donor.errors import ConfigError, InputError
from donor.score import Measurement
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.hygiene import ExampleKey, Unit

__all__ = ["TASKS", "Task", "check_known", "check_scored", "lacking", "settings_of", "task_named"]

TASKS = {
    "definition": "donor.train.tasks.definition:DEFINITION",
    "labels": "donor.train.tasks.labels:LABELS",
    "spans": "donor.train.tasks.spans:SPANS",
    "relations": "donor.train.tasks.relations:RELATIONS",
    "qa": "donor.train.tasks.questions:QUESTIONS",
}


class Task(Protocol):
    """A task: pure but for the tokenizer, which is an argument.

    Attributes:
        name: what it is called.
        main: the name of the measurement by which the best epoch is chosen.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def main(self) -> str: ...  # noqa: D102

    def settled(self, documents: Sequence[Document]) -> Self:
        """The same task with what the documents that are learnt from decide for all others.

        Raises:
            ConfigError: they leave open what is meant, such as which of several labels.
        """

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """What of these documents the task cannot learn or find, and why: a sentence for each."""

    def head(self, documents: Sequence[Document]) -> str:
        """The kind of head that these documents want; see `donor.train.fitting.losses`."""

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """What the model may say, in an order that does not change.

        Raises InputError where there is nothing to learn: nothing annotated, one class only.
        Elsewhere than in the training data it is enough that something can be scored.
        """

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """What is annotated and no model with these labels can say, each with a document's id."""

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """The tokens that the tokenizer gets beside its own."""

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """The examples of all documents, in their order; fewer where they are learnt from."""

    def units(
        self, documents: Sequence[Document], *, learning: bool
    ) -> list[tuple[Unit, ExampleKey]]:
        """What of documents is looked for in other splits, each with the example that it is of."""

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """The examples as numbers, in their order; with targets where they are learnt from."""

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """What the model says of each example, as its target would be."""

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with what the model says, and was given, as their only annotations.

        The examples are those of the same documents, in their order: ids need not be unique.
        """

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """The scores over these documents, of which `main` is one.

        Args:
            predicted: what `predicted` has made of gold.
            gold: the right ones.
            without: examples that do not count, as document id and number. Where scores are of
                whole documents, a document does not count if one of its examples is named.
        """


def task_named(name: str, settings: Mapping[str, Any] | None = None) -> Task:
    """The task of that name, with these of its settings; see `settings_of`.

    >>> task_named("labels", {"label": "topic"}).label
    'topic'

    Raises ConfigError, which lists what there is.
    """
    if name not in TASKS:
        raise ConfigError("the task", f"{name!r} is none", f"one of {', '.join(TASKS)}")
    module, _, attribute = TASKS[name].partition(":")
    task: Any = getattr(import_module(module), attribute)
    known = settings_of(task)
    if strange := sorted((settings or {}).keys() - known.keys()):
        what = f"has no setting {', '.join(strange)}"
        hint = f"it has {', '.join(known)}" if known else "it has none"
        raise ConfigError(f"the task {name}", what, hint)
    found: Task = replace(task, **(settings or {}))
    return found


def settings_of(task: Task) -> dict[str, Any]:
    """The settings of a task, as a model folder keeps them for `task_named`: JSON values.

    >>> settings_of(task_named("definition"))
    {'main': 'f1'}
    """
    names = (one.name for one in fields(task))  # type: ignore[arg-type]
    return {name: getattr(task, name) for name in names if name != "name"}


def check_known(
    task: Task, documents: Sequence[Document], where: str, labels: Sequence[str]
) -> None:
    """Nothing. Raises InputError where a split cannot tell when to stop.

    Args:
        task: as the training data have settled it.
        documents: those of the split.
        where: what errors call it: `the dev split`.
        labels: what the model may say.
    """
    check_scored(task, documents, where)
    if unknown := task.unknown(documents, labels):
        what = f"has labels that the training data lacks: {_some(unknown)}"
        raise InputError(where, what, "no model can learn them: split the data anew")


def check_scored(task: Task, documents: Sequence[Document], where: str) -> None:
    """Nothing. Raises InputError where a split has nothing to be scored on."""
    if not documents:
        raise InputError(where, "there is no document in it", "leave it out, or fill it")
    task.labels(documents, where)


def lacking(task: Task, documents: Sequence[Document], labels: Sequence[str]) -> str:
    """What a split asks for and no model with these labels can say, as a note; else ""."""
    unknown = task.unknown(documents, labels)
    if not unknown:
        return ""
    number = "a label" if len(unknown) == 1 else f"{len(unknown):,} labels"
    return f"{number} that train lacks, which no model can say: {_some(unknown)}"


def _some(unknown: Mapping[str, str]) -> str:
    """The first of them, each with a document's id, and how many more there are."""
    some = [f"{name} (in {place})" for name, place in list(unknown.items())[:5]]
    more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
    return f"{', '.join(some)}{more}"
