"""The scores of tasks on DEFT are those of `donor score`, and of the official scorer."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.train.asked import oracle

from donor.data import Document, Relation
from donor.experiments.defteval import score_files
from donor.formats import Options, read, write
from donor.score import interval
from donor.score.defteval import defteval
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.definition import DEFINITION
from donor.train.tasks.relations import RELATIONS
from donor.train.tasks.spans import SPANS
from donor.train.tasks.task import Task, task_named

NAMES = {
    "definition": ["subtask_1"],
    "spans": ["subtask_1", "subtask_2"],
    "relations": ["subtask_3", "subtask_3_corrected"],
}


@pytest.fixture(scope="module")
def gold(sample: Path) -> list[Document]:
    return list(read(sample / "gold"))


def mistaken(task: Task, documents: Sequence[Document]) -> list[Document]:
    """What a model says that knows the documents, but for some of what it is to say."""
    chance = Random(1)
    texts = [one.texts[0] for one in task.examples(documents, learning=False)]
    tokenizer = wordpiece(texts, markers=task.markers(documents))
    found = []
    for one in oracle(task, documents, tokenizer, Settings()):
        labels = (
            replace(own, value=own.value if chance.random() < 0.8 else "1") for own in one.labels
        )
        spans = tuple(span for span in one.spans if chance.random() < 0.8)
        names = ("AKA", "Direct-Defines", "Refers-To")
        relations = (
            own if chance.random() < 0.8 else replace(own, label=chance.choice(names))
            for own in one.relations
        )
        kept: tuple[Relation, ...] = tuple(relations)
        found.append(
            replace(
                one,
                labels=tuple(labels),
                spans=one.spans if kept else spans,
                relations=kept,
            )
        )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_those_of_donor_score(gold: list[Document], name: str, tmp_path: Path) -> None:
    task = task_named(name)
    predicted = mistaken(task, gold)
    found = task.measured(predicted, gold)
    write(predicted, tmp_path / "predicted", format="jsonl")
    by_id = {document.id: document for document in read(tmp_path / "predicted")}
    again = [by_id[document.id] for document in gold]
    wanted = defteval(again, gold, resamples=200)
    for subtask in NAMES[name]:
        assert found[subtask].score == pytest.approx(wanted[subtask]["score"], abs=1e-12)
        assert found[subtask].score < 1
        assert interval(found[subtask], resamples=200) == wanted[subtask]["interval"]
        assert wanted[subtask]["signature"].startswith(found[subtask].metric.signature)
    if name == "definition":
        assert found["f1"].score == found["subtask_1"].score


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_those_of_task_files(gold: list[Document], name: str, tmp_path: Path) -> None:
    """… where no sentence is repeated: each repetition is a row of a file."""
    task = task_named(name)
    once = [one for one in gold if not _repeats(one)]
    assert len(once) == 17
    predicted = mistaken(task, once)
    found = task.measured(predicted, once)
    for side, documents in (("p", predicted), ("g", once)):
        rows = Options(fields={"rows": "predicted" if side == "p" else "gold"})
        write(documents, tmp_path / side, format="defteval", options=rows)
    filed = score_files(tmp_path / "p", tmp_path / "g", resamples=100)
    for subtask in NAMES[name]:
        assert filed[subtask]["score"] == pytest.approx(found[subtask].score, abs=1e-12)


def _repeats(document: Document) -> bool:
    """Whether DEFT repeats a sentence of it: for spans that overlap, and for second heads."""
    tails = [relation.tail for relation in document.relations]
    overlap = any(a.extent.overlaps(b.extent) for a, b in combinations(document.spans, 2))
    return overlap or len(set(tails)) < len(tails)


def test_official_relations_are_one_row_and_have_no_interval(gold: list[Document]) -> None:
    found = RELATIONS.measured(gold, gold)
    assert len(found["subtask_3"].rows) == 1
    assert interval(found["subtask_3"]) is None
    assert len(found["subtask_3_corrected"].rows) == len(gold)


def test_labels_that_are_not_scored_have_no_subtasks(gold: list[Document]) -> None:
    other = [
        replace(
            document,
            spans=tuple(replace(span, label="Person") for span in document.spans),
            relations=tuple(replace(own, label="knows") for own in document.relations),
        )
        for document in gold
    ]
    for task in (SPANS, RELATIONS):
        assert not any("subtask" in name for name in task.measured(other, other))


@pytest.fixture(scope="module")
def official() -> Path:
    folder = Path(__file__).parents[3].parent / "shared/scorers/defteval"
    if not folder.is_dir():
        pytest.skip("needs the outputs of the official scorer in ../shared/scorers/defteval")
    return folder


def task_file(folder: Path, task: int) -> list[Document]:
    return list(read(folder, format="defteval", options=Options(fields={"task": str(task)})))


@pytest.mark.parametrize(
    ("name", "exactly"),
    # In the last one a row that is but a number, and no sentence here, is said to be a definition.
    [("identical", 1e-12), ("noise10", 1e-12), ("noise40", 1e-3)],
)
def test_definitions_score_as_the_official_scorer_files_them(
    official: Path, name: str, exactly: float
) -> None:
    expected: dict[str, Any] = json.loads((official / "expected.json").read_text(encoding="utf-8"))
    gold, predicted = (task_file(official / one, 1) for one in ("gold", name))
    assert DEFINITION.labels(gold) == ("0", "1")
    found = DEFINITION.measured(predicted, gold)["f1"].score
    wanted = expected[name]["scores_txt"]["subtask_1_f1-score"]
    assert found == pytest.approx(wanted, abs=exactly)


@pytest.mark.parametrize(("task", "subtask"), [(SPANS, 2), (RELATIONS, 3)])
def test_identical_files_score_as_the_official_scorer_files_them(
    official: Path, task: Task, subtask: int
) -> None:
    expected: dict[str, Any] = json.loads((official / "expected.json").read_text(encoding="utf-8"))
    gold, predicted = (task_file(official / one, subtask) for one in ("gold", "identical"))
    found = task.measured(predicted, gold)[f"subtask_{subtask}"].score
    wanted = expected["identical"]["scores_txt"][f"subtask_{subtask}_f1-score_macro"]
    assert found == pytest.approx(wanted, abs=1e-12)
