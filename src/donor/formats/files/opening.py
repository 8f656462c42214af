"""Files as lines and as named bytes; what is not UTF-8 is named with its likely encoding."""

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from donor.errors import FormatError, InputError
from donor.formats.files.encodings import likely_encoding
from donor.formats.format import Source

__all__ = ["check_utf8", "head_of", "lines_of", "not_utf8", "source_of"]

_HEAD = 1 << 16
# A first line may be longer than the head: it is taken whole, up to here.
_LONGEST_FIRST_LINE = 1 << 22
_BLOCK = 1 << 20


def lines_of(
    path: Path, *, name: str, newline: str | None = None, keep_mark: bool = False
) -> Iterator[str]:
    r"""The lines of a UTF-8 file, with or without a byte order mark.

    Args:
        path: the file.
        name: what it is called in errors.
        newline: "" keeps the line ends as they are; None makes each of them `\n`.
        keep_mark: whether a byte order mark is left at the beginning of the first line.

    Raises:
        FormatError: a line is not UTF-8; InputError: the file cannot be read.
    """
    try:
        encoding = "utf-8" if keep_mark else "utf-8-sig"
        with path.open(encoding=encoding, newline=newline) as lines:
            yield from lines
    except UnicodeDecodeError:
        raise not_utf8(path, name=name) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def head_of(path: Path) -> str | None:
    """The first lines of a file, some 64 KiB, the first of them whole; None if it is no text."""
    with opened(path) as file:
        raw = file.read(_HEAD)
        if b"\n" not in raw:
            raw += file.readline(_LONGEST_FIRST_LINE)
        more = bool(file.read(1))
    try:
        head = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
    except UnicodeDecodeError:
        return None
    if "\0" in head:
        return None
    if more and "\n" in head:
        head = head[: head.rindex("\n") + 1]
    return head.replace("\r\n", "\n")


def check_utf8(path: Path, *, name: str) -> None:
    """Nothing. Raises FormatError as `lines_of` would, before a line is read."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened(path) as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise not_utf8(path, name=name) from None


def source_of(name: str, files: Iterable[tuple[str, Path]]) -> Source:
    """The named byte streams of some files. Opening one may raise InputError."""
    return Source(name, {name: partial(opened, path) for name, path in files})


def opened(path: Path) -> BinaryIO:
    """The file, open for bytes. Raises InputError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(str(path), f"cannot be read: {error.strerror}")


def not_utf8(path: Path, *, name: str) -> FormatError:
    """The error that names the line and a likely encoding."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
        line = 1
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    likely = likely_encoding(raw)
    hint = f"it looks like {likely}: iconv -f {likely} -t UTF-8 {path}"
    return FormatError(f"{name}:{line}", "not UTF-8", hint if likely else "is it text at all?")
