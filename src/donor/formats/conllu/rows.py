"""The sentences of a CoNLL-U file: comments and rows as they stand, and what of them is text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from donor.data.tags import OUTSIDE, is_tag
from donor.errors import FormatError

__all__ = ["BLANK", "MISC", "Sentence", "Token", "misc_value", "read_sentences", "with_misc"]

BLANK = "_"
MISC = 9
_COLUMNS = 10
_ID = re.compile(r"[0-9]+(?:-[0-9]+|\.[0-9]+)?")


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

    def tokens(self, file: str = "") -> list["Token"]:
        """What stands in the text: words, and the ranges that are written as one word.

        Raises:
            FormatError: says which line is no row.
        """
        tokens: list[Token] = []
        last = 0
        for position, line in enumerate(self.rows):
            cells = line.rstrip("\r\n").split("\t")
            where = f"{file}:{self.line + len(self.comments) + position}"
            _check(cells, where)
            first, _, end = cells[0].partition("-")
            if end:
                last = int(end)
                tokens.append(Token(cells[1], [position], cells[MISC]))
            elif "." not in first and int(first) <= last:
                tokens[-1].rows.append(position)
            elif "." not in first:
                tokens.append(Token(cells[1], [position], cells[MISC]))
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

    def tag(self, rows: Sequence[str], key: str) -> str:
        """The tag of its first row that has one which is not O."""
        for position in self.rows:
            tag = misc_value(rows[position], key)
            if tag is not None and tag != OUTSIDE and is_tag(tag):
                return tag
        return OUTSIDE


def misc_value(row: str, key: str) -> str | None:
    """The value of a key in a row's last column."""
    misc = row.rstrip("\r\n").rpartition("\t")[2]
    for part in misc.split("|"):
        name, equals, value = part.partition("=")
        if name == key and equals:
            return value
    return None


def with_misc(row: str, key: str, value: str | None) -> str:
    """The row with that value of the key in its last column; without the key for None."""
    body = row.rstrip("\r\n")
    before, _, misc = body.rpartition("\t")
    parts = [part for part in misc.split("|") if part != BLANK]
    names = [part.partition("=")[0] for part in parts]
    if value is None:
        parts = [part for part, name in zip(parts, names, strict=True) if name != key]
    elif key in names:
        parts[names.index(key)] = f"{key}={value}"
    else:
        parts.append(f"{key}={value}")
    return f"{before}\t{'|'.join(parts) or BLANK}{row[len(body) :]}"


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


def _check(cells: Sequence[str], where: str) -> None:
    if len(cells) != _COLUMNS:
        found = f"{len(cells)} column{'s' * (len(cells) != 1)}, expected {_COLUMNS}"
        raise FormatError(where, found, "CoNLL-U separates its columns by tabs")
    if not _ID.fullmatch(cells[0]):
        hint = "it is a number, a range such as 1-2, or 1.1 for an empty node"
        raise FormatError(where, f"{cells[0]!r} is no id of a word", hint)
    if not cells[1]:
        raise FormatError(where, "the row has no form", "an unknown form is an underscore")
