"""The corpus half: all texts go through Apertium before the first document is translated.

What comes back stands in `apertium.jsonl`, a line for each document: its id, the key of what was
translated, and the streams with their blanks ("" for white space, null where nothing usable came
back). A later call takes from there what it needs of the same texts, the same mode and the same
version, from an interrupted one too.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from donor.data import Document, Guidance
from donor.errors import RunError
from donor.translate.apertium.modes import Engine
from donor.translate.apertium.places import numbered_pieces
from donor.translate.apertium.program import through
from donor.translate.apertium.stream import Encoded, encode
from donor.translate.segments import texts_of

__all__ = ["ARTEFACT", "Streams", "encoded_texts", "streams_of"]

ARTEFACT = "apertium.jsonl"

_BATCH_CHARACTERS = 250_000
_SCHEMA = """
CREATE TABLE brought (key TEXT PRIMARY KEY, streams BLOB) WITHOUT ROWID;
CREATE TABLE wanted (document TEXT, key TEXT);
"""


class Streams:
    """The streams that came back, found by what was translated, and not held in memory."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # An empty name is SQLite's private database on disk, gone when the connection is.
        self.index = sqlite3.connect("", check_same_thread=False)
        self.index.executescript(_SCHEMA)

    def key(self, texts: Iterable[Encoded | None]) -> str:
        """What stands for texts as they were sent, and for what translated them."""
        sent = [one and one.stream for one in texts]
        digest = hashlib.sha256(orjson.dumps([self.engine.identity, sent]))
        return digest.hexdigest()[:32]

    def __call__(self, texts: Sequence[Encoded | None]) -> list[str | None] | None:
        """The stream of each text, "" where none was sent, None where nothing came back.

        None instead of all if the texts have not been translated.
        """
        query = "SELECT streams FROM brought WHERE key = ?"
        row = self.index.execute(query, [self.key(texts)]).fetchone()
        return orjson.loads(row[0]) if row else None

    def known(self, key: str) -> bool:
        """Whether the texts with this key have been translated."""
        query = "SELECT 1 FROM brought WHERE key = ?"
        return self.index.execute(query, [key]).fetchone() is not None


def encoded_texts(document: Document, guidance: Guidance) -> list[Encoded | None]:
    """The segments and side texts of a document as they are sent; None for white space."""
    pieces = numbered_pieces(document)
    return [
        encode(text, pieces.get(n, ()), guidance.kept_in(text)) if text.strip() else None
        for n, text in enumerate(texts_of(document))
    ]


def streams_of(
    documents: Iterable[Document],
    engine: Engine,
    folder: Path,
    guidance: Guidance,
    progress: Callable[[int], None],
) -> Streams:
    """All documents' streams, after those that no earlier call has brought were made."""
    artefact = folder / ARTEFACT
    unfinished = folder / f"{ARTEFACT}.unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    _mend(unfinished)
    streams = Streams(engine)
    for file in (artefact, unfinished):
        streams.index.executemany("INSERT OR IGNORE INTO brought VALUES (?, ?)", _known(file))
    waiting: list[_Parcel] = []

    def batches() -> Iterator[list[Encoded]]:
        for parcel in _parcels(documents, streams, guidance):
            waiting.append(parcel)
            yield parcel.texts

    with unfinished.open("ab") as out:
        for brought in through(batches(), engine, folder):
            parcel = waiting.pop(0)
            for key, value in parcel.sorted_out(brought):
                out.write(orjson.dumps({"key": key, "streams": value}) + b"\n")
                row = [key, orjson.dumps(value)]
                streams.index.execute("INSERT OR IGNORE INTO brought VALUES (?, ?)", row)
            out.flush()
            progress(parcel.until)
    streams.index.commit()
    count = _write(streams.index, artefact)
    unfinished.unlink()
    progress(count)
    return streams


@dataclass
class _Parcel:
    """Documents that are translated in one batch.

    Attributes:
        texts: what is sent.
        documents: of each document the key and for each of its texts whether it is sent.
        until: how many documents have been read with these.
    """

    texts: list[Encoded] = field(default_factory=list)
    documents: list[tuple[str, list[bool]]] = field(default_factory=list)
    until: int = 0

    def sorted_out(self, brought: list[str | None]) -> Iterator[tuple[str, list[str | None]]]:
        """The keys of the documents with their streams."""
        each = iter(brought)
        for key, sent in self.documents:
            yield key, [next(each) if is_sent else "" for is_sent in sent]


def _parcels(
    documents: Iterable[Document], streams: Streams, guidance: Guidance
) -> Iterator[_Parcel]:
    """What is not known yet, in parcels; every document is noted as wanted."""
    parcel, size, seen = _Parcel(), 0, set[str]()
    for number, document in enumerate(documents, start=1):
        texts = encoded_texts(document, guidance)
        key = streams.key(texts)
        streams.index.execute("INSERT INTO wanted VALUES (?, ?)", [document.id, key])
        if key in seen or streams.known(key):
            continue
        seen.add(key)
        sent = [one for one in texts if one is not None]
        parcel.texts += sent
        parcel.documents.append((key, [one is not None for one in texts]))
        parcel.until = number
        size += sum(len(one.stream) for one in sent)
        if size >= _BATCH_CHARACTERS:
            yield parcel
            parcel, size, seen = _Parcel(), 0, set()
    if parcel.documents:
        yield parcel


def _known(file: Path) -> Iterator[tuple[str, bytes]]:
    """The keys and streams of an artefact; what brought nothing is to be tried again."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                value = orjson.loads(line)
                if None not in value["streams"]:
                    yield value["key"], orjson.dumps(value["streams"])
            except (ValueError, KeyError, TypeError):
                what = "no line of translations by Apertium"
                raise RunError(f"{file}:{number}", what, "remove the file") from None


def _mend(file: Path) -> None:
    """Cuts off a last line that was not written to its end."""
    if file.exists():
        with file.open("rb") as lines:
            whole = sum(len(line) for line in lines if line.endswith(b"\n"))
        os.truncate(file, whole)


def _write(index: sqlite3.Connection, artefact: Path) -> int:
    """Writes a line for each document, in order; how many."""
    query = (
        "SELECT document, key, streams FROM wanted JOIN brought USING (key) ORDER BY wanted.rowid"
    )
    new = artefact.with_name(f"{artefact.name}.new")
    count = 0
    with new.open("wb") as out:
        for document, key, value in index.execute(query):
            line = {"id": document, "key": key, "streams": orjson.loads(value)}
            out.write(orjson.dumps(line) + b"\n")
            count += 1
    new.replace(artefact)
    return count
