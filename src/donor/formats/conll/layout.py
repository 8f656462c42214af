"""How the rows of a CoNLL file are laid out: separator, columns, tag scheme, line ends."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from donor.data.tags import OUTSIDE, Scheme, is_tag, scheme_named, scheme_of
from donor.errors import ConfigError, FormatError
from donor.formats.format import Options

__all__ = ["DOCSTART", "NO_TAG", "Layout", "cells_of", "find_layout", "is_comment", "laid_out_as"]

DOCSTART = "-DOCSTART-"
NO_TAG = frozenset({"", "_", "-"})
"""What stands for O in some files."""

_HEADER = frozenset({"tag", "tags", "ner", "ne", "ner_tag", "ner_tags", "label", "labels", "bio"})
_GLOBAL = "# global.columns ="
# A count, the token, the tags of outer spans, the tags of those inside.
_GERMEVAL = 4
_ONTONOTES = "#begin document"
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of all rows of a file; columns count from 0.

    Attributes:
        end: the line end.
        numbered: whether the first column counts the tokens of a sentence.
        header: the line that names the columns, or 0.
        nested: whether the last column holds the tags of spans inside those that are read.
    """

    separator: str = "\t"
    columns: int = 2
    token: int = 0
    tag: int = 1
    scheme: Scheme = Scheme.BIO
    end: str = "\n"
    numbered: bool = False
    header: int = 0
    nested: bool = False

    @property
    def others(self) -> list[int]:
        """The columns that are kept and not understood."""
        return [n for n in range(self.columns) if n not in (self.token, self.tag)]

    def kept(self) -> dict[str, Any]:
        """What the writer needs, as JSON values; columns count from 1, as users count."""
        value: dict[str, Any] = {
            "separator": self.separator,
            "columns": self.columns,
            "token": self.token + 1,
            "spans": self.tag + 1,
            "scheme": self.scheme.value,
        }
        if self.end != "\n":
            value["end"] = self.end
        return value | ({"numbered": True} if self.numbered else {})


