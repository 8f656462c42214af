"""The translations of a file, found by document without holding them in memory."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import orjson

from donor.data import Document
from donor.errors import InputError
from donor.formats import DEFAULTS, Options, find_files, format_named, format_of, read
from donor.formats.pairs import target_of
from donor.pipeline.given_lines import holds_lines, lines_in
from donor.translate.given import GivenText

__all__ = ["GivenFile", "given_file"]

_SCHEMA = "CREATE TABLE given (id TEXT, source BLOB, content BLOB)"
_NUMBERED = re.compile(r"(.*):(\d+)", re.DOTALL)
_ANNOTATION = {"label", "spans", "tags", "relations"}

_Row = tuple[str | None, bytes | None, bytes]


class GivenFile:
    """Finds the translation of a document; see `given_file`.

    Attributes:
        count: how many translations there are.
        by_number: whether a document was found by its number in its file alone.
    """

    def __init__(self, path: Path, index: sqlite3.Connection, count: int) -> None:
        self.count = count
        self.by_number = False
        self._path = path
        self._index = index
        self._stem = _common_stem(index)
        self._input: str | None = None

    def __call__(self, document: Document) -> GivenText | str:
        """The translation of the document, or in words why there is none."""
        digest = _digest(document.text)
        same_id = "SELECT source, content FROM given WHERE id = ? ORDER BY source IS NOT ?"
        row = self._index.execute(same_id, [document.id, digest]).fetchone()
        if row and row[0] in (None, digest):
            return _text(row[1])
        found = None if document.side_texts else self._of_source(document.text)
        found = found or self._of_segments(document) or self._of_source(document.text)
        found = found or self._of_number(document)
        if found:
            return found
        if row:
            other = "but of another source text"
            return f"{self._path} has a translation of {document.id}, {other}"
        return f"{self._path} has no translation of {document.id}"

    def examples(self) -> list[str]:
        """Some of the ids that have a translation."""
        rows = self._index.execute("SELECT id FROM given WHERE id IS NOT NULL LIMIT 3")
        return [str(row[0]) for row in rows]

    def _of_source(self, text: str) -> GivenText | None:
        """The translation of a source text."""
        query = "SELECT content FROM given WHERE source = ? ORDER BY rowid LIMIT 1"
        row = self._index.execute(query, [_digest(text)]).fetchone()
        return _text(row[0]) if row else None

    def _of_segments(self, document: Document) -> GivenText | None:
        """The translations of a document's segments and side texts, where all are there."""
        segments = [self._of_source(text) for text in document.segment_texts()]
        sides = [(side.name, self._of_source(side.text)) for side in document.side_texts]
        whole = tuple(found.text for found in segments if found)
        beside = tuple((name, found.text) for name, found in sides if found)
        if not segments or len(whole) < len(segments) or len(beside) < len(sides):
            return None
        return GivenText(None, " ".join(whole), whole, beside)

    def _of_number(self, document: Document) -> GivenText | None:
        """The translation with the number of the document, if both are a file with made ids."""
        numbered = _NUMBERED.fullmatch(document.id)
        file = str(document.metadata.get("file") or "")
        if not numbered or not self._stem or not file:
            return None
        if numbered[1] not in (file, str(PurePosixPath(file).with_suffix(""))):
            return None
        self._input = self._input or file
        if self._input != file:
            return None
        query = "SELECT content FROM given WHERE id = ?"
        row = self._index.execute(query, [f"{self._stem}:{numbered[2]}"]).fetchone()
        self.by_number |= row is not None
        return _text(row[0]) if row else None


def given_file(
    path: Path,
    *,
    language: str | None = None,
    format: str | None = None,
    options: Options = DEFAULTS,
    on_read: Callable[[int], None] = lambda count: None,
) -> GivenFile:
    """The translations in a file or folder of any format, or in lines of two columns.

    They are found by id. In pairs, and in lines of source and target, the source text counts
    too: it must be the document's own, and where the id is not known, it finds the translation
    by itself; of lines also segment by segment. A single file whose ids are made of its name, as
    those of the input are, is found by number.

    Args:
        path: what is read, whole, before this returns.
        language: of the translations, where they do not say it themselves.
        format: of the input, which the translation has where its own files do not tell.
        options: how the input is read; what they say of annotations is left out.
        on_read: takes the number of translations read so far.

    Raises:
        InputError: the file cannot be read, holds an id twice, or the folder holds both pairs
            and plain datasets.
    """
    # An empty name is SQLite's private database on disk, gone when the connection is.
    index = sqlite3.connect("", check_same_thread=False)
    index.execute(_SCHEMA)
    count = 0

    def counted(rows: Iterator[_Row]) -> Iterator[_Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row
            on_read(count)

    rows = _of_lines(path) if holds_lines(path) else _of_documents(path, language, format, options)
    index.executemany("INSERT INTO given VALUES (?, ?, ?)", counted(rows))
    index.execute("CREATE INDEX by_id ON given (id)")
    index.execute("CREATE INDEX by_source ON given (source)")
    index.commit()
    return GivenFile(path, index, count)


def _of_lines(path: Path) -> Iterator[_Row]:
    """The lines; a key is an id, and it is a source text."""
    for line in lines_in(path):
        content = orjson.dumps([None, " ".join(line.texts), line.texts, []])
        yield line.key, None, content
        yield None, _digest(line.key), content


def _of_documents(
    path: Path, language: str | None, format: str | None, options: Options
) -> Iterator[_Row]:
    fields = {name: part for name, part in options.fields.items() if name not in _ANNOTATION}
    plain = Options(fields=fields, scheme=options.scheme)
    wanted = None if _known(path) else format
    parallel = _parallel(path, wanted)
    for document in read(path, format=wanted, language=language, options=plain):
        target = target_of(document) if parallel else document
        digest = _digest(document.text) if parallel else None
        yield document.id, digest, _content(target, whole=parallel)


def _known(path: Path) -> bool:
    """Whether the files tell their format themselves."""
    try:
        find_files([path])
    except InputError:
        return False
    return True


def _parallel(path: Path, format: str | None) -> bool:
    """Whether the file, or those of the folder, hold pairs."""
    files = find_files([path], format=format)
    return any(format_named(format_of(file, format)).parallel for file in files)


def _common_stem(index: sqlite3.Connection) -> str | None:
    """What stands before the number in all ids; None where they are otherwise."""
    stem = None
    for (name,) in index.execute("SELECT id FROM given"):
        numbered = _NUMBERED.fullmatch(name or "")
        if not numbered or stem not in (None, numbered[1]):
            return None
        stem = numbered[1]
    return stem


def _content(target: Document, *, whole: bool) -> bytes:
    segments = [target.text] if whole else target.segment_texts()
    side_texts = [(side.name, side.text) for side in target.side_texts]
    return orjson.dumps([target.language, target.text, segments, side_texts])


def _text(content: bytes) -> GivenText:
    language, text, segments, side_texts = orjson.loads(content)
    sides = tuple((name, side) for name, side in side_texts)
    return GivenText(language, text, tuple(segments), sides)


def _digest(text: str) -> bytes:
    """What stands for a source text, however its words are spaced: tokens say little of that."""
    return hashlib.sha256("".join(text.split()).encode()).digest()[:16]
