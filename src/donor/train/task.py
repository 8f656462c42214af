"""What can be trained: each task turns documents into examples, and answers into documents."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from donor.data import Document
from donor.errors import ConfigError
from donor.score import Measurement
from donor.train.examples import TRAINING, Example, Feature, Settings

__all__ = ["TASKS", "Task", "task_named"]

TASKS = {
    "definition": "donor.train.definition:DEFINITION",
    "labels": "donor.train.labels:LABELS",
    "spans": "donor.train.spans:SPANS",
    "relations": "donor.train.relations:RELATIONS",
    "qa": "donor.train.questions:QUESTIONS",
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

    def head(self, documents: Sequence[Document]) -> str:
        """The kind of head that these documents want; see `donor.train.losses`."""

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """What the model may say, in an order that does not change.

        Raises InputError where there is nothing to learn: nothing annotated, one class only.
        """

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """The tokens that the tokenizer gets beside its own."""

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """The examples of all documents, in their order; fewer where they are learnt from."""

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
        """The documents with what the model says in place of what was annotated."""

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """The scores over these documents, of which `main` is one."""


def task_named(name: str) -> Task:
    """The task of that name. Raises ConfigError, which lists them."""
    if name not in TASKS:
        raise ConfigError("the task", f"{name!r} is none", f"one of {', '.join(TASKS)}")
    module, _, attribute = TASKS[name].partition(":")
    task: Task = getattr(import_module(module), attribute)
    return task
