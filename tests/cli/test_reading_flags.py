"""The flags that inspect, convert and transfer share."""

import json
from pathlib import Path

import pytest
from tests.cli.test_cli import donor
from tests.servers.transliterator import transliterator

BROKEN = '{"text": "An ion."}\n{"txt": 1}\n{"id": "own:1", "text": "again"}\n{"text": "Water."}\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.jsonl").write_text(BROKEN)
    return tmp_path


@pytest.mark.parametrize("verb", ["inspect", "convert"])
def test_unreadable_is_an_error_or_skipped_and_listed(own: Path, verb: str) -> None:
    more = ("out.jsonl", "--force") if verb == "convert" else ()
    stopped = donor(verb, "own.jsonl", *more, cwd=own)
    assert stopped.returncode == 1
    assert "own.jsonl:2" in stopped.stderr
    told = donor(verb, "own.jsonl", *more, "--on-error", "skip", cwd=own)
    assert told.returncode == 0, told.stderr
    assert "own.jsonl:2" in told.stdout
    done = donor(verb, "own.jsonl", *more, "--on-error", "skip", "--json", cwd=own)
    found = json.loads(done.stdout)
    assert found["documents"] == 2
    assert [error["where"] for error in found["unreadable"]] == ["own.jsonl:2", "own.jsonl"]


def test_transfer_lists_what_it_skipped_in_its_ledger(own: Path) -> None:
    with transliterator() as base_url:
        command = ("transfer", "own.jsonl", "--from", "en", "--to", "ru", "--model", "vllm:m")
        asked = (*command, "--base-url", base_url)
        assert donor(*asked, "-o", "run", cwd=own).returncode == 1
        done = donor(*asked, "-o", "run", "--on-error", "skip", "--json", cwd=own)
        told = donor(*asked, "-o", "run", "--on-error", "skip", cwd=own)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["documents"], found["losses"]) == (2, {})
    ledger = json.loads((own / "run/ledger.json").read_text())
    assert ledger["unreadable"] == found["unreadable"]
    assert [error["where"] for error in ledger["unreadable"]] == ["own.jsonl:2", "own.jsonl"]
    assert 'on_error = "skip"' in (own / "run/recipe.toml").read_text()
    assert "2 could not be read and were skipped" in told.stdout
    inspected = donor("inspect", "run/dataset", cwd=own)
    assert inspected.returncode == 0, inspected.stderr
    assert (own / "run/dataset/README.md").exists()


def test_options_of_a_run_are_part_of_its_recipe(own: Path) -> None:
    (own / "own.csv").write_text("review,id\nAn ion.,1\n")
    with transliterator() as base_url:
        done = donor(
            "transfer", "own.csv", "--from", "en", "--to", "ru", "--model", "vllm:m",
            "--base-url", base_url, "-o", "run", "--text-field", "review", "--field", "id=id",
            "--flatten", "first", "--snap", "contract", cwd=own,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    recipe = (own / "run/recipe.toml").read_text()
    for line in ('flatten = "first"', 'snap = "contract"', 'text = "review"', 'id = "id"'):
        assert line in recipe
    assert (own / "run/dataset/own.csv").read_text().startswith("review,id\n")
    assert "Ан ион." in (own / "run/dataset/own.csv").read_text()


def test_field_without_a_name_is_wrong_usage(own: Path) -> None:
    done = donor("inspect", "own.jsonl", "--field", "text", cwd=own)
    assert done.returncode == 2
    assert "KEY=NAME" in done.stderr


def test_ending_of_several_formats_is_refused(own: Path) -> None:
    (own / "own.jsonl").write_text('{"text": "An ion."}\n')
    done = donor("convert", "own.jsonl", "out.json", cwd=own)
    assert done.returncode == 1
    assert "belongs to several formats" in done.stderr
