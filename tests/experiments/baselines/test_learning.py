"""The learning curve says what its points have in common, and what not."""

from typing import Any

from tests.experiments.baselines.small import document

from donor.data import Document
from donor.experiments.baselines.learning import learning_curve
from donor.experiments.baselines.rows import Row
from donor.experiments.baselines.scoring import Scored
from donor.score import F1, Measurement
from donor.train.tasks.task import task_named

DOCUMENTS = tuple(document(n) for n in range(12))
SAME = "training is stopped by the same 4 gold sentences of dev, which are not counted"


def scored(train: tuple[Document, ...], dev: tuple[Document, ...]) -> Scored:
    row = Row("gold-train", "", "gold", (), train, dev, DOCUMENTS[10:], None)
    part = {"documents": len(train), "sentences": 2 * len(train), "examples": 2 * len(train)}
    told = {"train": part, "dev": {"sentences": 2 * len(dev)} if dev else None}
    return Scored(row, {"f1": [Measurement(F1, [(1, 1, 1)] * 2)]}, told)


def how(of_smaller: tuple[Document, ...], of_all: tuple[Document, ...]) -> str:
    gold = [scored(DOCUMENTS[:2], of_smaller), scored(DOCUMENTS[:8], of_all)]
    found: dict[str, Any] | None = learning_curve(task_named("definition"), gold, gold[-1])
    assert found is not None
    said: str = found["how"]
    return said


def test_dev_that_all_points_have_is_called_the_same() -> None:
    assert how(DOCUMENTS[8:10], DOCUMENTS[8:10]).endswith(SAME)


def test_dev_that_lacks_labels_for_smaller_parts_is_told() -> None:
    told = how(DOCUMENTS[8:9], DOCUMENTS[8:10])
    assert told.endswith(f"{SAME}; for a part of gold that lacks some of its labels, without these")


def test_linear_models_have_no_dev() -> None:
    assert "dev" not in how((), ())
