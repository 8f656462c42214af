"""The rows of a DEFT file, grouped into sentence blocks and windows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from donor.errors import FormatError

__all__ = ["NO_HEAD", "OUTSIDE", "Row", "Window", "read_windows"]

OUTSIDE = "O"
NO_HEAD = "0"
_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One token with its tag; offsets count from somewhere in an unpublished text."""

    token: str
    source_file: str
    start: int
    end: int
    tag: str
    tag_id: str
    root_id: str
    relation: str
    line: int

    @property
    def label(self) -> str:
        """The tag without its `B-` or `I-`."""
        return self.tag[2:]


@dataclass(frozen=True, slots=True)
class Window:
    """The sentence blocks between two double blanks, as they stand in the file."""

    blocks: tuple[tuple[Row, ...], ...]


def read_windows(lines: Iterable[str], file: str) -> Iterator[Window]:
    """The windows of a file. Raises FormatError at the first row that is no DEFT row."""
    blocks: list[tuple[Row, ...]] = []
    block: list[Row] = []
    blanks = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blanks += 1
            continue
        if block and blanks:
            blocks.append(tuple(block))
            block = []
        if blocks and blanks >= 2:
            yield Window(tuple(blocks))
            blocks = []
        blanks = 0
        block.append(_row(line, number, file))
    if block:
        blocks.append(tuple(block))
    if blocks:
        yield Window(tuple(blocks))


def _row(line: str, number: int, file: str) -> Row:
    where = f"{file}:{number}"
    columns = line.rstrip("\r\n").split("\t")
    if len(columns) != _COLUMNS:
        found = f"{len(columns)} column{'s' * (len(columns) != 1)}, expected {_COLUMNS}"
        raise FormatError(where, found, "DEFT separates its columns by tabs")
    token = columns[0].strip(" ") or columns[0]
    source_file, start, end, tag, tag_id, root_id, relation = map(str.strip, columns[1:])
    if not token or not (start.isdecimal() and end.isdecimal()):
        what = f"token {token!r} at offsets {start!r} to {end!r}"
        raise FormatError(where, what, "a row is a token, its file, and its two offsets")
    _check_tag(tag, tag_id, where)
    return Row(token, source_file, int(start), int(end), tag, tag_id, root_id, relation, number)


def _check_tag(tag: str, tag_id: str, where: str) -> None:
    if tag == OUTSIDE:
        return
    if tag[:2] not in ("B-", "I-") or len(tag) < 3:
        raise FormatError(where, f"tag {tag!r}", "a tag is O, B-Label or I-Label")
    if tag_id in ("", "-1", NO_HEAD):
        raise FormatError(where, f"tag {tag} without a tag id", "column 6 holds an id such as T12")
