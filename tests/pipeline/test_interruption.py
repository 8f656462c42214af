"""`donor transfer` as a process that is killed or stopped in the middle, and begun anew."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.small import contents, ledger_of, transfer_small, write_windows
from tests.servers.transliterator import transliterator

from donor.errors import RunError
from donor.formats import read
from donor.llm import ResponseStore
from donor.records import RunFolder

WINDOWS = 60
CONCURRENCY = 4


@dataclass(frozen=True)
class Command:
    """A transfer of sixty windows, which takes some seconds, against a server with a log."""

    folder: Path
    base_url: str

    @property
    def asked(self) -> list[str]:
        """The digests of the requests that the server has answered."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.split()[0] for line in lines]

    @property
    def stored(self) -> int:
        with ResponseStore.open(self.folder / "store.sqlite") as store:
            return int(store.stats()["answers"])

    def begin(self) -> "subprocess.Popen[str]":
        flags = ("--base-url", self.base_url, "--concurrency", str(CONCURRENCY), "--json")
        return subprocess.Popen(
            [sys.executable, "-m", "donor", "transfer", str(self.folder / "source"), "--to", "ru",
             "--model", "vllm:m", "-o", "run", "--store", "store.sqlite", *flags],
            cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def interrupted(self, by: signal.Signals, after: int) -> tuple[int, str]:
        """Exit code and standard output of a process that gets a signal amid its work."""
        process = self.begin()
        while len(self.asked) < after:
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        process.send_signal(by)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def finished(self) -> dict[str, Any]:
        """The summary of a process that is left alone."""
        process = self.begin()
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        summary: dict[str, Any] = json.loads(output)
        return summary

    def check_whole(self) -> None:
        """The run is that of a process which nobody interrupted, and nobody asked twice for."""
        transfer_small(self.folder, None, "replayed", replay=True)
        assert contents(self.folder / "run") == contents(self.folder / "replayed")
        assert ledger_of(self.folder)["spans"]["placed"] == WINDOWS


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    windows = [[f"Ion/T{n} number {n} moves ."] for n in range(WINDOWS)]
    write_windows(tmp_path / "source" / "a.deft", windows)
    with transliterator("--delay", "0.08", "--log", str(tmp_path / "log")) as base_url:
        yield Command(tmp_path, base_url)


def test_killed_run_goes_on_and_pays_nothing_twice(command: Command) -> None:
    code, _ = command.interrupted(signal.SIGKILL, after=6)
    assert code == -signal.SIGKILL
    with pytest.raises(RunError, match="no finished run"):
        RunFolder(command.folder / "run").summary()
    kept = command.stored
    assert 0 < kept < 2 * WINDOWS
    requests = command.finished()["requests"]
    assert (requests["from_store"], requests["sent"]) == (kept, 2 * WINDOWS - kept)
    command.check_whole()
    assert len(set(command.asked)) == 2 * WINDOWS
    assert len(command.asked) - 2 * WINDOWS <= CONCURRENCY


@pytest.mark.parametrize(("by", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_run_leaves_a_prefix_and_goes_on(
    command: Command, by: signal.Signals, exit_code: int
) -> None:
    code, output = command.interrupted(by, after=WINDOWS // 2)
    assert code == exit_code
    summary, ledger = json.loads(output), ledger_of(command.folder)
    assert summary["partial"] is ledger["partial"] is True
    done = [document.id for document in read(command.folder / "run" / "dataset")]
    assert done == [f"a:{n}" for n in range(1, len(done) + 1)]
    assert 0 < len(done) == ledger["documents"] < WINDOWS
    kept = command.stored
    assert summary["requests"]["sent"] == kept
    assert command.finished()["requests"]["from_store"] == kept
    command.check_whole()
    assert len(command.asked) == len(set(command.asked)) == 2 * WINDOWS
