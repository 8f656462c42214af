"""Rows are compared over the same documents, and without what they have learnt by heart."""

from dataclasses import replace

import pytest
from tests.experiments.baselines.small import document, says

from donor.data import Document, TextLabel
from donor.experiments.baselines.keeping import Answered
from donor.experiments.baselines.rows import Row
from donor.experiments.baselines.scoring import contrasts, measured, scores_of
from donor.score import F1, Measurement
from donor.score.labels import MOST_VALUES
from donor.score.metric import mean_f1
from donor.train.tasks.task import task_named

DEFINITION = task_named("definition")
TEST = tuple(document(n) for n in range(12))
GOOD, FAIR, BAD = ([Measurement(F1, [row] * 40)] for row in ((4, 0, 0), (3, 1, 1), (1, 3, 3)))


def answered(documents: list[Document], seed: int = 1) -> Answered:
    return Answered(seed, documents, "e", None, 1.0)


def row(train: tuple[Document, ...]) -> Row:
    return Row("translate-train", "", "silver", (), train, (), TEST, None)


def test_scores_are_means_over_seeds() -> None:
    seeds = [answered(says(TEST)), answered(says(TEST, wrong={"d0", "d1", "d2"}), 2)]
    scores = scores_of(measured(DEFINITION, seeds, TEST))["f1"]
    assert scores["seeds"] == [1.0, 0.75]
    assert scores["mean"] == 0.875


def test_each_row_is_tested_against_translate_train() -> None:
    rows = {"zero-shot": BAD, "translate-train": FAIR, "gold-train": GOOD, "gold+silver": GOOD}
    found = contrasts("f1", rows)
    assert [(one["a"], one["b"]) for one in found] == [
        ("zero-shot", "translate-train"),
        ("gold-train", "translate-train"),
        ("gold+silver", "translate-train"),
        ("gold+silver", "gold-train"),
    ]
    assert [one["better"] for one in found] == [
        "translate-train",
        "gold-train",
        "gold+silver",
        None,
    ]
    assert found[0]["difference"] == -0.5
    # Three of the four could be significant.
    assert found[0]["p_holm"] == 3 * found[0]["p"]


def test_without_translate_train_the_first_row_is_tested_against() -> None:
    found = contrasts("f1", {"zero-shot": BAD, "gold-train": GOOD})
    assert [(one["a"], one["b"]) for one in found] == [("gold-train", "zero-shot")]
    assert contrasts("f1", {"zero-shot": BAD}) == []
    assert contrasts("f1", {}) == []


def test_a_score_of_nothing_is_tested_and_an_undefined_one_is_not() -> None:
    nothing = [Measurement(F1, [(0, 1, 1)] * 40)]
    undefined = [Measurement(F1, [(0, 0, 0)] * 40)]
    rows = {"translate-train": FAIR, "zero-shot": nothing, "gold-train": undefined}
    [one] = contrasts("f1", rows)
    assert (one["a"], one["difference"]) == ("zero-shot", -0.75)


def test_one_seed_stands_beside_each_of_several() -> None:
    rows = {"translate-train": [*GOOD, *BAD], "linear:translate-train": FAIR}
    [one] = contrasts("f1", rows)
    assert one["difference"] == pytest.approx(0.75 - 0.625)


def test_seeds_that_know_other_classes_are_compared() -> None:
    """A macro F1 counts the classes that occur, which differ from model to model."""
    one = Measurement(mean_f1("f1_macro", ["a"]), [(3, 1, 1)] * 40)
    other = Measurement(mean_f1("f1_macro", ["b", "a"]), [(0, 1, 0, 3, 0, 1)] * 40)
    [found] = contrasts("f1_macro", {"translate-train": [one, other], "zero-shot": [one, one]})
    assert found["difference"] == pytest.approx(0.75 - (0.75 + (6 / 7) / 2) / 2)


def test_main_score_is_there_though_test_has_more_values_than_are_told_apart() -> None:
    def labelled(n: int, value: str) -> Document:
        return replace(document(n), labels=(TextLabel("tone", value),))

    task = task_named("labels").settled([labelled(0, "good"), labelled(1, "bad")])
    test = [labelled(n, str(n)) for n in range(MOST_VALUES + 1)]
    assert task.main in measured(task, [answered(test)], test)
