"""The only module that runs eflomal (extra `align`): its program, with a seed.

The program takes its seed from the system. A copy of it that reads the seed from a file instead
makes two runs over the same text equal; where no such copy runs, the seed stays the system's.
"""

import importlib.util
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from donor.errors import ConfigError, MissingExtraError

__all__ = ["Program", "Training", "found", "program", "trained"]

_SYSTEM, _OWN = b"/dev/urandom\0", b"./donor.seed\0"
_SEED_BYTES = 8


@dataclass(frozen=True, slots=True)
class Program:
    """The program to run.

    Attributes:
        path: of the executable file.
        version: eflomal's.
        seeded: whether it reads its seed from a file.
    """

    path: Path
    version: str
    seeded: bool


@dataclass(frozen=True, slots=True)
class Training:
    """One run of the program.

    Attributes:
        texts: the folder with the files `source`, `target` and `priors`.
        model: a new folder, into which `forward` and `backward` are written.
        seed: what the chance of the run is made of.
        iterations: of each of the three models that follow each other.
    """

    texts: Path
    model: Path
    seed: int
    iterations: tuple[int, int, int]


def found() -> Path | None:
    """Where eflomal's program is; None where it is not installed."""
    package = importlib.util.find_spec("eflomal")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "bin" / "eflomal"
    return path if path.is_file() else None


def program(folder: Path) -> Program:
    """The program, copied into a folder so that it takes a seed where that is possible.

    Raises:
        MissingExtraError: eflomal is not installed.
    """
    own = found()
    if own is None:
        raise MissingExtraError("--method align", "eflomal", "align")
    installed = version("eflomal")
    content = own.read_bytes()
    if content.count(_SYSTEM) == 1:
        copy = folder / "eflomal"
        copy.write_bytes(content.replace(_SYSTEM, _OWN))
        copy.chmod(0o700)
        if _runs(copy, folder / "trial"):
            return Program(copy, installed, seeded=True)
    return Program(own, installed, seeded=False)


def trained(program: Program, trainings: Sequence[Training], *, processes: int) -> Iterator[int]:
    """How many trainings are done, after each of them; whatever ends this ends them too."""
    waiting = list(reversed(trainings))
    running: list[subprocess.Popen[bytes]] = []
    done = 0
    with _ended(running):
        while waiting or running:
            while waiting and len(running) < processes:
                running.append(_started(program, waiting.pop()))
            first = running[0]
            if first.wait() != 0:
                what = f"eflomal ended with exit status {first.returncode}"
                hint = "is there memory enough? --alignment takes the links of another tool"
                raise ConfigError("--method align", what, hint)
            running.pop(0)
            done += 1
            yield done


def _runs(copy: Path, folder: Path) -> bool:
    """Whether the copy runs here, and twice alike: a system may refuse a changed program."""
    folder.mkdir()
    for side in ("source", "target"):
        (folder / side).write_text("3 4\n3 0 1 2\n3 2 1 3\n2 0 3\n", encoding="ascii")
    (folder / "priors").write_text("5 5 1 0 0 0 0\n1 1 1\n", encoding="ascii")
    trials = [Training(folder, folder / str(n), 1, (8, 8, 8)) for n in range(2)]
    try:
        for _ in trained(Program(copy, "", True), trials, processes=1):
            pass
    except (OSError, ConfigError):
        return False
    ways = ("forward", "backward")
    written = [[(one.model / way).read_bytes() for way in ways] for one in trials]
    return written[0] == written[1]


def _started(program: Program, training: Training) -> subprocess.Popen[bytes]:
    training.model.mkdir()
    seed = random.Random(training.seed).randbytes(_SEED_BYTES)
    (training.model / "donor.seed").write_bytes(seed)
    names = ("source", "target", "priors")
    source, target, priors = (str((training.texts / name).resolve()) for name in names)
    first, second, third = map(str, training.iterations)
    command = [str(program.path.resolve()), "-q", "-m", "3", "-n", "1"]
    command += ["-1", first, "-2", second, "-3", third]
    command += ["-s", source, "-t", target, "-p", priors]
    command += ["-f", "forward", "-r", "backward"]
    return subprocess.Popen(
        command,
        cwd=training.model,
        # One thread: several would take from the seed in an order of their own.
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def _ended(running: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """What still runs at the end of the block is ended."""
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()
