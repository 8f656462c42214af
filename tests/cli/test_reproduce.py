"""`donor reproduce` as a person meets it."""

import json
from pathlib import Path

import pytest
from tests.cli.test_cli import donor


@pytest.fixture
def replayed(tmp_path: Path, sample: Path) -> Path:
    """A folder with a run over the sample."""
    done = donor(
        "transfer", sample / "source", "--to", "ru", "--model", "recorded:sample-a", "--replay",
        "--store", sample / "responses.sqlite", "-o", "run", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_same_bytes_exit_with_0(replayed: Path) -> None:
    done = donor("reproduce", "run", cwd=replayed)
    assert done.returncode == 0, done.stderr
    assert "29 documents, the same bytes again" in done.stdout
    found = json.loads(donor("reproduce", "run", "--json", cwd=replayed).stdout)
    assert found == {"equal": True, "documents": 29, "differences": [], "notes": []}


def test_a_difference_is_shown_and_exits_with_1(replayed: Path) -> None:
    placed = replayed / "run" / "3-placed.jsonl"
    lines = placed.read_text().splitlines()
    rows = json.loads(lines[0])
    rows["spans"][0]["method"] = "by hand"
    placed.write_text("\n".join([json.dumps(rows), *lines[1:]]) + "\n")
    done = donor("reproduce", "run", cwd=replayed)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "3-placed.jsonl" in done.stdout
    assert f"{rows['id']}: spans {rows['spans'][0]['id']}" in done.stdout
    assert "1 of 29 documents differ" in done.stdout
    found = json.loads(donor("reproduce", "run", "--json", cwd=replayed).stdout)
    assert found["equal"] is False
    assert found["differences"][0]["document"] == rows["id"]


def test_no_run_is_one_line_and_exit_1(tmp_path: Path) -> None:
    done = donor("reproduce", "none", cwd=tmp_path)
    assert done.returncode == 1
    assert "there is no such folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1
