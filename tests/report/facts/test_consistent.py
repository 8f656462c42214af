"""What repeated runs agree on stands beside a run of their model alone."""

import json
from dataclasses import replace

import pytest
from tests.report.runs import RECIPE, consistency

from donor.errors import InputError
from donor.experiments.consistency import repeated
from donor.report.facts.consistent import consistency_of

FOUND = consistency({"0": (0.9, "physics:1")})


def read(tmp_path, found, recipe=RECIPE):
    file = tmp_path / "consistency.json"
    file.write_text(found if isinstance(found, str) else json.dumps(found))
    return consistency_of(file, recipe)


def test_its_own_recipe_is_known_again_at_any_temperature(tmp_path):
    own = replace(RECIPE, parameters={"temperature": 0.3}, files={"terms.tsv": "0"})
    for one in repeated(replace(own, files={}), 2, tmp_path):
        found = {**FOUND, "recipe": one.recipes[0].sha256, "temperatures": {one.name: CELL}}
        assert read(tmp_path, found, own)["same_recipe"]
    assert not read(tmp_path, {**FOUND, "recipe": "0"}, own)["same_recipe"]


CELL = FOUND["temperatures"]["0"]


def test_another_model_is_an_error(tmp_path):
    with pytest.raises(InputError, match="of the model ollama:m, and the run is of ollama:other"):
        read(tmp_path, FOUND, replace(RECIPE, model="ollama:other"))


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ("", "no JSON"),
        ([], "not of type 'object'"),
        ({"samples": 3}, "documents"),
        ({**FOUND, "verdict": None}, "verdict"),
        ({**FOUND, "temperatures": {}}, "temperatures"),
        ({**FOUND, "temperatures": {"0": {}}}, "'translation' is a required"),
        (
            {**FOUND, "temperatures": {"0": {**CELL, "spans": {"strict_f1": 1}}}},
            "strict_f1: 1 is not of type",
        ),
        ({**FOUND, "temperatures": {"0": {**CELL, "varying": ["a"]}}}, "varying"),
    ],
)
def test_a_file_of_something_else_is_an_error(tmp_path, found, what):
    with pytest.raises(InputError, match=what):
        read(tmp_path, found)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        consistency_of(tmp_path / "none.json", RECIPE)
