"""`donor consistency` as it is called: figures, files, and what stops it."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.pipeline.small import write_small
from tests.servers.transliterator import transliterator

from donor.cli import cli

RECIPE = """
[read]
language = "en"
[translate]
to = "ru"
[model]
name = "vllm:m"
[project]
cascade = ["tags"]
"""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with transliterator() as url:
        yield url


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_small(tmp_path / "source")
    (tmp_path / "own.toml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(base_url: str, *more: str) -> Result:
    command = ["consistency", "own.toml", "source", "--base-url", base_url, *more]
    return CliRunner().invoke(cli, command)


def test_result_is_printed_and_lies_in_the_folder(work: Path, base_url: str) -> None:
    done = called(base_url, "--samples", "2", "-o", "out", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found == json.loads((work / "out/consistency.json").read_text())
    assert (found["samples"], found["documents"], found["model"]) == (2, 3, "vllm:m")
    assert set(found["temperatures"]) == {"0", "0.7"}
    for one in found["temperatures"].values():
        assert one["translation"]["alpha"]["score"] == 1.0
        assert one["varying"] == []
    assert {"signature", "usage", "requests", "seconds", "verdict"} <= set(found)


def test_folder_is_named_after_the_recipe(work: Path, base_url: str) -> None:
    done = called(base_url, "--samples", "2", "--temperature", "0")
    assert done.exit_code == 0, done.output
    [folder] = (work / "runs").iterdir()
    assert folder.name.startswith("consistency-")
    assert f"{folder.name}/consistency.json" in done.stdout
    assert "temperature 0: 0 of 3 documents vary" in done.stdout
    assert done.stdout.startswith("vllm:m, 2 runs: at temperature 0 100.0 % of the segments")


def test_run_of_each_sample_can_be_shown(work: Path, base_url: str) -> None:
    assert called(base_url, "--samples", "2", "-o", "out").exit_code == 0
    shown = CliRunner().invoke(cli, ["show", "out/temperature-0.7/run-1", "--json"])
    assert json.loads(shown.stdout)["documents"] == 3


def test_dry_run_counts_all_runs_and_makes_nothing(work: Path, base_url: str) -> None:
    done = called(base_url, "--samples", "3", "--dry-run", "--json")
    need = json.loads(done.stdout)
    assert (need["documents"], need["runs"], need["requests"]) == (3, 6, 36)
    assert not (work / "runs").exists()
    said = called(base_url, "--samples", "3", "--dry-run").stdout
    assert said.startswith("3 documents, 6 runs: 36 to ")


@pytest.mark.parametrize("more", [[], ["--samples", "1"]])
def test_one_run_agrees_with_nothing(work: Path, base_url: str, more: list[str]) -> None:
    assert called(base_url, *more).exit_code == 2


def test_input_may_be_the_recipes(work: Path, base_url: str) -> None:
    (work / "own.toml").write_text(RECIPE.replace("[read]", '[read]\ninputs = ["source"]'))
    command = ["consistency", "own.toml", "--samples", "2", "--base-url", base_url, "--dry-run"]
    assert CliRunner().invoke(cli, command).exit_code == 0


def test_what_was_answered_before_ctrl_c_is_not_asked_again(work: Path) -> None:
    with transliterator("--delay", "0.3") as slow:
        flags = ["own.toml", "source", "--samples", "3", "-o", "out", "--base-url", slow]
        command = [sys.executable, "-m", "donor", "consistency", *flags]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            while not (work / "out/temperature-0/run-0/ledger.json").exists():
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on from here" in told
    assert not (work / "out/consistency.json").exists()
    with transliterator() as url:
        again = called(url, "--samples", "3", "-o", "out", "--json")
    assert json.loads(again.stdout)["requests"]["from_store"] >= 6
