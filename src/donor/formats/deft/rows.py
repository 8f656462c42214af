"""The rows of a DEFT file, grouped into sentence blocks and windows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from donor.errors import FormatError
from donor.formats.format import Refuse, Warn

__all__ = ["NO_HEAD", "OUTSIDE", "ReadRow", "Row", "Window", "read_row", "read_windows"]

OUTSIDE = "O"
NO_HEAD = "0"
_NONE = ("", "-1", NO_HEAD)
_COLUMNS = 8
_HINTS = dict.fromkeys((2, 5), "files of DeftEval's tasks are read with --format defteval")


@dataclass(frozen=True, slots=True)
class Row:
    """One token with its tag; offsets count from somewhere in an unpublished text.

    Rows are equal if they say the same, wherever they stand.
    """

    token: str
    source_file: str
    start: int
    end: int
    tag: str
    tag_id: str
    root_id: str
    relation: str
    line: int = field(compare=False)

    @property
    def label(self) -> str:
        """The tag without its `B-` or `I-`."""
        return self.tag[2:]

    @property
    def is_root(self) -> bool:
        """Whether the row names no head; a span may also name itself."""
        return self.root_id in (*_NONE, self.tag_id) or self.relation in _NONE


ReadRow = Callable[[str, int, str, Warn], Row]
"""What takes a line, its number, its file and `warn`, and gives the row."""


@dataclass(frozen=True, slots=True)
class Window:
    """The sentence blocks between two double blanks, as they stand in the file."""

    blocks: tuple[tuple[Row, ...], ...]


def read_row(line: str, number: int, file: str, warn: Warn) -> Row:
    """The row of a line. Raises FormatError."""
    where = f"{file}:{number}"
    columns = line.rstrip("\r\n").split("\t")
    while len(columns) > _COLUMNS and not columns[-1].strip():
        columns.pop()
    if len(columns) != _COLUMNS:
        found = f"{len(columns)} column{'s' * (len(columns) != 1)}, expected {_COLUMNS}"
        hint = _HINTS.get(len(columns), "DEFT separates its columns by tabs")
        raise FormatError(where, found, hint)
    token = columns[0].strip(" ") or columns[0]
    source_file, start, end, tag, tag_id, root_id, relation = map(str.strip, columns[1:])
    if not token or not (start.isdecimal() and end.isdecimal()):
        what = f"token {token!r} at offsets {start!r} to {end!r}"
        raise FormatError(where, what, "a row is a token, its file, and its two offsets")
    if tag != OUTSIDE and (tag[:2] not in ("B-", "I-") or len(tag) < 3):
        raise FormatError(where, f"tag {tag!r}", "a tag is O, B-Label or I-Label")
    if tag != OUTSIDE and tag_id in _NONE:
        warn(where, f"the tag {tag} has no id and is read as O")
        tag = OUTSIDE
    return Row(token, source_file, int(start), int(end), tag, tag_id, root_id, relation, number)


def read_windows(
    lines: Iterable[str], file: str, warn: Warn, refuse: Refuse, row: ReadRow = read_row
) -> Iterator[Window | None]:
    """The windows of a file; None for one whose first row that is no DEFT row went to `refuse`."""
    blocks: list[tuple[Row, ...]] = []
    block: list[Row] = []
    blanks = 0
    broken = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blanks += 1
            continue
        if block and blanks:
            blocks.append(tuple(block))
            block = []
        if (blocks or broken) and blanks >= 2:
            yield None if broken else Window(tuple(blocks))
            blocks, broken = [], False
        blanks = 0
        if broken:
            continue
        try:
            block.append(row(line, number, file, warn))
        except FormatError as error:
            broken = True
            refuse(error)
    if block:
        blocks.append(tuple(block))
    if blocks or broken:
        yield None if broken else Window(tuple(blocks))
