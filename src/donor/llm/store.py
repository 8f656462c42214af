"""The response store: every answer of a model, kept as it came, in one SQLite file."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from donor.errors import StoreError
from donor.llm.store_counts import counts_by_model, counts_by_task
from donor.llm.store_file import (
    check_place,
    opened_to_read,
    opened_to_write,
    transaction,
    unusable,
)
from donor.llm.stored import StoredAnswer, WaitingRequest, to_line

__all__ = ["ResponseStore"]

_PAGE = 500
_COLUMNS = tuple(field.name for field in fields(StoredAnswer) if field.name != "rejected")
_COLUMN_LIST = ", ".join(_COLUMNS)
_SELECTED = _COLUMN_LIST.replace("body", "CAST(body AS BLOB)")
_values_of = attrgetter(*_COLUMNS)
_VALUES = ", ".join("?" for _ in (*_COLUMNS, "body_sha256"))
_INSERT = {
    table: f"INSERT OR IGNORE INTO {table} ({_COLUMN_LIST}, body_sha256) VALUES ({_VALUES})"
    for table in ("responses", "failures")
}
_REPLY = {
    table: (
        f"SELECT status, CAST(body AS BLOB) FROM {table} WHERE key = ? ORDER BY id DESC LIMIT 1"
    )
    for table in ("responses", "failures")
}
# Made with the first batch, so that a store without any is as it always was: an older Donor
# reads the answers of both.
_WAITING = """
CREATE TABLE IF NOT EXISTS waiting (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, logical TEXT NOT NULL, wire TEXT NOT NULL
)
"""
_EXPECT = """
INSERT INTO waiting (key, logical, wire) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET wire = excluded.wire
"""
_LAST_WIRE = """
SELECT wire FROM responses WHERE json_extract(logical, '$.model') = ? ORDER BY id DESC LIMIT 1
"""
_LOOKED_AT = 4000
_RECENT = f"""
SELECT {_SELECTED} FROM responses
WHERE id > ? AND json_extract(logical, '$.model') = ? AND prompt_tokens IS NOT NULL
AND completion_tokens IS NOT NULL ORDER BY id DESC LIMIT ?
"""


class ResponseStore:
    """An append-only store of answers; several processes may share it.

    Each is committed by itself, unless several are put `together`.

    >>> with ResponseStore.open(":memory:") as store:
    ...     store.stats()["answers"]
    0
    """

    def __init__(self, connection: sqlite3.Connection, path: str, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Self:
        """The store in the file at `path`, which is made if it is not there.

        Read-only, nothing is made or changed, neither the file nor one beside it, provided
        that the store is sealed.

        Raises:
            StoreError: the file is missing (read-only), is no store, or cannot be written.
        """
        check_place(path, read_only)
        try:
            connection = opened_to_read(Path(path)) if read_only else opened_to_write(path)
        except sqlite3.Error as error:
            raise unusable(path, error) from error
        return cls(connection, str(path), read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; lets go of the file."""
        with self._lock:
            self._connection.close()

    def get(self, key: str) -> StoredAnswer | None:
        """The answer to the request with this key, or None."""
        return self._first("SELECT {columns} FROM responses WHERE key = ?", key, rejected=False)

    def get_rejected(self, key: str) -> StoredAnswer | None:
        """What the request with this key got last in place of an answer, or None."""
        query = "SELECT {columns} FROM failures WHERE key = ? ORDER BY id DESC LIMIT 1"
        return self._first(query, key, rejected=True)

    def reply(self, key: str) -> tuple[int, bytes] | None:
        """Only the status and the body of the answer to the request with this key, or None."""
        return self._reply("responses", key)

    def rejecting_reply(self, key: str) -> tuple[int, bytes] | None:
        """Status and body of what the request with this key got last in place of an answer."""
        return self._reply("failures", key)

    def put(self, answer: StoredAnswer) -> bool:
        """Whether the answer is new; it is committed when this returns.

        An answer whose key is there already changes nothing: the first one stays.
        """
        if self.read_only:
            raise StoreError(self.path, "the store is open read-only")
        insert = _INSERT["failures" if answer.rejected else "responses"]
        values = (*_values_of(answer), answer.digest)
        with self._errors(), self._lock:
            return self._connection.execute(insert, values).rowcount == 1

    def rows(self) -> Iterator[StoredAnswer]:
        """Every answer, in the order in which they came, and then every rejection."""
        for table in ("responses", "failures"):
            for row in self._pages(table):
                yield _answer(row[1:-1], rejected=table == "failures")

    def add(self, rows: Iterable[StoredAnswer]) -> int:
        """How many of the rows are new here; all of them are kept in one transaction."""
        with self.together():
            return sum(not self._has(row) and self.put(row) for row in rows)

    def export_lines(self, path: Path) -> int:
        """The number of rows that were written to the file at `path`, one line of JSON each."""
        rows = 0
        with _opened(path, "wb") as file:
            for row in self.rows():
                file.write(to_line(row))
                rows += 1
        return rows

    def expect(self, requests: Iterable[WaitingRequest]) -> None:
        """Nothing; keeps requests of a batch until they are answered, in one transaction."""
        rows = [(request.key, request.logical, request.wire) for request in requests]
        with self.together():
            self._connection.execute(_WAITING)
            self._connection.executemany(_EXPECT, rows)

    def expected(self, key: str) -> WaitingRequest | None:
        """The request of a batch with this key, if it still waits for an answer."""
        if not self._waits():
            return None
        rows = self._select("SELECT key, logical, wire FROM waiting WHERE key = ?", key)
        return WaitingRequest(*rows[0]) if rows else None

    def settle(self, answer: StoredAnswer) -> bool:
        """Whether the answer to a request of a batch is new; the request waits no longer."""
        with self.together():
            new = not self._has(answer) and self.put(answer)
            if self._waits():
                self._connection.execute("DELETE FROM waiting WHERE key = ?", (answer.key,))
        return new

    def rejections(self, key: str) -> int:
        """How often the request with this key was rejected for good."""
        [(count,)] = self._select("SELECT count(*) FROM failures WHERE key = ?", key)
        return int(count)

    def recent(self, model: str, limit: int) -> Iterator[StoredAnswer]:
        """Up to `limit` of this model's last answers whose tokens the server counted.

        Only the newest rows of the store are looked at, however large it is.
        """
        [(last,)] = self._select("SELECT coalesce(max(id), 0) FROM responses")
        for row in self._select(_RECENT, last - _LOOKED_AT, model, limit):
            yield _answer(row, rejected=False)

    def last_wire(self, model: str) -> str:
        """The wire form of this model's last answer, or an empty string."""
        rows = self._select(_LAST_WIRE, model)
        return str(rows[0][0]) if rows else ""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever the block writes is committed at its end, or not at all; blocks may nest."""
        if self.read_only:
            raise StoreError(self.path, "the store is open read-only")
        with self._errors(), self._lock:
            if self._connection.in_transaction:
                yield
                return
            with transaction(self._connection):
                yield

    def _waits(self) -> bool:
        """Whether the store has ever known a batch."""
        return bool(self._select("SELECT 1 FROM sqlite_master WHERE name = 'waiting'"))

    def count(self) -> int:
        """How many answers there are; quick, however large the store is."""
        [(answers,)] = self._select("SELECT count(*) FROM responses")
        return int(answers)

    def stats(self) -> dict[str, Any]:
        """Counts: answers, tokens, rejected, waiting, the bytes of the file; by model and task."""
        totals, models = counts_by_model(self._select)
        [(rejected,)] = self._select("SELECT count(*) FROM failures")
        waiting = self._select("SELECT count(*) FROM waiting")[0][0] if self._waits() else 0
        [(pages,)], [(page_size,)] = (
            self._select("PRAGMA page_count"),
            self._select("PRAGMA page_size"),
        )
        return {
            **totals,
            "rejected": rejected,
            "waiting": waiting,
            "bytes": pages * page_size,
            "models": models,
            "tasks": counts_by_task(self._select),
        }

    def verify(self) -> list[str]:
        """What is wrong with the store: damaged pages, wrong keys, changed bodies."""
        try:
            damage = [row[0] for row in self._select("PRAGMA integrity_check") if row[0] != "ok"]
            return damage or [
                problem
                for table in ("responses", "failures")
                for row in self._pages(table)
                for problem in _problems(_answer(row[1:-1], rejected=table == "failures"), row[-1])
            ]
        except StoreError as error:
            return [error.what]

    def seal(self) -> None:
        """Nothing; the file stands alone afterwards, fit to be copied or committed.

        Raises:
            StoreError: another process has the store open.
        """
        with self._errors(), self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            [(mode,)] = self._connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        if mode not in ("delete", "memory"):
            raise StoreError(self.path, "cannot be sealed", "another process has it open")

    def _first(self, query: str, key: str, *, rejected: bool) -> StoredAnswer | None:
        rows = self._select(query.format(columns=_SELECTED), key)
        return _answer(rows[0], rejected=rejected) if rows else None

    def _reply(self, table: str, key: str) -> tuple[int, bytes] | None:
        rows: list[Any] = self._select(_REPLY[table], key)
        return rows[0] if rows else None

    def _select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    def _pages(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a table with their ids and digests, without holding the store meanwhile."""
        query = (
            f"SELECT id, {_SELECTED}, body_sha256 FROM {table}"
            f" WHERE id > ? ORDER BY id LIMIT {_PAGE}"
        )
        last = 0
        while page := self._select(query, last):
            yield from page
            last = page[-1][0]

    def _has(self, row: StoredAnswer) -> bool:
        """Whether this very rejection is there already; an answer's own key takes care of it."""
        if not row.rejected:
            return False
        query = "SELECT 1 FROM failures WHERE key = ? AND started_at = ? AND body_sha256 = ?"
        return bool(self._select(query, row.key, row.started_at, row.digest))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors, as errors of this store."""
        try:
            yield
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error


def _answer(row: tuple[Any, ...], *, rejected: bool) -> StoredAnswer:
    return StoredAnswer(**dict(zip(_COLUMNS, row, strict=True)), rejected=rejected)


def _problems(row: StoredAnswer, digest: str) -> Iterator[str]:
    problem = row.problem()
    if problem:
        yield problem
    if row.digest != digest:
        yield f"{row.key}: its body was changed"


def _opened(path: Path, mode: str) -> IO[bytes]:
    """The file of exported rows. Raises StoreError."""
    try:
        return cast("IO[bytes]", path.open(mode))
    except OSError as error:
        raise StoreError(str(path), error.strerror or str(error)) from error
