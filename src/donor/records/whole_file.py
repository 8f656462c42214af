"""A file that comes into its place when all of it is written."""

from collections.abc import Iterable
from pathlib import Path

from donor.errors import InputError

__all__ = ["write_whole"]


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Nothing; the file then holds the pieces, or what it held before. Raises InputError."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as out:
            out.writelines(pieces)
        partial.replace(path)
    except OSError as error:
        raise InputError(str(path), f"cannot write: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
