"""A translation as lines of two columns: an id or a source text, a tab, and the target text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from donor.errors import FormatError
from donor.formats.files.opening import lines_of
from donor.formats.parts.columns import find_columns

__all__ = ["Line", "holds_lines", "lines_in"]

_ENDING = ".tsv"
_TITLES = {("id", "text"), ("id", "translation"), ("id", "target"), ("source", "target")}


@dataclass(frozen=True, slots=True)
class Line:
    """What one key says: an id, or a source text, with the target texts of its lines in order."""

    key: str
    texts: tuple[str, ...]


def holds_lines(path: Path) -> bool:
    """Whether the file has two columns and no header that makes it a table of a dataset."""
    if not path.is_file() or not path.name.lower().endswith(_ENDING):
        return False
    first = next(iter(lines_of(path, name=str(path))), "").rstrip("\r\n").split("\t")
    if len(first) != 2:
        return False
    return _is_header(first) or find_columns(first, {}) is None


def lines_in(path: Path) -> Iterator[Line]:
    """The lines; those that follow each other under one key are its segments.

    Raises:
        FormatError: a line has not two columns.
    """
    for key, group in groupby(_cells(path), key=lambda cells: cells[0]):
        yield Line(key, tuple(text for _, text in group))


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines_of(path, name=str(path)), start=1):
        cells = line.rstrip("\r\n").split("\t")
        if not any(cells) or (number == 1 and _is_header(cells)):
            continue
        if len(cells) != 2:
            what = f"{len(cells)} columns, expected 2"
            hint = "an id or the source text, a tab, the translation; no tab within a text"
            raise FormatError(f"{path}:{number}", what, hint)
        yield cells[0], cells[1]


def _is_header(cells: list[str]) -> bool:
    return tuple(cell.strip().casefold() for cell in cells) in _TITLES
