"""Streams through the program `apertium`: in batches, each of a process of its own.

A batch is a file of records that end with a zero byte, before which the program forgets what came
before: so a segment is translated alike wherever it stands. Each record begins with its number in
a blank; one that does not come back under its number is tried again, in ever smaller batches.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from donor.errors import ConfigError
from donor.translate.apertium.modes import WHERE, Engine
from donor.translate.apertium.stream import Encoded, decode, encode

__all__ = ["Batch", "through"]

Batch = Sequence[Encoded]
"""Some segments."""

# What a killed run has left of it is removed by the next.
_SCRATCH = "apertium.scratch"
_AT_ONCE = 2
_TIMEOUT_S = 60
_BYTES_PER_SECOND = 2_000
_RECORD = re.compile(r"\[([0-9]+)\](.*)\[\]\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Running:
    """A process over one batch, and the files that it writes."""

    batch: Batch
    process: subprocess.Popen[bytes]
    output: Path
    errors: Path
    timeout_s: float


def through(batches: Iterable[Batch], engine: Engine, folder: Path) -> Iterator[list[str | None]]:
    """The streams that came back for each batch, in order; None for one that brings nothing.

    Two processes run at a time. They are killed when the iterator is closed.

    Args:
        batches: what is translated; the next is asked for when a process is free for it.
        engine: the program and its mode.
        folder: where the files of the processes stand meanwhile.

    Raises:
        ConfigError: the program fails on anything.
    """
    running: deque[_Running] = deque()
    scratch = folder / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        for number, batch in enumerate(batches):
            running.append(_start(batch, engine, scratch / str(number)))
            if len(running) == _AT_ONCE:
                yield _ended(running, engine, scratch)
        while running:
            yield _ended(running, engine, scratch)
    finally:
        for one in running:
            _kill(one.process)
        shutil.rmtree(scratch)


def _start(batch: Batch, engine: Engine, file: Path) -> _Running:
    records = [f"[{number}]{one.stream}[]\0" for number, one in enumerate(batch)]
    content = "".join(records).encode()
    source, output, errors = (file.with_suffix(ending) for ending in (".in", ".out", ".err"))
    source.write_bytes(content)
    command = [engine.program, "-z", "-u", "-f", "none", engine.mode, str(source), str(output)]
    with errors.open("wb") as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            # The program is a shell script over a dozen processes: they die together.
            start_new_session=True,
        )
    return _Running(batch, process, output, errors, _TIMEOUT_S + len(content) / _BYTES_PER_SECOND)


def _ended(running: deque[_Running], engine: Engine, scratch: Path) -> list[str | None]:
    """What the oldest process brings, after what it lacks has been tried again."""
    found = _wait(running[0])
    one = running.popleft()
    missing = [number for number, stream in enumerate(found) if stream is None]
    if len(missing) == len(found) and missing:
        _check_works(engine, scratch, one.errors)
    # Whatever breaks the stream takes along what stands behind it, maybe a few before.
    parts = [missing] if len(missing) < len(found) else _halves(missing)
    for part in filter(None, parts):
        again = _alone([one.batch[number] for number in part], engine, scratch)
        for number, stream in zip(part, again, strict=True):
            found[number] = stream
    for file in (one.output, one.errors, one.output.with_suffix(".in")):
        file.unlink(missing_ok=True)
    return found


def _alone(batch: Batch, engine: Engine, scratch: Path) -> list[str | None]:
    """What a batch brings by itself; what it lacks is tried again in halves."""
    with tempfile.TemporaryDirectory(dir=scratch) as inside:
        running = _start(batch, engine, Path(inside) / "again")
        try:
            found = _wait(running)
        finally:
            _kill(running.process)
    missing = [number for number, stream in enumerate(found) if stream is None]
    for part in _halves(missing) if len(batch) > 1 else ():
        again = _alone([batch[number] for number in part], engine, scratch)
        for number, stream in zip(part, again, strict=True):
            found[number] = stream
    return found


def _halves(numbers: list[int]) -> list[list[int]]:
    middle = len(numbers) // 2
    return [half for half in (numbers[:middle], numbers[middle:]) if half]


def _wait(running: _Running) -> list[str | None]:
    """What a process brings; it is killed if it takes too long."""
    try:
        running.process.wait(running.timeout_s)
    except subprocess.TimeoutExpired:
        _kill(running.process)
    found: list[str | None] = [None] * len(running.batch)
    if running.output.exists():
        for record in running.output.read_text("utf-8", "replace").split("\0"):
            match = _RECORD.fullmatch(record)
            number = int(match[1]) if match else len(found)
            if match and number < len(found) and decode(match[2], running.batch[number]):
                found[number] = match[2]
    return found


def _check_works(engine: Engine, scratch: Path, errors: Path) -> None:
    """Raises ConfigError if the program does not even translate a word."""
    if _alone([encode("word")], engine, scratch)[0] is None:
        said = errors.read_text("utf-8", "replace").strip()[-500:] if errors.exists() else ""
        what = f"the mode {engine.mode} of {engine.program} brings nothing"
        raise ConfigError(WHERE, f"{what}: {said}" if said else what, "install its package anew")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
