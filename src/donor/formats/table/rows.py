"""Rows of a table and their text: which signs part and quote the cells, and which cells are quoted.

Quoting follows RFC 4180: a quote inside a quoted cell is doubled. A table of tabs may have no
quoting at all, as that of many benchmarks; then a quote is a sign like any other.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

__all__ = ["Dialect", "Record", "dialect_of", "records", "written"]

_DELIMITERS = (",", ";", "\t", "|")
_HINT = "a cell with a quote, a line break or the delimiter in it is quoted, its quotes doubled"
_OPEN = "a quote opens here and is never closed"
_LONGEST_CELL = 2**31 - 1  # the csv module refuses cells over 128 kB by itself


@dataclass(frozen=True, slots=True)
class Dialect:
    """What parts the cells, and whether quotes hold them together."""

    delimiter: str
    quotes: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in its file.

    Attributes:
        line: where it begins, from 1.
        cells: their values.
        quoted: the positions of those that stand in quotes.
        end: its line end; "" where the file ends without one.
        problem: why it cannot be read, or "".
    """

    line: int
    cells: tuple[str, ...]
    quoted: tuple[int, ...] = ()
    end: str = "\n"
    problem: str = ""
    hint: str = _HINT


def dialect_of(head: Sequence[str], *, tabs: bool) -> Dialect:
    """The dialect that the first lines of a table speak."""
    if not tabs:
        return max(map(Dialect, _DELIMITERS), key=lambda dialect: _evenness(head, dialect))
    quoted = [r for r in records(head, Dialect("\t")) if r.problem != _OPEN]
    sound = not any(record.problem for record in quoted)
    even = len({len(record.cells) for record in quoted}) <= 1
    used = any(record.quoted for record in quoted)
    return Dialect("\t", quotes=sound and even and used)


def _evenness(head: Sequence[str], dialect: Dialect) -> float:
    """The share of rows with as many cells as most have; 0 where these are fewer than two."""
    widths = Counter(len(record.cells) for record in records(head, dialect))
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / widths.total() if width > 1 else 0.0


def records(lines: Iterable[str], dialect: Dialect) -> Iterator[Record]:
    """The rows, blank lines left out; behind a broken one reading goes on with the next line."""
    csv.field_size_limit(_LONGEST_CELL)
    if not dialect.quotes:
        yield from _unquoted(lines, dialect.delimiter)
        return
    remaining, line = iter(lines), 1
    while True:
        taken: list[str] = []
        reader = csv.reader(_kept(remaining, taken), delimiter=dialect.delimiter, strict=True)
        try:
            for cells in reader:
                if cells:
                    yield _record(line, cells, "".join(taken), dialect)
                line += len(taken)
                taken.clear()
            return
        except csv.Error as error:
            what = _OPEN if "end of data" in str(error) else str(error)
            yield Record(line, (), problem=what)
        # A cell that is never closed has swallowed the rows behind it.
        remaining, line = chain(taken[1:], remaining), line + 1


def _kept(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _unquoted(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        words = line.rstrip("\r\n")
        if words:
            yield Record(number, tuple(words.split(delimiter)), end=line[len(words) :])


def _record(line: int, cells: Sequence[str], raw: str, dialect: Dialect) -> Record:
    """The row with what its raw text says of quotes and its end."""
    quoted, at = [], 0
    for n, cell in enumerate(cells):
        if raw.startswith('"', at):
            quoted.append(n)
            at += 2 + len(cell) + cell.count('"')
        else:
            at += len(cell)
        at += len(dialect.delimiter)
    return Record(line, tuple(cells), tuple(quoted), raw[at - len(dialect.delimiter) :])


def written(cells: Sequence[str], quoted: Iterable[int], dialect: Dialect) -> str:
    """The row without its line end; cells stand in quotes where they did, or must."""
    if not dialect.quotes:
        return dialect.delimiter.join(" ".join(_parted(c, dialect.delimiter)) for c in cells)
    so_far = set(quoted)
    must = (dialect.delimiter, '"', "\r", "\n")
    parts = [
        '"' + cell.replace('"', '""') + '"'
        if n in so_far or any(sign in cell for sign in must)
        else cell
        for n, cell in enumerate(cells)
    ]
    # A row of one empty cell would be a blank line.
    return dialect.delimiter.join(parts) or '""'


def _parted(cell: str, delimiter: str) -> list[str]:
    """The cell between the signs that an unquoted table cannot hold."""
    for sign in ("\r\n", "\r", "\n"):
        cell = cell.replace(sign, delimiter)
    return cell.split(delimiter)
