"""A folder in which one process works at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from donor.errors import DonorError

__all__ = ["LOCK", "alone_in"]

LOCK = ".lock"
"""The file that says so; it may stay behind."""


@contextmanager
def alone_in(folder: Path, error: type[DonorError], *, hint: str) -> Iterator[None]:
    """Nothing; makes the folder, and inside the block no other process works in it.

    Args:
        folder: with those above it where they are missing.
        error: what is raised where another process works in it, or it cannot be written.
        hint: what to do in the latter case.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        what = "another donor process works in this folder"
        raise error(str(folder), what, "wait for it, or choose another folder") from None
    except OSError as refused:
        what = f"cannot be written: {refused.strerror or refused}"
        raise error(str(folder), what, hint) from None
    try:
        yield
    finally:
        lock.release()
