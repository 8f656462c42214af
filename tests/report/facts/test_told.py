"""What another command has printed is read, or it is said what is wrong with it."""

import pytest

from donor.errors import InputError
from donor.report.facts.told import INTERVAL, NUMBER, TEXT, Kind, listed, name_of, of_keys, told_in

KIND = Kind(
    "donor this",
    of_keys({"name": TEXT, "rows": listed(of_keys({"score": NUMBER}, interval=INTERVAL))}),
    "give what donor this has printed",
)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no JSON"),
        ("[]", "not of type 'object'"),
        ('{"rows": []}', "'name' is a required property"),
        ('{"name": "a", "rows": [{"score": "1"}]}', r"\$\.rows\[0\]\.score: '1' is not of type"),
        ('{"name": "a", "rows": [{"score": 1, "interval": [1]}]}', "is too short"),
        ('{"name": "a", "rows": [{"score": 1e300}]}', "greater than the maximum"),
        ('{"name": "a", "rows": [{"score": true}]}', "is not of type"),
    ],
)
def test_a_file_of_something_else_says_what_is_wrong(tmp_path, content, what):
    file = tmp_path / "found.json"
    file.write_text(content)
    with pytest.raises(InputError, match=what) as error:
        told_in(file, KIND)
    assert error.value.hint == KIND.hint


def test_a_long_value_is_not_repeated_in_the_error(tmp_path):
    file = tmp_path / "found.json"
    file.write_text('{"name": ["' + "x" * 10_000 + '"], "rows": []}')
    with pytest.raises(InputError) as error:
        told_in(file, KIND)
    assert len(str(error.value)) < 500


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        told_in(tmp_path / "none.json", KIND)


def test_more_keys_are_no_error(tmp_path):
    file = tmp_path / "found.json"
    file.write_text('{"name": "a", "rows": [{"score": null}], "more": 1}')
    assert told_in(file, KIND)["more"] == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [("/a/gpt/dataset", "gpt"), ("dataset", "dataset"), ("a/b.jsonl", "b.jsonl"), ("", "")],
)
def test_a_run_is_called_by_its_folder(path, name):
    assert name_of(path) == name
