"""Baselines and models stand beside the run whose data they learnt from, or it is said."""

import json

import pytest
from tests.report.cases import collisions
from tests.report.measured import baselines, row, task, trained
from tests.report.runs import run_of

from donor.errors import InputError
from donor.report.facts import run_facts
from donor.report.facts.baselines import baselines_of, trained_of
from donor.report.facts.given import Given


@pytest.fixture
def run(tmp_path):
    return run_of(tmp_path / "run", [collisions()])


def read(tmp_path, run, found):
    file = tmp_path / "baselines.json"
    file.write_text(json.dumps(found))
    return baselines_of(file, run)


def model(tmp_path, found, inputs=None):
    """A model folder with these scores, and what it was trained on."""
    folder = tmp_path / "models/definition"
    folder.mkdir(parents=True)
    (folder / "scores.json").write_text(json.dumps(found))
    if inputs is not None:
        about = {"data": {"train": {"inputs": inputs}}}
        (folder / "donor.json").write_text(json.dumps(about))
    return folder


def test_whether_a_model_learnt_from_this_run_is_told(tmp_path, run):
    assert read(tmp_path, run, baselines())["of_run"]
    other = task(rows=[row("translate-train", "What it is.", 0.5, train="runs/other")])
    assert not read(tmp_path, run, baselines(definition=other))["of_run"]


def test_where_data_lie_on_somebody_s_machine_is_left_out(tmp_path, run):
    own = task(rows=[row("zero-shot", "What it is.", 0.5, train="/home/me/train.jsonl")])
    found = read(tmp_path, run, {**baselines(definition=own), "recipe": "/home/me/b.toml"})
    assert "/home/me" not in json.dumps(found)
    assert found["tasks"]["definition"]["rows"][0]["train"]["inputs"] == ["train.jsonl"]


def test_a_task_without_what_may_be_missing_is_one(tmp_path, run):
    own = {"metric": "f1", "scored_on": {}, "rows": [], "tests": []}
    found = read(tmp_path, run, {"recipe": "b.toml", "tasks": {"qa": own}})
    assert found["tasks"]["qa"]["learning_curve"] is None and found["notes"] == []


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"task": "definition"}, "is nothing that donor baselines writes"),
        ({**baselines(), "tasks": {}}, "tasks"),
        (baselines(definition=task(rows=[{"name": "zero-shot"}])), "required property"),
        (baselines(definition=task(metric=None)), "metric"),
    ],
)
def test_a_file_of_something_else_is_an_error(tmp_path, run, found, what):
    with pytest.raises(InputError, match=what):
        read(tmp_path, run, found)


def test_a_model_is_told_with_what_it_learnt_from(tmp_path, run):
    folder = model(tmp_path, trained(), ["runs/run/dataset"])
    (found,) = trained_of([folder], run)
    assert found["name"] == "definition" and found["of_run"] is True
    assert found["curves"] == trained()["curves"] and "hygiene" not in found
    (folder / "donor.json").write_text('{"data": {"train": {"inputs": ["elsewhere"]}}}')
    assert trained_of([folder], run)[0]["of_run"] is False
    (folder / "donor.json").unlink()
    assert trained_of([folder], run)[0]["of_run"] is None


def test_folders_and_the_files_in_them_say_the_same(tmp_path, run):
    folder = model(tmp_path, trained(), ["runs/run/dataset"])
    assert trained_of([folder / "scores.json"], run) == trained_of([folder], run)
    assert read(tmp_path, run, baselines()) == baselines_of(tmp_path, run)


def test_what_is_missing_is_called_as_the_user_calls_it(tmp_path, run):
    for of in (lambda path: baselines_of(path, run), lambda path: trained_of([path], run)):
        with pytest.raises(InputError) as error:
            of(tmp_path / "nothing")
        assert error.value.where == str(tmp_path / "nothing")


def test_a_folder_without_a_model_is_an_error(tmp_path, run):
    with pytest.raises(InputError, match=r"scores\.json"):
        trained_of([tmp_path], run)
    folder = model(tmp_path, {"spans": {}})
    with pytest.raises(InputError, match="is nothing that donor train writes"):
        trained_of([folder], run)


def test_a_broken_donor_json_is_an_error(tmp_path, run):
    folder = model(tmp_path, trained(), [])
    (folder / "donor.json").write_text('{"data": []}')
    with pytest.raises(InputError, match="does not say what it was trained on"):
        trained_of([folder], run)


def test_they_stand_in_the_facts_where_they_are_given(tmp_path, run):
    facts = run_facts(run)
    assert facts["baselines"] is None and facts["trained"] == []
    facts = run_facts(run, given=Given(trained=[model(tmp_path, trained())]))
    assert facts["trained"][0]["task"] == "definition"
