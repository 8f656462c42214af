"""`donor report` writes a page and the same facts as JSON, and says where to look."""

import json
import sys

import pytest
from click.testing import CliRunner
from tests.report.cases import collisions
from tests.report.measured import baselines, compared, trained
from tests.report.runs import run_of

from donor.cli import cli
from donor.errors import InputError, MissingExtraError, RunError


def reported(*arguments):
    return CliRunner().invoke(cli, ["report", *map(str, arguments)])


def test_both_files_stand_in_the_run_and_say_what_show_says(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    result = reported(folder.path)
    assert result.exit_code == 0, result.output
    assert "1 span unresolved" in result.output
    facts = json.loads((folder.path / "report.json").read_text())
    shown = CliRunner().invoke(cli, ["show", str(folder.path), "--json"])
    assert facts["summary"] == json.loads(shown.output)
    assert "<!doctype html>" in (folder.path / "report.html").read_text()


def test_a_page_elsewhere_has_its_facts_beside_it(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    result = reported(folder.path, "-o", tmp_path / "page.html", "--json")
    told = json.loads(result.output)
    assert told["report"] == str(tmp_path / "page.html")
    assert told["documents"] == {"of": 1, "worst": 1, "drawn": 0}
    assert (tmp_path / "page.json").exists() and not (folder.path / "report.html").exists()


def test_a_page_that_its_facts_would_overwrite_is_refused(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    assert "another name" in str(reported(folder.path, "-o", tmp_path / "page.json").exception)


@pytest.mark.parametrize(
    "name", ["ledger.html", "usage.html", "recipe.toml", "1-read.jsonl", "dataset.jsonl/x.html"]
)
def test_a_file_that_is_no_report_is_never_replaced(tmp_path, name):
    folder = run_of(tmp_path / "run", [collisions()])
    before = {file: file.read_bytes() for file in folder.path.rglob("*") if file.is_file()}
    result = reported(folder.path, "-o", folder.path / name)
    assert isinstance(result.exception, InputError), result.output
    assert {file: file.read_bytes() for file in folder.path.rglob("*") if file.is_file()} == before


def test_a_report_replaces_an_earlier_one_and_names_its_json(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    for _ in range(2):
        assert reported(folder.path, "-o", tmp_path / "page.html").exit_code == 0
    text = (tmp_path / "page.html").read_text()
    assert "page.json" in text and "report.json" not in text


def test_no_run_is_an_error(tmp_path):
    assert isinstance(reported(tmp_path).exception, RunError)


def test_the_missing_extra_is_named(tmp_path, monkeypatch):
    folder = run_of(tmp_path / "run", [collisions()])
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = reported(folder.path)
    assert isinstance(result.exception, MissingExtraError)
    assert not list(folder.path.glob("report.*"))


def test_what_other_commands_have_printed_stands_on_the_page(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    (tmp_path / "compared.json").write_text(json.dumps(compared()))
    (tmp_path / "baselines.json").write_text(json.dumps(baselines()))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scores.json").write_text(json.dumps(trained()))
    found = ["--compared", tmp_path / "compared.json", "--baselines", tmp_path / "baselines.json"]
    models = ["--trained", tmp_path / "one", "--trained", tmp_path / "two"]
    result = reported(folder.path, *found, *models)
    assert result.exit_code == 0, result.output
    facts = json.loads((folder.path / "report.json").read_text())
    assert facts["compared"]["of_run"] == "run" and facts["baselines"]["of_run"]
    assert [one["name"] for one in facts["trained"]] == ["one", "two"]


def test_a_file_of_another_command_is_refused_before_anything_is_written(tmp_path):
    folder = run_of(tmp_path / "run", [collisions()])
    (tmp_path / "found.json").write_text(json.dumps(compared()))
    result = reported(folder.path, "--baselines", tmp_path / "found.json")
    assert isinstance(result.exception, InputError)
    assert "nothing that donor baselines writes" in str(result.exception)
    assert not list(folder.path.glob("report.*"))
