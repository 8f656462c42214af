"""The sentences of a CoNLL-U file: comments and rows as they stand, and what of them is text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from donor.data.tags import OUTSIDE, is_tag
from donor.errors import FormatError

__all__ = [
    "BLANK",
    "COLUMNS",
    "MISC",
    "Sentence",
    "Token",
    "cells_of",
    "misc_value",
    "read_sentences",
    "with_misc",
]

BLANK = "_"
MISC = 9
COLUMNS = 10
_FEWEST = 2
_ID = re.compile(r"[0-9]+(?:-[0-9]+|\.[0-9]+)?")
_GAP = re.compile(r"( {2,})")
_TAB = re.compile(r"(\t)")


def cells_of(row: str) -> list[str]:
    """The cells of a row, parted by tabs; where there is no tab, by two spaces or more."""
    body = row.rstrip("\r\n")
    return body.split("\t") if "\t" in body else _GAP.split(body.rstrip(" "))[::2]


@dataclass(slots=True)
class Sentence:
    """The lines of one sentence.

    Attributes:
        line: of the first.
        comments: those before the rows, each with its line end.
        rows: the rows, each with its line end.
        after: the blank lines behind.
    """

    line: int
    comments: list[str]
    rows: list[str]
    after: str

    def comment(self, name: str) -> str | None:
        """What `# name = …` says, or nothing for `# name` alone; None where there is none."""
        for line in self.comments:
            key, _, value = line[1:].partition("=")
            if key.split()[:1] == [name]:
                return value.strip()
        return None

    def tokens(
        self, file: str = "", columns: int | None = COLUMNS, misc: int | None = MISC
    ) -> list["Token"]:
        """What stands in the text: words, and the ranges that are written as one word.

        Args:
            file: for errors.
            columns: how many a row has; None if as many as the first row of the sentence.
            misc: the column that is MISC, or None where no one is.

        Raises:
            FormatError: says which line is no row.
        """
        tokens: list[Token] = []
        last = 0
        for position, line in enumerate(self.rows):
            cells = cells_of(line)
            columns = columns or max(len(cells), _FEWEST)
            where = f"{file}:{self.line + len(self.comments) + position}"
            _check(cells, columns, where)
            first, _, end = cells[0].partition("-")
            said = cells[misc] if misc is not None and misc < columns else BLANK
            if end:
                last = int(end)
                tokens.append(Token(cells[1], [position], said))
            elif "." not in first and int(first) <= last:
                tokens[-1].rows.append(position)
            elif "." not in first:
                tokens.append(Token(cells[1], [position], said))
        if not tokens:
            raise FormatError(f"{file}:{self.line}", "a sentence without a word")
        return tokens


@dataclass(slots=True)
class Token:
    """A word of the text: its form, the positions of its rows (the range first), and its MISC."""

    form: str
    rows: list[int]
    misc: str

    @property
    def space_after(self) -> bool:
        """Whether a space follows, or the end of the sentence would have one."""
        return "SpaceAfter=No" not in self.misc.split("|")

    def tag(self, rows: Sequence[str], key: str, misc: int | None = MISC) -> str:
        """The tag of its first row that has one which is not O."""
        for position in self.rows:
            tag = misc_value(rows[position], key, misc)
            if tag is not None and tag != OUTSIDE and is_tag(tag):
                return tag
        return OUTSIDE


def misc_value(row: str, key: str, misc: int | None = MISC) -> str | None:
    """The value of a key in the column of a row that is MISC."""
    cells = cells_of(row)
    for part in cells[misc].split("|") if misc is not None and misc < len(cells) else ():
        name, equals, value = part.partition("=")
        if name == key and equals:
            return value
    return None


def with_misc(row: str, key: str, value: str | None, misc: int | None = MISC) -> str:
    """The row with that value of the key in its MISC; without the key for None."""
    body = row.rstrip("\r\n")
    cells = (_TAB if "\t" in body else _GAP).split(body)
    if misc is None or 2 * misc >= len(cells):
        return row
    parts = [part for part in cells[2 * misc].split("|") if part != BLANK]
    names = [part.partition("=")[0] for part in parts]
    if value is None:
        parts = [part for part, name in zip(parts, names, strict=True) if name != key]
    elif key in names:
        parts[names.index(key)] = f"{key}={value}"
    else:
        parts.append(f"{key}={value}")
    cells[2 * misc] = "|".join(parts) or BLANK
    return "".join(cells) + row[len(body) :]


def read_sentences(lines: Iterable[str]) -> Iterator[Sentence]:
    """The sentences of a file; what has no rows goes with the comments of the next, or the end."""
    before: list[str] = []
    held: Sentence | None = None
    at = 1
    for blank, group in groupby(lines, key=str.isspace):
        own = list(group)
        first, at = at, at + len(own)
        if blank and held and not before:
            held.after += "".join(own)
        elif blank or all(line.startswith("#") for line in own):
            before += own
        else:
            if held:
                yield held
            comments = next(n for n, line in enumerate(own) if not line.startswith("#"))
            line = first - len(before)
            held = Sentence(line, [*before, *own[:comments]], own[comments:], "")
            before = []
    if held:
        held.after += "".join(before)
        yield held


def _check(cells: Sequence[str], columns: int, where: str) -> None:
    if len(cells) != columns:
        found = f"{len(cells)} column{'s' * (len(cells) != 1)}, expected {columns}"
        raise FormatError(where, found, "CoNLL-U separates its columns by tabs")
    if not _ID.fullmatch(cells[0]):
        hint = "it is a number, a range such as 1-2, or 1.1 for an empty node"
        raise FormatError(where, f"{cells[0]!r} is no id of a word", hint)
    if not cells[1]:
        raise FormatError(where, "the row has no form", "an unknown form is an underscore")
