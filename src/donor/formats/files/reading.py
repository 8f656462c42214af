"""The documents of one input; what cannot be read is named by the path that the user gave."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import signature
from pathlib import PurePosixPath
from typing import Any

from donor.data import Document
from donor.errors import FormatError
from donor.formats.files.detect import InputFile, as_source, as_text
from donor.formats.files.opening import check_utf8, lines_of
from donor.formats.format import Format, Refuse, SourceFormat, TextFormat, Warn

__all__ = ["documents_in"]


def documents_in(
    file: InputFile, known: Format, *, warn: Warn, refuse: Refuse, to_the_end: bool
) -> Iterator[Document]:
    """The documents of an input, as its format reads them.

    Args:
        file: the file, or the folder that is read as a whole.
        known: its format.
        warn: takes oddities.
        refuse: takes the errors, which name the path as the user gave it; also those that a
            format does not hand over but raises, after which nothing more comes of this input.
        to_the_end: whether `refuse` may return. A file that is not UTF-8 is then refused before
            a document of it is read.
    """
    located = _Located(file, refuse)
    text, source = as_text(known), as_source(known)
    try:
        if source and not file.path.exists() and hasattr(source, "parse_elsewhere"):
            yield from source.parse_elsewhere(file.name, refuse=located)
        elif source:
            yield from _of_source(file, source, warn, located)
        elif text:
            if to_the_end:
                check_utf8(file.path, name=file.name)
            yield from _of_text(file, text, warn, located)
    except FormatError as error:
        if error is located.raised:
            raise
        located(error)


def _of_text(file: InputFile, known: TextFormat, warn: Warn, refuse: Refuse) -> Iterator[Document]:
    newline = "" if getattr(known, "keeps_line_ends", False) else None
    mark = getattr(known, "keeps_byte_order_mark", False)
    lines = lines_of(file.path, name=file.name, newline=newline, keep_mark=mark)
    yield from known.parse(lines, file=file.name, warn=warn, **_taken(known.parse, refuse))


def _of_source(
    file: InputFile, known: SourceFormat, warn: Warn, refuse: Refuse
) -> Iterator[Document]:
    source = file.source(known.suffixes)
    taken = _taken(known.parse_source, refuse)
    for document in known.parse_source(source, warn=warn, **taken):
        yield _prefixed(document, file.prefix) if file.prefix else document


def _taken(parse: Callable[..., Any], refuse: Refuse) -> dict[str, Refuse]:
    """The argument of `parse` that takes what cannot be read; formats of old have none."""
    parameters = signature(parse).parameters.values()
    takes = any(p.name == "refuse" or p.kind is p.VAR_KEYWORD for p in parameters)
    return {"refuse": refuse} if takes else {}


def _prefixed(document: Document, prefix: str) -> Document:
    """The document of one of several folders; an id that is made of the file's name is too."""
    file = str(document.metadata.get("file") or "")
    made = bool(file) and document.id.startswith(str(PurePosixPath(file).with_suffix("")))
    return replace(
        document,
        id=prefix + document.id if made else document.id,
        metadata={**document.metadata, "file": prefix + file},
    )


class _Located:
    """Hands errors on, with the path as the user gave it in place of the file's own name."""

    def __init__(self, file: InputFile, refuse: Refuse) -> None:
        self._file = file
        self._refuse = refuse
        self.raised: FormatError | None = None

    def __call__(self, error: FormatError) -> None:
        try:
            self._refuse(FormatError(self._where(error.where), error.what, error.hint))
        except FormatError as raised:
            self.raised = raised
            raise raised from None

    def _where(self, said: str) -> str:
        path = self._file.path
        if path.is_dir():
            return str(path / said)
        if said.startswith(self._file.name):
            return f"{path}{said.removeprefix(self._file.name)}"
        return f"{path}: {said}" if said else str(path)
