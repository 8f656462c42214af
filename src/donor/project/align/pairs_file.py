"""The segments of a run as pairs of lines, and the documents that they belong to."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from donor.data import Document
from donor.errors import FormatError, InputError
from donor.project.align.links import DocumentLinks, Links, parse_line, words_of

__all__ = [
    "PAIRS",
    "DocumentPair",
    "LinksFile",
    "PairsFile",
    "line_of_words",
    "words_in",
    "written_pairs",
]

PAIRS = "pairs.txt"
BETWEEN = "|||"

DocumentPair = tuple[str, Document, Document]
"""A document's id, the document, and its translation."""

_SCHEMA = "CREATE TABLE documents (id TEXT, content BLOB, segments INTEGER, start INTEGER)"


@dataclass(frozen=True, slots=True)
class PairsFile:
    """The segments of a run, a line each: source words, `|||`, target words.

    Attributes:
        path: the file.
        count: how many lines it has.
        digest: of what stands in it.
        index: the documents in their order, each with the number of its lines.
    """

    path: Path
    count: int
    digest: str
    index: sqlite3.Connection

    def lines(self) -> Iterator[tuple[list[str], list[str]]]:
        """The source and the target words of each line."""
        return words_in(self.path)


def line_of_words(source: str, target: str) -> bytes:
    """A line with the words of two texts."""
    sides = (" ".join(word.of(text) for word in words_of(text)) for text in (source, target))
    return f" {BETWEEN} ".join(sides).encode(errors="replace") + b"\n"


def words_in(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """The source and the target words of each line of a file."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            source, _, target = line.partition(BETWEEN)
            yield source.split(), target.split()


def written_pairs(pairs: Iterable[DocumentPair], folder: Path) -> PairsFile:
    """The file `pairs.txt` in a folder, written anew from documents and their translations."""
    # An empty name is SQLite's private database on disk, gone when the connection is.
    index = sqlite3.connect("", check_same_thread=False)
    index.execute(_SCHEMA)
    digest, count, path = hashlib.sha256(), 0, folder / PAIRS
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for name, source, target in pairs:
            texts = _texts(source, target)
            for one, other in texts:
                line = line_of_words(one, other)
                file.write(line)
                digest.update(line)
            count += len(texts)
            row = (name, _content(texts), len(texts), None)
            index.execute("INSERT INTO documents VALUES (?, ?, ?, ?)", row)
    index.execute("CREATE INDEX by_content ON documents (content)")
    index.commit()
    return PairsFile(path, count, digest.hexdigest(), index)


class LinksFile:
    """Finds the links of a document in a file that has a line for each segment of the run."""

    def __init__(self, path: Path, pairs: PairsFile, *, check: bool) -> None:
        self._index = pairs.index
        self._path = path
        lines = _checked(path, pairs) if check else _lines(path)
        self._find_starts(lines)

    def __call__(self, source: Document, target: Document) -> DocumentLinks | str:
        """The links of a document, or in words why there are none."""
        wanted = [_content(_texts(source, target)), source.id]
        query = "SELECT start, segments FROM documents WHERE content = ? ORDER BY id IS NOT ?"
        row = self._index.execute(query, wanted).fetchone()
        if row is None:
            return "its texts are not among those that were aligned"
        start, segments = row
        with self._path.open("rb") as file:
            file.seek(start)
            return DocumentLinks(tuple(_links(file.readline()) for _ in range(segments)))

    def _find_starts(self, lines: Iterator[bytes]) -> None:
        """Sets the place in the file at which the lines of each document start."""
        at = 0
        starts = []
        for row, segments in self._index.execute("SELECT rowid, segments FROM documents"):
            starts.append((at, row))
            at += sum(len(next(lines)) for _ in range(segments))
            if len(starts) == 10_000:
                self._set(starts)
        self._set(starts)
        for _ in lines:  # the checks of what stands behind the last document
            pass

    def _set(self, starts: list[tuple[int, int]]) -> None:
        self._index.executemany("UPDATE documents SET start = ? WHERE rowid = ?", starts)
        starts.clear()


def _links(line: bytes) -> Links:
    return parse_line(line.decode("ascii", "replace"))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        what = error.strerror or str(error)
        raise InputError(
            str(path), what, "--alignment names a file with a line a segment"
        ) from None


def _checked(path: Path, pairs: PairsFile) -> Iterator[bytes]:
    """The lines. Raises FormatError where they are not links of the pairs."""
    hint = f"line n holds the links of line n of {pairs.path}"
    lines = _lines(path)
    for number, (source, target) in enumerate(pairs.lines(), start=1):
        line = next(lines, None)
        if line is None:
            what = f"{number - 1} lines, but there are {pairs.count} pairs of segments"
            raise FormatError(str(path), what, hint)
        where = f"{path}:{number}"
        try:
            links = _links(line)
        except ValueError as problem:
            raise FormatError(where, str(problem), "0-0 1-2, as Pharaoh writes links") from None
        for link in links:
            if link.source >= len(source) or link.target >= len(target):
                what = f"{link.source}-{link.target} links a word that is not there: the source "
                what += f"has {len(source)}, the target {len(target)}"
                raise FormatError(where, what, f"words count from 0; {hint}")
        yield line
    if next(lines, None) is not None:
        what = f"more lines than the {pairs.count} pairs of segments"
        raise FormatError(f"{path}:{pairs.count + 1}", what, hint)


def _texts(source: Document, target: Document) -> list[tuple[str, str]]:
    return list(zip(source.segment_texts(), target.segment_texts(), strict=True))


def _content(texts: Iterable[tuple[str, str]]) -> bytes:
    digest = hashlib.sha256()
    for pair in texts:
        for text in pair:
            digest.update(text.encode(errors="surrogatepass"))
            digest.update(b"\0")
    return digest.digest()[:16]
