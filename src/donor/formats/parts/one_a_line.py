"""Formats that have one document a line."""

from collections.abc import Callable, Iterable, Iterator

from donor.data import Document
from donor.errors import FormatError
from donor.formats.format import Refuse

__all__ = ["one_a_line"]


def one_a_line(
    lines: Iterable[str], file: str, refuse: Refuse, read: Callable[[str, str, int], Document]
) -> Iterator[Document]:
    """The document of each line that is not blank; `refuse` gets the errors of `read`.

    `read` takes the line, the file's name and the line's number from 1.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = read(line, file, number)
        except FormatError as error:
            refuse(error)
        else:
            yield document
