"""`donor transfer --batch` and `donor store import`, as a person meets them."""

import json
from pathlib import Path

import pytest
from tests.cli.test_cli import ROW, donor
from tests.servers.batch_runner import run_batch
from tests.servers.transliterator import transliterator

TRANSFER = ("transfer", "own.deft", "--to", "ru", "--model", "openai:gpt-4o-mini", "-o", "run")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.deft").write_text(ROW)
    return tmp_path


def test_batch_goes_on_from_round_to_round(own: Path) -> None:
    """No key and no server: the provider runs the batch, wherever it is."""
    with transliterator() as base_url:
        for _ in ("translate", "tags"):
            done = donor(*TRANSFER, "--batch", "--json", cwd=own)
            assert (done.returncode, done.stderr) == (3, "")
            batch = json.loads(done.stdout)["batch"]
            assert batch == {
                "files": ["run/batch/requests-1.jsonl"],
                "requests": 1,
                "documents": 1,
                "done": 0,
            }
            run_batch(base_url, own / batch["files"][0], own / "results.jsonl")
            added = donor("store", "import", "results.jsonl", cwd=own)
            assert (added.returncode, added.stderr) == (0, "")
            assert "1 added to donor-responses.sqlite" in added.stdout
    done = donor(*TRANSFER, "--batch", cwd=own)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ион\t" in (own / "run/dataset/own.deft").read_text()
    assert not (own / "run/batch").exists()


def test_waiting_says_what_to_do(own: Path) -> None:
    done = donor(*TRANSFER, "--batch", "--store", "s.sqlite", cwd=own)
    assert done.returncode == 3
    assert "1 request waits for an answer; 0 of 1 documents are done" in done.stdout
    assert "run/batch/requests-1.jsonl" in done.stdout
    assert "donor store import RESULTS.jsonl --store s.sqlite" in done.stdout
    assert "submit nothing twice" not in done.stdout
    again = donor(*TRANSFER, "--batch", "--store", "s.sqlite", cwd=own)
    assert "submit nothing twice" in again.stdout
    shown = donor("show", "run", cwd=own)
    assert (shown.returncode, "waits for the answers of a batch" in shown.stderr) == (1, True)


@pytest.mark.parametrize("flags", [("--replay",), ("--budget-usd", "1"), ("--budget-usd", "0")])
def test_what_contradicts_a_batch_is_wrong_usage(own: Path, flags: tuple[str, ...]) -> None:
    done = donor(*TRANSFER, "--batch", *flags, cwd=own)
    assert done.returncode == 2
    assert flags[0] in done.stderr
    assert [path.name for path in own.iterdir()] == ["own.deft"]


def test_import_tells_lines_and_goes_on(own: Path) -> None:
    donor(*TRANSFER, "--batch", cwd=own)
    request = json.loads((own / "run/batch/requests-1.jsonl").read_text())
    late = {"code": "batch_expired", "message": "This request could not be executed in time."}
    line = {"id": "r", "custom_id": request["custom_id"], "response": None, "error": late}
    (own / "errors.jsonl").write_text(json.dumps(line) + "\n{cut")
    done = donor("store", "import", "errors.jsonl", cwd=own)
    assert done.returncode == 1
    assert "no line could be used" in done.stderr
    assert "a batch that asks again" in done.stderr
    assert "line 1: batch_expired: This request could not be" in done.stdout
    assert "line 2: not JSON" in done.stdout
    told = json.loads(donor("store", "import", "errors.jsonl", "--json", cwd=own).stdout)
    [file] = told["files"]
    assert (file["failed"], file["broken"], file["added"]) == (1, 1, 0)
    assert file["troubles"][1]["lines"] == [2]
    stats = json.loads(donor("store", "stats", "--json", cwd=own).stdout)
    assert (stats["answers"], stats["waiting"]) == (0, 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "results.jsonl: cannot be read"),
        ('{"custom_id": "d1-x", "response": null}\n', "none.sqlite: no such response store"),
        ("", "none.sqlite: no such response store"),
    ],
)
def test_import_makes_no_store_for_nothing(own: Path, content: str | None, told: str) -> None:
    if content is not None:
        (own / "results.jsonl").write_text(content)
    done = donor("store", "import", "results.jsonl", "--store", "none.sqlite", cwd=own)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (own / "none.sqlite").exists()
