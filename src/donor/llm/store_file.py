"""The SQLite file of a response store: opened, made where it is not there, and its transactions."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from donor.errors import StoreError

__all__ = ["check_place", "opened_to_read", "opened_to_write", "transaction", "unusable"]

_APPLICATION = 0x446F6E72  # "Donr", in the header of the file
_VERSION = 1
_BUSY_S = 30.0
_TRIES = 200
# The write-ahead log is worked into the file, which waits for the disk, every 16 MiB.
_LOG_PAGES = 4096

_TABLE = """
CREATE TABLE {table} (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, logical TEXT NOT NULL, base_url TEXT NOT NULL,
    wire TEXT NOT NULL, started_at TEXT NOT NULL, seconds REAL NOT NULL, status INTEGER NOT NULL,
    body BLOB NOT NULL, served_model TEXT, fingerprint TEXT, prompt_tokens INTEGER,
    completion_tokens INTEGER, cached_tokens INTEGER, finish_reason TEXT, body_sha256 TEXT NOT NULL
)
"""
_SCHEMA = (
    _TABLE.format(table="responses"),
    "CREATE UNIQUE INDEX responses_key ON responses (key)",
    _TABLE.format(table="failures"),
    # A rerun asks a rejected request again: several rows of a key, the last one counts.
    "CREATE INDEX failures_key ON failures (key)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)


def check_place(path: str | Path, read_only: bool) -> None:
    """Nothing. Raises StoreError where no store is, or could be made."""
    place = Path(path)
    if read_only and not place.is_file():
        hint = "--store names another; without --replay a new one is made"
        raise StoreError(str(path), "no such response store", hint)
    if str(path) != ":memory:" and not place.absolute().parent.is_dir():
        raise StoreError(str(path), "its folder does not exist", "make the folder first")


def unusable(path: str | Path, error: sqlite3.Error) -> StoreError:
    """An error of SQLite as one of a store, with what to do about it."""
    words = str(error)
    if "not a database" in words:
        return StoreError(str(path), "not a response store", "--store names another file")
    if "locked" in words:
        return StoreError(str(path), words, "another process holds it; end that one first")
    if "malformed" in words:
        hint = "restore a copy; what is lost is asked again"
        return StoreError(str(path), words, hint)
    hint = "the folder and the file must be writable, and the disk must have room"
    return StoreError(str(path), words, hint)


def _connect(address: str) -> sqlite3.Connection:
    """A connection in autocommit mode, so that every insert is its own transaction."""
    return sqlite3.connect(
        address, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )


def opened_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    address = path.absolute().as_uri()
    try:
        return _checked(_connect(address + "?mode=ro"), path)
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or path.with_name(path.name + "-wal").exists():
            raise
    # A store in WAL mode on a read-only medium: SQLite wants to make a file beside it. Without
    # a write-ahead log beside it nobody is writing, and it can be read as it stands.
    return _checked(_connect(address + "?immutable=1"), path)


def _checked(connection: sqlite3.Connection, path: str | Path) -> sqlite3.Connection:
    """The connection, if its file is a store of this version."""
    try:
        [(application,)] = connection.execute("PRAGMA application_id").fetchall()
        [(version,)] = connection.execute("PRAGMA user_version").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    if application != _APPLICATION:
        connection.close()
        raise StoreError(str(path), "not a response store", "--store names another file")
    if version != _VERSION:
        connection.close()
        hint = "another version of Donor made it: use that one, or export and import its rows"
        raise StoreError(str(path), f"has schema {version}, expected {_VERSION}", hint)
    return connection


def opened_to_write(path: str | Path) -> sqlite3.Connection:
    """A connection to a store that is made if it is not there."""
    memory = str(path) == ":memory:"
    address = ":memory:" if memory else Path(path).absolute().as_uri() + "?mode=rwc"
    connection = _connect(address)
    try:
        _until_free(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return _checked(connection, path)


def _until_free(connection: sqlite3.Connection) -> None:
    """Nothing; makes the tables and sets WAL mode, waiting for other processes that do so too."""
    for _ in range(_TRIES):
        try:
            return _make(connection)
        except sqlite3.OperationalError as error:
            # Two processes that both change the journal mode do not wait for each other.
            if "locked" not in str(error):
                raise
            time.sleep(0.02)
    return _make(connection)


def _make(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        [(tables,)] = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        for statement in () if tables else _SCHEMA:
            connection.execute(statement)
    [(application,)] = connection.execute("PRAGMA application_id").fetchall()
    if application == _APPLICATION:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """What is done in the block is kept together, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors, such as that of a full disk, SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
