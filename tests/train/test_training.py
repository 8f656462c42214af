"""A task trained and scored."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.train.definitions import document, documents

from donor.data import Interval, SideText, Span
from donor.errors import ConfigError, InputError
from donor.train.encoders import EncoderChoice
from donor.train.examples import Example, Settings
from donor.train.tasks.task import task_named
from donor.train.training import Trained, evaluated, settings_for, trained

TINY = EncoderChoice("scratch:tiny")
SETTINGS = settings_for(TINY, epochs=3, batch=8, learning_rate=3e-3)
TRAIN, DEV = documents(0, 40), documents(40, 50)
DEFINITION = task_named("definition")


def one(folder: Path, settings: Settings = SETTINGS, **more: object) -> Trained:
    torch.set_num_threads(1)
    return trained(
        DEFINITION,
        TRAIN,
        DEV,
        encoder=TINY,
        settings=settings,
        folder=folder,
        **more,  # type: ignore[arg-type]
    )


def weights(model: Trained) -> dict[str, torch.Tensor]:
    return dict(model.loaded.model.state_dict())


def test_what_is_easy_is_learnt(tmp_path: Path) -> None:
    model = one(tmp_path)
    said = evaluated(DEFINITION, model, documents(50, 60), SETTINGS)
    assert said.measured["f1"].score == 1.0
    assert {label.name for one in said.documents for label in one.labels} == {"definition"}


def test_same_seed_gives_the_same_numbers_and_another_others(tmp_path: Path) -> None:
    first, again = one(tmp_path / "a"), one(tmp_path / "b")
    other = one(tmp_path / "c", replace(SETTINGS, seed=2))
    assert all(torch.equal(a, b) for a, b in zip(*map(_values, (first, again)), strict=True))
    untimed = [
        [{**epoch, "seconds": 0} for epoch in model.fitted.history]
        for model in (first, again, other)
    ]
    assert untimed[0] == untimed[1] != untimed[2]


def _values(model: Trained) -> list[torch.Tensor]:
    return list(weights(model).values())


def test_class_weights_change_what_is_learnt(tmp_path: Path) -> None:
    rare = (*TRAIN[:9], *(replace(one, spans=()) for one in TRAIN[9:]))
    losses = [
        trained(
            DEFINITION, rare, DEV, encoder=TINY, settings=settings, folder=tmp_path / name
        ).fitted.history[0]["loss"]
        for name, settings in (
            ("plain", replace(SETTINGS, epochs=1)),
            ("weighed", replace(SETTINGS, epochs=1, class_weights=True)),
        )
    ]
    assert losses[0] != losses[1]


def test_answers_have_no_classes_that_could_weigh_alike(tmp_path: Path) -> None:
    text = "An ion is a charged atom."
    answer = Span("q:1", "answer", (Interval(0, 6),), {"question": "q"})
    asked = replace(
        document(1), text=text, segments=(Interval(0, len(text)),), spans=(answer,),
        side_texts=(SideText("question:q", "What?"),),
    )  # fmt: skip
    weighed = replace(SETTINGS, class_weights=True)
    with pytest.raises(ConfigError, match="no classes"):
        trained(task_named("qa"), [asked], [asked], encoder=TINY, settings=weighed, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_examples_that_weigh_nothing_are_not_learnt_from(tmp_path: Path) -> None:
    """Those of definitions weigh nothing, so that none is found."""

    def weight(example: Example) -> float:
        return 0.0 if example.target == "1" else 1.0

    model = one(tmp_path, weight_of=weight)
    said = evaluated(DEFINITION, model, DEV, SETTINGS)
    assert all(label.value == "0" for one in said.documents for label in one.labels)


def test_finished_training_is_not_done_again(tmp_path: Path) -> None:
    first = one(tmp_path)
    steps: list[str] = []
    again = one(tmp_path, told=lambda what, done, total: steps.append(what))
    assert steps == []
    assert all(torch.equal(a, b) for a, b in zip(*map(_values, (first, again)), strict=True))


def test_another_training_in_the_folder_is_refused(tmp_path: Path) -> None:
    one(tmp_path)
    with pytest.raises(ConfigError, match="another training"):
        one(tmp_path, replace(SETTINGS, learning_rate=1e-3))


def test_dev_needs_documents(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no document"):
        trained(DEFINITION, TRAIN, (), encoder=TINY, settings=SETTINGS, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_one_class_is_nothing_to_learn(tmp_path: Path) -> None:
    without = tuple(replace(document(n), spans=()) for n in range(9))
    with pytest.raises(InputError, match="Definition"):
        trained(DEFINITION, without, DEV, encoder=TINY, settings=SETTINGS, folder=tmp_path)
