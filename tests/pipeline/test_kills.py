"""`kill -9` at random moments: nothing that was received is lost, and nothing is left broken."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.pipeline.small import contents, write_windows
from tests.servers.transliterator import transliterator

from donor.llm import ResponseStore
from donor.records import RunFolder

CONCURRENCY = 8
# An answer is received when the process has read it, not when the server has sent it. After so
# long it has, however busy the machine is.
READ_AFTER_S = 5.0


@dataclass(frozen=True)
class Sent:
    """An answer that the server has wholly sent."""

    request: str
    answer: str
    at: float


@dataclass
class Victim:
    """Commands that work in one folder with one store, and are killed."""

    folder: Path
    base_url: str
    unread: list[int] = field(default_factory=list)
    latest_s: float = 0.0
    alive: int = 0
    before: int = 0

    def begin(self, run: str = "run", store: str = "store.sqlite") -> "subprocess.Popen[bytes]":
        self.before = len(self.sent)
        return subprocess.Popen(
            [sys.executable, "-m", "donor", "transfer", "source", "--to", "ru",
             "--model", "vllm:m", "-o", run, "--store", store, "--base-url", self.base_url,
             "--concurrency", str(CONCURRENCY), "--json"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finished(self, run: str = "run", store: str = "store.sqlite") -> float:
        """The seconds that a command took which nobody disturbed."""
        begun = time.monotonic()
        process = self.begin(run, store)
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, b"")
        return time.monotonic() - begun

    @property
    def sent(self) -> list[Sent]:
        """What the server has sent, in order; a line that it is about to write is left out."""
        log = self.folder / "log"
        lines = log.read_text().splitlines(keepends=True) if log.exists() else []
        parts = [line.split() for line in lines if line.endswith("\n")]
        return [Sent(request, answer, float(at)) for request, answer, at in parts]

    def kill_after(self, answers: int, jitter_s: float) -> None:
        """Kills a command when the server has sent so many answers in all, and a little later."""
        process = self.begin()
        log = self.folder / "log"
        while log.stat().st_size < answers * LINE and process.poll() is None:
            time.sleep(0.002)
        time.sleep(jitter_s)
        self._kill(process)

    def kill_at(self, seconds: float) -> None:
        """Kills a command so long after it was begun."""
        process = self.begin()
        time.sleep(seconds)
        self._kill(process)

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        killed_at = time.monotonic()
        process.kill()
        _, errors = process.communicate(timeout=120)
        assert errors == b""
        self.alive += process.returncode == -signal.SIGKILL
        # The server logs its last answers, which are none of the next command's.
        time.sleep(0.5)
        self._check_kept(killed_at)

    def _check_kept(self, killed_at: float) -> None:
        """All that this process has received is in the store, and the store is whole."""
        store = self.folder / "store.sqlite"
        sent = [one for one in self.sent[self.before :] if one.at <= killed_at]
        if not store.exists():
            assert not sent
            return
        with ResponseStore.open(store) as opened:
            assert opened.verify() == []
            kept = {hashlib.sha256(row.body).hexdigest() for row in opened.rows()}
        late = [killed_at - one.at for one in sent if one.answer not in kept]
        assert all(seconds < READ_AFTER_S for seconds in late), late
        assert len(late) <= CONCURRENCY
        self.unread.append(len(late))
        self.latest_s = max([self.latest_s, *late])


LINE = 2 * 64 + 1 + 8
"""The bytes of a line of the log, at least."""


@pytest.mark.parametrize(
    ("windows", "kills"), [(40, 4), pytest.param(300, 20, marks=pytest.mark.long)]
)
def test_killed_at_random_moments_it_ends_as_if_undisturbed(
    tmp_path: Path, windows: int, kills: int
) -> None:
    chance = random.Random(windows)
    texts = [[f"Ion/T{n} number {n} moves ."] for n in range(windows)]
    write_windows(tmp_path / "source" / "a.deft", texts[: windows // 2])
    write_windows(tmp_path / "source" / "b.deft", texts[windows // 2 :])
    with transliterator("--delay", "0.03", "--log", str(tmp_path / "log")) as base_url:
        victim = Victim(tmp_path, base_url)
        victim.finished("undisturbed", "other.sqlite")
        once = len(victim.sent)
        assert once == 2 * windows
        amid = kills * 3 // 4
        for answers in sorted(chance.sample(range(1, once - CONCURRENCY), amid)):
            victim.kill_after(once + answers, chance.uniform(0, 0.05))
        whole_s = victim.finished()
        # From here on all is in the store: these die while they start, read, write, or put their
        # files into the place of the finished run's.
        while victim.alive < kills:
            victim.kill_at(chance.uniform(0, whole_s))
        victim.finished()
    assert contents(tmp_path / "run") == contents(tmp_path / "undisturbed")
    assert RunFolder(tmp_path / "run").summary()["documents"] == windows
    asked = [sent.request for sent in victim.sent[once:]]
    assert len(set(asked)) == once
    assert len(asked) - once <= amid * CONCURRENCY
    again = f"{len(asked) - once} of {once} asked again, {max(victim.unread)} at most after a kill"
    print(f"{kills} kills: {again}; the oldest was sent {victim.latest_s:.3f} s before it")