def laid_out_as(kept: Mapping[str, Any], options: Options) -> Layout:
    """The layout that metadata keep; where there are none, two columns and a tab."""
    scheme = options.scheme or str(kept.get("scheme", Scheme.BIO))
    return Layout(
        separator=str(kept.get("separator", "\t")),
        columns=int(kept.get("columns", 2)),
        token=int(kept.get("token", 1)) - 1,
        tag=int(kept.get("spans", 2)) - 1,
        scheme=scheme_named(scheme),
        end=str(kept.get("end", "\n")),
        numbered=bool(kept.get("numbered")),
    )


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a row, without the white space around them."""
    if separator != "\t":
        return _SPACES.split(line.strip())
    cells = line.rstrip("\r\n").split("\t")
    return [cell.strip(" ") for cell in cells] if " " in line else cells


def is_comment(line: str, layout: Layout) -> bool:
    """Whether a line that begins with `#` is no row: its tag column holds no tag."""
    if not line.startswith("#"):
        return False
    cells = cells_of(line, layout.separator)
    return len(cells) != layout.columns or not _fits(cells[layout.tag], layout)


def _fits(tag: str, layout: Layout) -> bool:
    return is_tag(tag) or tag in NO_TAG


def find_layout(head: Sequence[str], options: Options, file: str) -> Layout:
    """The layout of a file that begins with these lines.

    Raises:
        FormatError: the rows have one column, or brackets.
        ConfigError: the user names a column that is not there.
    """
    lines = [(n, line) for n, line in enumerate(head, start=1) if _may_be_row(line)]
    rows = [(n, line) for n, line in lines if not line.startswith("#")] or lines
    if not rows:
        return Layout()
    separator = "\t" if any("\t" in line for _, line in rows[:2]) else " "
    widths = Counter(len(cells_of(line, separator)) for _, line in rows[:1000])
    columns = widths.most_common(1)[0][0]
    if columns < 2:
        hint = "a row is a token and its tag, separated by a tab or spaces"
        raise FormatError(f"{file}:{rows[0][0]}", "one column, expected at least 2", hint)
    first = cells_of(rows[0][1], separator)
    names = _names(head) or first
    numbered = columns > 2 and _counts(line for _, line in rows)
    cells = [own for _, line in rows if len(own := cells_of(line, separator)) == columns]
    outer = numbered and columns == _GERMEVAL and _all_tags(cells, 2) and _only_tags(cells, 3)
    usual = columns - 2 if outer else _tag_column(cells, names, columns)
    tag = _column(options.fields.get("spans"), names, columns, usual)
    if head[0].startswith(_ONTONOTES) and not any(is_tag(own[tag]) for own in cells):
        what = "CoNLL-2012, whose spans are in brackets and not in tags"
        raise FormatError(f"{file}:1", what, "it is not read: make a column of BIO tags of them")
    token = _column(options.fields.get("text"), names, columns, int(numbered))
    header = rows[0][0] if _is_header(first, tag, options) else 0
    sentences = _sentences(head, separator, columns, tag)
    return Layout(
        separator=separator,
        columns=columns,
        token=token,
        tag=tag,
        scheme=scheme_named(options.scheme) if options.scheme else scheme_of(sentences),
        end="\r\n" if rows[0][1].endswith("\r\n") else "\n",
        numbered=numbered and token == 1,
        header=header,
        nested=outer and tag == columns - 2 and _all_tags(cells, 3),
    )


def _tag_column(rows: Sequence[Sequence[str]], names: Sequence[str], columns: int) -> int:
    """The column of tags: the one that is named so, else the last, or the last that holds some."""
    last = columns - 1
    named = [n for n, name in enumerate(names[:columns]) if n and name.lower() in _HEADER]
    if named and not is_tag(names[-1]):
        return named[0]
    if any(is_tag(cells[last]) for cells in rows):
        return last
    return next((n for n in range(last - 1, 0, -1) if _all_tags(rows, n)), last)


def _all_tags(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column holds tags alone, and one of them has a label."""
    values = {cells[column] for cells in rows}
    return all(map(is_tag, values)) and any("-" in value for value in values - {OUTSIDE})


def _only_tags(rows: Sequence[Sequence[str]], column: int) -> bool:
    return all(is_tag(cells[column]) for cells in rows)


def _may_be_row(line: str) -> bool:
    return not line.isspace() and not line.startswith(DOCSTART)


def _names(head: Sequence[str]) -> list[str]:
    """The names of the columns, as CoNLL-U Plus says them."""
    said = next((line for line in head if line.startswith(_GLOBAL)), "")
    return said.removeprefix(_GLOBAL).split()


def _column(wanted: str | None, names: Sequence[str], columns: int, default: int) -> int:
    if wanted is None:
        return default
    if wanted in names:
        return names.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= columns:
        return int(wanted) - 1
    hint = f"give its number, from 1 to {columns}, or a name in the file's first row"
    raise ConfigError("columns", f"there is no column {wanted!r}", hint)


def _is_header(first: Sequence[str], tag: int, options: Options) -> bool:
    if len(first) <= tag or is_tag(first[tag]):
        return False
    return first[tag].lower() in _HEADER or first[tag] == options.fields.get("spans")


def _counts(rows: Iterable[str]) -> bool:
    """Whether the first rows begin with 1, 2, …"""
    numbers = [line.split(None, 1)[0] for _, line in zip(range(3), rows, strict=False)]
    return numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _sentences(head: Sequence[str], separator: str, columns: int, tag: int) -> Iterator[list[str]]:
    for blank, lines in groupby(head, key=str.isspace):
        if blank:
            continue
        rows = (cells_of(line, separator) for line in lines)
        tags = [cells[tag] for cells in rows if len(cells) == columns]
        yield [t if is_tag(t) else OUTSIDE for t in tags]
