"""How rows are trained: enough steps for few examples, and what was said of a translation."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.experiments.baselines.small import document

from donor.data import TextLabel
from donor.experiments.baselines.recipe import BaselinesRecipe
from donor.experiments.baselines.rows import Row
from donor.experiments.baselines.running import seeds_of, way_of
from donor.train.encoders import EncoderChoice
from donor.train.tasks.task import task_named

DEFINITION = task_named("definition")
DOCUMENTS = tuple(document(n) for n in range(12))
ROW = Row(
    "gold-train", "", "gold", (), DOCUMENTS[:8], DOCUMENTS[8:9], DOCUMENTS[9:],
    EncoderChoice("scratch:tiny"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("least", "epochs", "batch", "times"),
    [(200, 10, 32, 20), (200, 10, 4, 5), (1, 10, 32, 1), (200, 200, 32, 1), (17, 4, 4, 2)],
)
def test_few_examples_are_gone_over_more_often(
    tmp_path: Path, least: int, epochs: int, batch: int, times: int
) -> None:
    training = {"epochs": epochs, "batch": batch}
    recipe = BaselinesRecipe(("definition",), training=training, least_steps=least)
    assert way_of(DEFINITION, ROW, DOCUMENTS[9:], recipe, tmp_path).times == times


def test_a_linear_model_has_one_seed_and_is_taught_once(tmp_path: Path) -> None:
    recipe = BaselinesRecipe(("definition",), seeds=5, training={"seed": 3})
    linear = replace(ROW, name="linear:gold-train", encoder=None, dev=())
    way = way_of(DEFINITION, linear, DOCUMENTS[9:], recipe, tmp_path)
    assert (way.seeds, way.times) == ((3,), 1)
    [found] = seeds_of(DEFINITION, linear, DOCUMENTS[9:], way)
    assert found.history is None
    assert [one.id for one in found.documents] == [one.id for one in DOCUMENTS[9:]]


def test_what_is_said_of_a_translation_is_said_of_the_test_set(tmp_path: Path) -> None:
    test = DOCUMENTS[9:]
    english = [document(n, "en") for n in range(9, 12)]
    asked = (replace(english[0], text="", segments=(), spans=()), *english[1:])
    train = tuple(document(n, "en") for n in range(8))
    row = replace(ROW, name="translate-test", train=train, asked=asked, encoder=None)
    recipe = BaselinesRecipe(("definition",))
    [found] = seeds_of(DEFINITION, row, test, way_of(DEFINITION, row, test, recipe, tmp_path))
    assert [one.text for one in found.documents] == [one.text for one in test]
    assert [len(one.labels) for one in found.documents] == [0, 2, 2]
    assert {type(label) for one in found.documents for label in one.labels} == {TextLabel}
    assert not any(one.spans for one in found.documents)
