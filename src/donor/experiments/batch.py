"""A batch of an experiment: its files in a folder of their own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from donor.llm import BatchRound, Unasked
from donor.pipeline import Resources, Waiting, batch_of

__all__ = ["batch_in", "waiting_in"]

_FILES = "requests-*.jsonl"
_UNFINISHED, _LAST = "unfinished", "last"


@contextmanager
def batch_in(folder: Path, model: str, resources: Resources) -> Iterator[BatchRound | Unasked]:
    """A batch whose files take the place of those in the folder when the block ends well."""
    work, last = folder / _UNFINISHED, folder / _LAST
    for old in (work, last):
        shutil.rmtree(old, ignore_errors=True)
    try:
        with batch_of(model, resources, work) as batch:
            yield batch
        if folder.exists():
            last.mkdir()
            _move(folder, last)
        if work.exists():
            _move(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if not any(folder.glob(_FILES)):
            shutil.rmtree(last, ignore_errors=True)
            _remove_if_empty(folder)


def waiting_in(folder: Path, batch: BatchRound, *, documents: int) -> Waiting:
    """What waits in the folder for answers, and whether it is what waited the last time."""
    files = tuple(folder / file.name for file in batch.files)
    before = [folder / _LAST / file.name for file in files]
    again = all(
        old.exists() and old.read_bytes() == new.read_bytes()
        for old, new in zip(before, files, strict=True)
    )
    shutil.rmtree(folder / _LAST, ignore_errors=True)
    return Waiting(files, batch.requests, documents, batch.done, again)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _move(here: Path, there: Path) -> None:
    for file in sorted(here.glob(_FILES)):
        file.replace(there / file.name)
