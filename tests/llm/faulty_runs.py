"""Small real runs against the fault server, many at a time, and what became of them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from tests.llm.asking import Quick
from tests.pipeline.small import write_windows
from tests.servers.starting import started

from donor.errors import ModelError
from donor.llm import Surroundings
from donor.pipeline import Resources, run
from donor.recipe import Recipe

SERVER = Path(__file__).parent.parent / "servers" / "faults.py"
HIT = "cell"
"""The word of the one document that is answered wrongly."""
OTHERS = ("a:1", "b:1")


def names() -> list[str]:
    """Every fault that the server knows."""
    listed = subprocess.run([sys.executable, SERVER, "--list"], capture_output=True, text=True)
    return listed.stdout.split()


@contextmanager
def serving(*flags: str) -> Iterator[str]:
    """The base URL of a fault server in a process of its own, without its `/v1`."""
    with started(SERVER, *flags) as base_url:
        yield base_url.removesuffix("/v1")


def write_source(folder: Path, sentences: int) -> Path:
    """Three documents in two files; the second one is to be answered wrongly."""
    middle = ["A cell/T3 wall .", "The cell/T4 stops ."][:sentences]
    middle += [f"The cell {n} moves along the other wall ." for n in range(2, sentences)]
    write_windows(folder / "a.deft", [["An/T1 ion/T1 moves .", "It/T2 stops ."], middle])
    write_windows(folder / "b.deft", [["Water/T5 flows ."]])
    return folder


@dataclass(frozen=True)
class Faulty:
    """What a run left behind.

    Attributes:
        seconds: how long it took.
        summary: its summary, or the error that ended it.
        lines: by the number of the file and the document's id, what the folder holds.
    """

    seconds: float
    summary: Mapping[str, Any]
    lines: Mapping[tuple[int, str], bytes]
    error: str = ""

    @property
    def hit(self) -> dict[str, Any]:
        """How the document that was answered wrongly ended: its translation and its spans."""
        translated = orjson.loads(self.lines[2, "a:2"])
        return translated | orjson.loads(self.lines[3, "a:2"])

    @property
    def others(self) -> list[bytes]:
        """What the folder holds of the other documents."""
        return [self.lines[number, name] for number in (2, 3) for name in OTHERS]


def transfer(
    folder: Path, base_url: str, parameters: Mapping[str, Any], timeout_s: float, name: str = "run"
) -> Faulty:
    """Runs over `folder/source` with the store there."""
    recipe = Recipe((str(folder / "source"),), "ru", "vllm:m", parameters=parameters)
    resources = Resources(
        store=folder / "store.sqlite", base_url=base_url, timeout_s=timeout_s, concurrency=4
    )
    started = time.monotonic()
    try:
        summary, error = run(recipe, folder / name, resources).summary, ""
    except ModelError as raised:
        summary, error = {}, str(raised)
    lines = {
        (int(path.name[0]), orjson.loads(line)["id"]): line
        for path in sorted((folder / name).glob("[23]-*.jsonl"))
        for line in path.read_bytes().splitlines()
    }
    return Faulty(time.monotonic() - started, summary, lines, error)


def at_once() -> Surroundings:
    """Surroundings in which no pause takes time."""
    return Quick().surroundings()
