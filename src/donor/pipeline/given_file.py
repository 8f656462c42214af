"""The translations of a file, found by document without holding them in memory."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from donor.data import Document
from donor.formats import find_files, format_named, format_of, read
from donor.formats.pairs import target_of
from donor.translate.given import GivenText, Translations

__all__ = ["given_file"]

_SCHEMA = "CREATE TABLE given (id TEXT PRIMARY KEY, source BLOB, content BLOB)"


def given_file(path: Path, *, on_read: Callable[[int], None] = lambda count: None) -> Translations:
    """The translations in a file or folder of any format, by document id.

    In pairs the translation is the target, and the source text counts too: it must be the
    document's own, and where the id is not known, it finds the pair by itself.

    Args:
        path: what is read, whole, before this returns.
        on_read: takes the number of documents read so far.

    Raises:
        InputError: the file cannot be read, or the folder holds both pairs and plain datasets.
    """
    parallel = _parallel(path)
    # An empty name is SQLite's private database on disk, gone when the connection is.
    index = sqlite3.connect("", check_same_thread=False)
    index.execute(_SCHEMA)
    index.executemany("INSERT INTO given VALUES (?, ?, ?)", _rows(path, parallel, on_read))
    if parallel:
        index.execute("CREATE INDEX by_source ON given (source)")
    index.commit()

    def find(document: Document) -> GivenText | str:
        row = index.execute("SELECT * FROM given WHERE id = ?", [document.id]).fetchone()
        if not parallel:
            return _text(row) if row else _missing(path, document)
        digest = _digest(document)
        if row and row[1] == digest:
            return _text(row)
        other = "SELECT * FROM given WHERE source = ? ORDER BY rowid LIMIT 1"
        if same_text := index.execute(other, [digest]).fetchone():
            return _text(same_text)
        if row:
            return f"{path} has a translation of {document.id}, but of another source text"
        return _missing(path, document)

    return find


def _parallel(path: Path) -> bool:
    """Whether the file, or those of the folder, hold pairs."""
    return any(format_named(format_of(file)).parallel for file in find_files([path]))


def _rows(
    path: Path, parallel: bool, on_read: Callable[[int], None]
) -> Iterator[tuple[str, bytes | None, bytes]]:
    for count, document in enumerate(read(path), start=1):
        target = target_of(document) if parallel else document
        yield document.id, _digest(document) if parallel else None, _content(target, whole=parallel)
        on_read(count)


def _content(target: Document, *, whole: bool) -> bytes:
    segments = [target.text] if whole else target.segment_texts()
    side_texts = [(side.name, side.text) for side in target.side_texts]
    return orjson.dumps([target.language, target.text, segments, side_texts])


def _text(row: Any) -> GivenText:
    language, text, segments, side_texts = orjson.loads(row[2])
    sides = tuple((name, side) for name, side in side_texts)
    return GivenText(language, text, tuple(segments), sides)


def _missing(path: Path, document: Document) -> str:
    return f"{path} has no translation of {document.id}"


def _digest(document: Document) -> bytes:
    """What stands for the source text, without the white space at its edges."""
    return hashlib.sha256(document.text.strip().encode()).digest()[:16]
