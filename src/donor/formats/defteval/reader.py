"""Task files become documents: windows of task 3 or 2, or the sentences of task 1."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from donor.data import Document, TextLabel
from donor.data.defteval import SENTENCE_LABEL, SentenceRow
from donor.errors import FormatError
from donor.formats.deft import document_of
from donor.formats.deft.rows import NO_HEAD, OUTSIDE, Row, Window, read_row, read_windows
from donor.formats.defteval.layout import TaskFile, lines_of_file
from donor.formats.defteval.rows import cells_of, sentence_row
from donor.formats.format import Refuse, Source, Warn
from donor.formats.parts.spacing import Intervals, joined

__all__ = ["read_file"]


def read_file(
    file: TaskFile, source: Source, counts: Counter[str], *, warn: Warn, refuse: Refuse
) -> Iterator[Document]:
    """The documents of a task file; `counts` are those of each corpus file so far."""

    def document(window: Window, stem: str) -> Document:
        counts[stem] += 1
        name = f"{stem}:{counts[stem]}"
        found = document_of(window, document_id=name, file=file.path, warn=warn)
        return replace(found, metadata={**found.metadata, "file": f"{stem}.deft"})

    if file.task == 1:
        for row in _sentences(file, source, refuse):
            found = document(_window(row), file.stem)
            only = 0 if found.segments else None
            yield replace(found, labels=(TextLabel(SENTENCE_LABEL, row.label, only),))
        return
    lines = (line for _, line in lines_of_file(source, file.path))
    row_of = _Numbering().row if file.task == 2 else read_row
    for window in read_windows(lines, file.path, warn, refuse, row_of):
        if window is None:
            counts[file.stem] += bool(file.name)
        else:
            yield document(window, file.name or _said_by(window, file))


def _said_by(window: Window, file: TaskFile) -> str:
    """The name of the corpus file that the rows say, or that of the task file."""
    place = PurePosixPath(file.path)
    said = PurePosixPath(window.blocks[0][0].source_file).name.removesuffix(".deft")
    return (place.parent / (said or place.stem)).as_posix()


@dataclass
class _Numbering:
    """Gives the spans of task 2, which has no ids, numbers; copies of a span have the same."""

    numbers: dict[tuple[str, ...], str] = field(default_factory=dict)
    label: str = ""
    number: str = ""
    line: int = 0

    def row(self, line: str, number: int, file: str, warn: Warn) -> Row:
        """The row of a line. Raises FormatError."""
        cells = cells_of(f"{file}:{number}", line, 2)
        _, source_file, start, _, tag = cells
        goes_on = tag == f"I-{self.label}" and self.line == number - 1
        self.label, self.line = tag[2:], number
        if not goes_on and tag != OUTSIDE:
            new = f"s{len(self.numbers) + 1}"
            self.number = self.numbers.setdefault((source_file, start, self.label), new)
        return read_row("\t".join([*cells, self.number, NO_HEAD, NO_HEAD]), number, file, warn)


def _sentences(file: TaskFile, source: Source, refuse: Refuse) -> Iterator[SentenceRow]:
    for where, line in lines_of_file(source, file.path):
        if not line.strip():
            continue
        try:
            row = sentence_row(where, line)
            if not row.text.strip():
                raise FormatError(where, "a label without a sentence", "leave the row out")
        except FormatError as error:
            refuse(error)
        else:
            yield row


def _window(sentence: SentenceRow) -> Window:
    """A sentence as a window of one block, its tokens spaced as text is."""
    words = sentence.text.split()
    _, places = joined(words, 0, Intervals())
    file, _, line = sentence.where.rpartition(":")
    rows = [
        Row(word, file, place.start, place.end, OUTSIDE, "-1", "-1", NO_HEAD, int(line))
        for word, place in zip(words, places, strict=True)
    ]
    return Window((tuple(rows),))
