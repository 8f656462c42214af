"""What `donor compare` has found stands beside a run of it; of another run it is told."""

import json
from dataclasses import replace

import pytest
from tests.report.cases import collisions
from tests.report.measured import compared, run_compared, without_gold
from tests.report.runs import RECIPE, run_of

from donor.errors import InputError
from donor.report.facts import run_facts
from donor.report.facts.compared import compared_of
from donor.report.facts.given import Given


@pytest.fixture
def run(tmp_path):
    return run_of(tmp_path / "run", [collisions()])


def read(tmp_path, run, found, recipe=RECIPE):
    file = tmp_path / "compared.json"
    file.write_text(json.dumps(found))
    return compared_of(file, run, recipe, run.summary())


def test_the_run_is_found_again_by_folder_model_and_counts(tmp_path, run):
    assert read(tmp_path, run, compared())["of_run"] == "run"
    assert read(tmp_path, run, compared(other=run_compared(folder="x/run")))["of_run"] == "other"


@pytest.mark.parametrize(
    "other",
    [{"folder": "runs/else"}, {"model": "ollama:else"}, {"documents": 9}, {"placed": 2}],
    ids=str,
)
def test_a_run_that_is_not_in_it_is_told(tmp_path, run, other):
    assert read(tmp_path, run, compared(run=run_compared(**other)))["of_run"] is None


def test_of_two_alike_the_one_at_this_place_is_meant(tmp_path, run):
    found = compared(a=run_compared("runs/run"), b=run_compared(str(run.path)))
    assert read(tmp_path, run, found)["of_run"] == "b"


def test_where_runs_lie_on_somebody_s_machine_is_left_out(tmp_path, run):
    found = read(tmp_path, run, compared(run=run_compared(folder="/home/me/run")))
    assert found["runs"]["run"]["folder"] == "run" and "/home/me" not in json.dumps(found)


def test_a_comparison_without_gold_is_one(tmp_path, run):
    assert read(tmp_path, run, without_gold(compared()))["reference_free"]["tests"]


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"spans": {}}, "is nothing that donor compare writes"),
        ({**compared(), "runs": {}}, "runs"),
        ({**compared(), "runs": {"a": {**run_compared(), "cost": {}}}}, "required property"),
        ({**compared(), "tests": [{"metric": "spans"}]}, "required property"),
    ],
)
def test_a_file_of_something_else_is_an_error(tmp_path, run, found, what):
    with pytest.raises(InputError, match=what):
        read(tmp_path, run, found)


def test_it_stands_in_the_facts_where_it_is_given(tmp_path, run):
    assert run_facts(run)["compared"] is None
    file = tmp_path / "compared.json"
    file.write_text(json.dumps(compared()))
    facts = run_facts(run, given=Given(compared=file))
    assert facts["compared"]["of_run"] == "run"
    assert replace(Given(), compared=file) == Given(compared=file)
