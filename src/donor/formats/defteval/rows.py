"""The rows of task files, as they stand: what the official scorer counts."""

import csv
from collections.abc import Iterable, Iterator

from donor.data.defteval import SentenceRow, TaskRows, TokenRow
from donor.errors import FormatError
from donor.formats.defteval.layout import TaskFile, lines_of_file, task_files
from donor.formats.format import Source

__all__ = ["cells_of", "read_rows", "sentence_row"]

_COLUMNS = {2: 5, 3: 8}
_HINTS = {
    1: 'task 1 has a sentence and its label, apart by a tab: "An ion moves ."\t"0"',
    2: "task 2 has token, file, start, end and tag, apart by tabs",
    3: "task 3 has token, file, start, end, tag, tag id, root id and relation, apart by tabs",
}

Line = tuple[str, str]
"""Where a line is, and the line."""


def read_rows(source: Source, *, within: str = "") -> TaskRows:
    """All rows of the task files of a source, task by task.

    Args:
        source: the files of a folder, or one.
        within: the folder as the user named it, for errors.

    Raises:
        FormatError: no file is one of a task, or a row is none of its task.
    """
    files = task_files(source)
    if not files:
        what = "no file is named task_1.deft, task_2.deft or task_3_NAME.deft"
        hint = "such files come from donor convert … --out-format defteval"
        raise FormatError(within or source.name, what, hint)

    def lines(file: TaskFile) -> Iterator[Line]:
        return lines_of_file(source, file.path, within=within)

    first, second, third = ([file for file in files if file.task == task] for task in (1, 2, 3))
    return TaskRows(
        where=within or source.name,
        sentences=tuple(_sentences(map(lines, first))) if first else None,
        tokens=tuple(_tokens(map(lines, second), 2)) if second else None,
        relations={file.stem: tuple(_tokens([lines(file)], 3)) for file in third} or None,
    )


def _sentences(files: Iterable[Iterable[Line]]) -> Iterator[SentenceRow]:
    return (sentence_row(*line) for lines in files for line in lines if line[1].strip())


def sentence_row(where: str, line: str) -> SentenceRow:
    """The sentence and the label of a line of task 1. Raises FormatError."""
    try:
        [cells] = csv.reader([line.rstrip("\r\n")], delimiter="\t", strict=True)
    except (csv.Error, ValueError) as error:
        raise FormatError(where, f"quotes that are not closed: {error}", _HINTS[1]) from None
    if len(cells) != 2:
        raise FormatError(where, f"{_columns(len(cells))}, expected 2", _HINTS[1])
    text, label = cells[0], cells[1].strip()
    if label not in ("0", "1"):
        raise FormatError(
            where, f"the label {label!r}", "1 is a sentence with a definition, else 0"
        )
    return SentenceRow(where, text, label)


def _tokens(files: Iterable[Iterable[Line]], task: int) -> Iterator[TokenRow]:
    """The rows of files in one, with windows counted through; a file begins a window."""
    window = 0
    for lines in files:
        window += 1
        blanks, begun = 0, False
        for where, line in lines:
            if not line.strip():
                blanks += 1
                continue
            window += begun and blanks >= 2
            blanks, begun = 0, True
            token, _, _, _, *said = cells_of(where, line, task)
            yield TokenRow(where, window, token, *said)


def cells_of(where: str, line: str, task: int) -> list[str]:
    """The cells of a row of task 2 or 3, without white space around them. Raises FormatError."""
    cells = line.rstrip("\r\n").split("\t")
    columns = _COLUMNS[task]
    while len(cells) > columns and not cells[-1].strip():
        cells.pop()
    if len(cells) != columns:
        raise FormatError(where, f"{_columns(len(cells))}, expected {columns}", _HINTS[task])
    return [cells[0].strip(" ") or cells[0], *map(str.strip, cells[1:])]


def _columns(number: int) -> str:
    return f"{number} column{'s' * (number != 1)}"
