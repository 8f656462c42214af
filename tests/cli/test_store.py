"""`donor store` as a person meets it."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.cli.test_cli import donor


@pytest.fixture
def store(tmp_path: Path, sample: Path) -> Path:
    """A copy of the sample's store, in the working directory."""
    return Path(shutil.copy(sample / "responses.sqlite", tmp_path / "donor-responses.sqlite"))


def test_stats_by_model_and_by_task(tmp_path: Path, store: Path) -> None:
    shown = donor("store", "stats", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for words in ("recorded:sample-a", "translate", "tags", "corrections", "without tokens told"):
        assert words in shown.stdout
    found = json.loads(donor("store", "stats", "--json", cwd=tmp_path).stdout)
    assert found["answers"] == sum(task["answers"] for task in found["tasks"].values())


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    for verb in (("stats",), ("verify",), ("export", "out.jsonl")):
        done = donor("store", *verb, cwd=tmp_path)
        assert done.returncode == 1
        assert "no such response store" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_verify_tells_a_changed_body(tmp_path: Path, store: Path) -> None:
    assert donor("store", "verify", cwd=tmp_path).returncode == 0
    with sqlite3.connect(store) as raw:
        raw.execute("UPDATE responses SET body = x'00' WHERE id = 1")
    raw.close()
    done = donor("store", "verify", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "its body was changed" in json.loads(done.stderr)["error"]["what"]
    [problem] = json.loads(done.stdout)["problems"]
    assert "its body was changed" in problem


def test_export_and_import_carry_everything_over(tmp_path: Path, store: Path) -> None:
    done = donor("store", "export", "all.jsonl", "--json", cwd=tmp_path)
    written = json.loads(done.stdout)
    assert written["answers"] == len((tmp_path / "all.jsonl").read_text().splitlines())
    assert donor("store", "import", "all.jsonl", "--store", "new", cwd=tmp_path).returncode == 0
    old, new = (
        json.loads(donor("store", "stats", "--json", *more, cwd=tmp_path).stdout)
        for more in ((), ("--store", "new"))
    )
    assert (old["answers"], old["tasks"]) == (new["answers"], new["tasks"])


def test_export_to_nowhere_is_told(tmp_path: Path, store: Path) -> None:
    done = donor("store", "export", "nowhere/all.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "nowhere/all.jsonl" in done.stderr


def test_export_overwrites_nothing_unless_forced(tmp_path: Path, store: Path) -> None:
    (tmp_path / "all.jsonl").write_text("mine")
    done = donor("store", "export", "all.jsonl", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "all.jsonl").read_text()) == (1, "mine")
    assert donor("store", "export", "all.jsonl", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "all.jsonl").read_text() != "mine"
