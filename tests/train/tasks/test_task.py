"""Tasks: a table whose entries are whole, their settings, and what is refused before training."""

from typing import Any

import orjson
import pytest

from donor.data import Document, Interval, Span
from donor.errors import ConfigError, InputError
from donor.train.tasks.task import TASKS, Task, check_known, lacking, settings_of, task_named


@pytest.mark.parametrize("name", TASKS)
def test_entry_is_a_task(name: str) -> None:
    task = task_named(name)
    assert task.name == name
    members = [one for one in vars(Task) if not one.startswith("_")]
    assert len(members) > 10 and all(hasattr(task, member) for member in members)


@pytest.mark.parametrize("name", TASKS)
def test_settings_come_back_from_json(name: str) -> None:
    task = task_named(name)
    assert task_named(name, orjson.loads(orjson.dumps(settings_of(task)))) == task


@pytest.mark.parametrize(
    ("name", "settings", "what"),
    [
        ("spam", {}, "'spam' is none.*one of definition, labels, spans, relations, qa"),
        ("spans", {"window": 1}, "has no setting window.*it has main"),
        ("qa", {"name": "x"}, "has no setting name"),
    ],
)
def test_unknown_names_are_listed(name: str, settings: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        task_named(name, settings)


def test_split_that_cannot_tell_is_refused() -> None:
    def document(*labels: str) -> Document:
        spans = tuple(Span(f"T{n}", label, (Interval(0, 1),)) for n, label in enumerate(labels))
        return Document("d", "en", "a b", (Interval(0, 3),), spans=spans)

    task = task_named("spans")
    tags = task.labels([document("A")])
    check_known(task, [document("A")], "the dev split", tags)
    for documents, what in (
        ([], "there is no document in it"),
        ([document()], "there is no span in it"),
        ([document(*"ABCDEFG")], r"lacks: B \(in d\), C .*, F \(in d\) and 1 more"),
    ):
        with pytest.raises(InputError, match=f"the dev split.*{what}"):
            check_known(task, documents, "the dev split", tags)


def test_labels_that_only_a_test_split_has_are_a_note() -> None:
    def document(label: str) -> Document:
        span = Span("T1", label, (Interval(0, 1),))
        return Document("d", "en", "a b", (Interval(0, 3),), spans=(span,))

    task = task_named("spans")
    tags = task.labels([document("A")])
    assert lacking(task, [document("A")], tags) == ""
    note = lacking(task, [document("A"), document("B")], tags)
    assert note == "a label that train lacks, which no model can say: B (in d)"
