"""The sentences of a CoNLL file: columns of cells, and what stands around them, kept as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby, islice, repeat
from typing import Any, NamedTuple

from donor.errors import FormatError
from donor.formats.conll.layout import DOCSTART, Layout, cells_of, is_comment

__all__ = ["Rows", "read_rows", "with_line_ends"]


@dataclass(slots=True)
class Rows:
    """The rows of one sentence, by columns.

    Attributes:
        line: of the first row.
        words: the tokens.
        tags: as they stand.
        others: the other columns.
        kept: what else must be written back: lines before and inside, odd spacing, what follows.
        begins: whether a -DOCSTART- stands before it.
        lines: of each row, where lines stand between them.
        error: why it cannot be read.
    """

    line: int
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    others: list[list[str]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    begins: bool = False
    lines: list[int] | None = None
    error: FormatError | None = None

    def line_of(self, position: int) -> int:
        """The line of a row."""
        return self.lines[position] if self.lines else self.line + position


class _Block(NamedTuple):
    """Lines without a blank one between them, and the blank ones behind."""

    line: int
    lines: list[str]
    text: str
    blank: str


def with_line_ends(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each with its end; those of a file have it, those of a list may not."""
    rest = iter(lines)
    first = list(islice(rest, 2))
    if len(first) == 2 and not first[0].endswith("\n"):
        return (line + "\n" for line in chain(first, rest))
    return chain(first, rest)


def read_rows(lines: Iterable[str], layout: Layout, file: str) -> Iterator[Rows]:
    """The sentences of a file, each known to the end of what follows it."""
    held: Rows | None = None
    before = ""
    for block in _blocks(lines):
        for part in _parts(block) if DOCSTART in block.text else (block,):
            if not _has_rows(part, layout):
                before += part.text + part.blank
                continue
            if held:
                yield held
            held = _rows(part, layout, file, before)
            before = ""
    if held:
        if before:
            held.kept["after"] = held.kept.get("after", layout.end) + before
        yield held


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    own: list[str] = []
    at, first = 1, 1
    for blank, group in groupby(lines, key=str.isspace):
        run = list(group)
        if blank:
            yield _Block(first, own, "".join(own), "".join(run))
            own = []
        else:
            own, first = run, at
        at += len(run)
    if own:
        yield _Block(first, own, "".join(own), "")


def _parts(block: _Block) -> Iterator[_Block]:
    """The block, cut before each -DOCSTART- that stands behind a row."""
    line, own, _, blank = block
    cuts = [n for n in range(1, len(own)) if own[n].startswith(DOCSTART)]
    for start, end in zip([0, *cuts], [*cuts, len(own)], strict=True):
        lines = own[start:end]
        yield _Block(line + start, lines, "".join(lines), blank if end == len(own) else "")


def _has_rows(block: _Block, layout: Layout) -> bool:
    if block.text[:1] not in ("#", "-", "") and block.line != layout.header:
        return True
    numbered = enumerate(block.lines, start=block.line)
    return any(not _stands_apart(line, number, layout) for number, line in numbered)


def _stands_apart(line: str, number: int, layout: Layout) -> bool:
    """Whether a line is kept as it is and is no row."""
    if line.startswith((DOCSTART, "#")):
        return line[0] == "-" or is_comment(line, layout)
    return number == layout.header


def _rows(block: _Block, layout: Layout, file: str, before: str) -> Rows:
    """The rows of a block that has some."""
    rows = _plain(block, layout) or _careful(block, layout, file)
    if rows.kept:
        before += rows.kept.pop("before", "")
    if before:
        rows.kept = {"before": before, **rows.kept}
        rows.begins = before.startswith(DOCSTART) or f"\n{DOCSTART}" in before
    if block.blank != layout.end:
        rows.kept["after"] = block.blank
    if not block.lines[-1].endswith("\n"):
        rows.kept["unended"] = True
    return rows


def _plain(block: _Block, layout: Layout) -> Rows | None:
    """The rows where nothing but cells, single separators and line ends is in the block."""
    lines, text, separator, end = block.lines, block.text, layout.separator, layout.end
    if text[0] in "#-" or "\n#" in text or block.line == layout.header:
        return None
    if (
        text.count(end) != len(lines)
        or not text.endswith(end)
        or text.count("\r") != (len(lines) if end == "\r\n" else 0)
    ):
        return None
    columns = layout.columns
    if set(map(str.count, lines, repeat(separator))) != {columns - 1}:
        return None
    cells = text.replace(end, separator).split(separator)
    cells.pop()
    if (separator == "\t" and " " in text) or (separator == " " and "" in cells):
        return None
    words = cells[layout.token :: columns]
    if "" in words:
        return None
    others = [cells[n::columns] for n in layout.others] if columns > 2 else []
    return Rows(block.line, words, cells[layout.tag :: columns], others)


def _careful(block: _Block, layout: Layout, file: str) -> Rows:
    """The rows line by line, with comments between them and any white space around cells."""
    rows = Rows(block.line, others=[[] for _ in layout.others], lines=[])
    inside: list[list[Any]] = []
    spacing: dict[str, list[str]] = {}
    for number, line in enumerate(block.lines, start=block.line):
        if _stands_apart(line, number, layout):
            if rows.words:
                inside.append([len(rows.words), line])
            else:
                rows.kept["before"] = rows.kept.get("before", "") + line
            continue
        cells, gaps = _row(line, layout)
        rows.error = rows.error or _problem(cells, layout, f"{file}:{number}")
        if rows.error:
            continue
        if gaps != [""] + [layout.separator] * (layout.columns - 1) + [layout.end]:
            spacing[str(len(rows.words))] = gaps
        assert rows.lines is not None
        rows.lines.append(number)
        rows.words.append(cells[layout.token])
        rows.tags.append(cells[layout.tag])
        for column, n in zip(rows.others, layout.others, strict=True):
            column.append(cells[n])
    if inside:
        rows.kept["inside"] = inside
    if spacing:
        rows.kept["spacing"] = spacing
    return rows


def _problem(cells: list[str], layout: Layout, where: str) -> FormatError | None:
    if len(cells) != layout.columns:
        found = f"{len(cells)} column{'s' * (len(cells) != 1)}, expected {layout.columns}"
        between = "tabs" if layout.separator == "\t" else "spaces"
        return FormatError(where, found, f"the file separates its columns by {between}")
    if not cells[layout.token]:
        return FormatError(where, "the row has no token", "each row is one token")
    return None


def _row(line: str, layout: Layout) -> tuple[list[str], list[str]]:
    """The cells of a row, and what stands before, between and behind them."""
    cells = cells_of(line, layout.separator)
    while len(cells) > layout.columns and not cells[-1]:
        cells.pop()
    gaps: list[str] = []
    at = 0
    for cell in cells:
        found = _found(line, cell, at, layout, first=not gaps)
        gaps.append(line[at:found])
        at = found + len(cell)
    return cells, [*gaps, _ended(line[at:], layout)]


def _found(line: str, cell: str, at: int, layout: Layout, *, first: bool) -> int:
    """Where a cell begins; an empty one begins at once behind its separator."""
    if cell or first:
        return line.index(cell, at)
    return line.index(layout.separator, at) + 1


def _ended(rest: str, layout: Layout) -> str:
    """What stands behind the last cell; that the file's last line has no end is kept elsewhere."""
    return rest if rest.endswith("\n") else rest + layout.end
