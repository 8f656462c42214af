"""A run made anew out of its store: the same bytes, or which documents and rows differ."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.llm.model_server import Asked, ModelServer, completion
from tests.pipeline.small import contents, transfer_small, window
from tests.servers.transliterator import answer

from donor.errors import InputError, ReplayError, RunError, StoreError
from donor.llm import Prices
from donor.pipeline import Difference, reproduce


def edit_line(path: Path, number: int, change: Any) -> None:
    """Rewrites a line of a JSONL file by a function of its value."""
    lines = path.read_text(encoding="utf-8").splitlines()
    value = json.loads(lines[number])
    change(value)
    lines[number] = json.dumps(value, ensure_ascii=False)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_untouched_run_is_equal_and_stays_untouched(done: Path) -> None:
    before = contents(done / "run")
    found = reproduce(done / "run")
    assert (found.equal, found.documents, found.differences, found.notes) == (True, 3, (), ())
    assert contents(done / "run") == before


def test_another_working_directory_does_not_matter(
    source: Path, tmp_path: Path, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    transfer_small(Path(), base_url)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert reproduce(Path("../run")).equal
    assert Path.cwd() == tmp_path / "elsewhere"


class TestDifferences:
    def test_a_changed_row_is_named(self, done: Path) -> None:
        def move(line: dict[str, Any]) -> None:
            line["spans"][1]["placed"] = [[0, 1]]

        edit_line(done / "run" / "3-placed.jsonl", 0, move)
        found = reproduce(done / "run")
        assert not found.equal
        rows = [d for d in found.differences if "spans T2" in d.what]
        [row] = rows
        assert (row.file, row.document) == ("3-placed.jsonl", "a:1")
        assert "[[0, 1]]" in row.what

    def test_a_changed_translation_is_named(self, done: Path) -> None:
        def change(line: dict[str, Any]) -> None:
            line["segments"][0] = "Нет ."

        edit_line(done / "run" / "2-translated.jsonl", 1, change)
        [difference] = reproduce(done / "run").differences
        assert difference.document == "a:2"
        assert difference.what.startswith('segments 1: "Нет ." → "А целл')

    def test_changed_missing_and_new_files_of_the_dataset(self, done: Path) -> None:
        dataset = done / "run" / "dataset"
        text = (dataset / "a.deft").read_text()
        (dataset / "a.deft").write_text(text.replace("ион", "йон"))
        (dataset / "more" / "b.deft").unlink()
        (dataset / "mine.txt").write_text("mine")
        found = reproduce(done / "run").differences
        by_file = {difference.file: difference.what for difference in found}
        assert by_file == {
            "dataset/a.deft": by_file["dataset/a.deft"],
            "dataset/mine.txt": "is not written by the replay",
            "dataset/more/b.deft": "is written by the replay only",
        }
        assert by_file["dataset/a.deft"].startswith('line 2: "йон')

    def test_a_changed_ledger_is_shown_by_its_lines(self, done: Path) -> None:
        ledger = done / "run" / "ledger.json"
        ledger.write_text(ledger.read_text().replace('"placed": 4', '"placed": 5', 1))
        [difference] = reproduce(done / "run").differences
        assert difference.file == "ledger.json"
        assert '"placed\\": 5' in difference.what

    def test_a_cut_file_is_told(self, done: Path) -> None:
        placed = done / "run" / "3-placed.jsonl"
        placed.write_bytes(placed.read_bytes()[:-20])
        [difference] = reproduce(done / "run").differences
        assert difference.document == "more/b:1"
        assert isinstance(difference, Difference)

    def test_usage_and_provenance_are_not_compared(self, done: Path) -> None:
        for name in ("usage.json", "provenance.json"):
            path = done / "run" / name
            value = json.loads(path.read_text())
            value["seconds"] = -1
            path.write_text(json.dumps(value))
        assert reproduce(done / "run").equal


class TestPartial:
    def test_limited_run(self, source: Path, tmp_path: Path, base_url: str) -> None:
        transfer_small(tmp_path, base_url, limit=2)
        found = reproduce(tmp_path / "run")
        assert (found.equal, found.documents) == (True, 2)

    def test_run_whose_budget_was_spent(self, source: Path, tmp_path: Path, base_url: str) -> None:
        """All of the input is read, and only the first document is done."""
        whole = transfer_small(tmp_path, base_url, "whole", store="whole.sqlite").summary
        budget = whole["usage"]["prompt_tokens"] * 0.4
        outcome = transfer_small(
            tmp_path, base_url, prices=Prices(1e6, 0), budget_usd=budget, concurrency=1
        )
        assert (outcome.summary["documents"], outcome.summary["partial"]) == (1, True)
        found = reproduce(tmp_path / "run")
        assert (found.equal, found.documents) == (True, 1)

    def test_interrupted_run(self, source: Path, tmp_path: Path) -> None:
        async def respond(asked: Asked) -> web.StreamResponse:
            data = json.loads(asked.body["messages"][1]["content"])
            if "Water" in json.dumps(data):
                os.kill(os.getpid(), signal.SIGINT)
                return completion("never used")
            return completion(json.dumps(answer(data)))

        with ModelServer(answer=respond) as server:
            outcome = transfer_small(tmp_path, server.base_url, concurrency=1)
        assert outcome.interrupted
        assert reproduce(tmp_path / "run").equal


class TestErrors:
    def test_changed_input(self, done: Path) -> None:
        with (done / "source" / "a.deft").open("a") as file:
            file.write("\n" + window(["Salt/T4 melts ."], 300))
        with pytest.raises(InputError, match=r"a\.deft: has changed since the run: .* bytes"):
            reproduce(done / "run")

    def test_missing_and_new_input(self, done: Path) -> None:
        (done / "source" / "c.deft").write_text(window(["Salt/T4 melts ."], 300))
        with pytest.raises(InputError, match=r"c\.deft: is new"):
            reproduce(done / "run")
        (done / "source" / "c.deft").unlink()
        (done / "source" / "a.deft").unlink()
        with pytest.raises(InputError, match=r"a\.deft: was an input of the run and is gone"):
            reproduce(done / "run")

    def test_missing_store(self, done: Path) -> None:
        (done / "store.sqlite").rename(done / "moved.sqlite")
        with pytest.raises(StoreError, match="no such response store"):
            reproduce(done / "run")
        assert reproduce(done / "run", store=done / "moved.sqlite").equal

    def test_store_of_another_run(self, done: Path, base_url: str) -> None:
        transfer_small(done, base_url, "part", store="other.sqlite", limit=1)
        with pytest.raises(ReplayError, match="the store is not the run's"):
            reproduce(done / "run", store=done / "other.sqlite")

    def test_document_that_failed_in_the_run(self, source: Path, tmp_path: Path) -> None:
        async def respond(asked: Asked) -> web.StreamResponse:
            data = json.loads(asked.body["messages"][1]["content"])
            if "Water" in json.dumps(data):
                await asyncio.sleep(30)
            return completion(json.dumps(answer(data)))

        with ModelServer(answer=respond) as server:
            transfer_small(tmp_path, server.base_url, timeout_s=1.0)
        assert reproduce(tmp_path / "run").equal

    def test_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(RunError, match="no such folder"):
            reproduce(tmp_path / "none")
        (tmp_path / "empty").mkdir()
        with pytest.raises(RunError, match="no finished run"):
            reproduce(tmp_path / "empty")

    def test_recipe_of_another_donor(self, done: Path) -> None:
        recipe = done / "run" / "recipe.toml"
        recipe.write_text(recipe.read_text().replace("to =", "# by hand\nto ="))
        with pytest.raises(RunError, match="cannot be read back"):
            reproduce(done / "run")


class TestNotes:
    def test_other_versions_are_told_and_no_difference(self, done: Path) -> None:
        path = done / "run" / "provenance.json"
        value = json.loads(path.read_text())
        value["versions"] |= {"donor": "0.0.9", "gone": "1.0"}
        value["prompts"]["tags"] = "0"
        path.write_text(json.dumps(value))
        found = reproduce(done / "run")
        assert found.equal
        assert any(note.startswith("donor 0.0.9 then, ") for note in found.notes)
        assert "gone 1.0 then, none now" in found.notes
        assert "the prompt tags is another one now" in found.notes

    def test_run_without_provenance(self, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (done / "run" / "provenance.json").unlink()
        found = reproduce(done / "run", store=done / "store.sqlite")
        assert found.equal
        assert "no provenance.json" in found.notes[0]
