"""Answers out of files: what `donor store export` wrote, and the results of a batch.

A result of a batch names its request by the custom_id alone; the store knows the request, since
`donor transfer --batch` kept it there.
"""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from donor.errors import StoreError
from donor.llm.exchange import read_reply, row_of
from donor.llm.providers.budget import smaller_budget
from donor.llm.providers.openai_compatible import Reply
from donor.llm.providers.rejection import ErrorWords, Rejection, Verdict, error_words
from donor.llm.providers.wire import Wire, laxer, other_parameters
from donor.llm.request import Completion, FailureKind, Message, Request
from donor.llm.store import ResponseStore
from donor.llm.stored import WaitingRequest, from_line

__all__ = ["Fate", "Imported", "Trouble", "import_file"]

_PAGE = 500
_SHOWN_LINES = 5
_GROUPS = 100
_BATCH = "batch"
_WIRE_WORDS = ("response_format", "json_schema", "json schema", "guided_json", "structured output")


class Fate(StrEnum):
    """What became of a line."""

    ADDED = "added"
    KNOWN = "known"
    REJECTED = "rejected"
    CHANGED = "changed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BROKEN = "broken"


_USABLE = (Fate.ADDED, Fate.KNOWN, Fate.REJECTED, Fate.CHANGED)


@dataclass
class Trouble:
    """Lines that brought no answer for the same reason: how many, and the first of them."""

    fate: Fate
    what: str
    count: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Imported:
    """What became of the lines of a file: `counts` sum up to the lines that are not blank."""

    counts: Counter[Fate] = field(default_factory=Counter)
    troubles: dict[tuple[Fate, str], Trouble] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether any line has told the store something, now or before."""
        return any(self.counts[fate] for fate in _USABLE)

    def add(self, number: int, fate: Fate, what: str) -> None:
        """Nothing; counts a line."""
        self.counts[fate] += 1
        if fate in (Fate.ADDED, Fate.KNOWN):
            return
        if (fate, what) not in self.troubles and len(self.troubles) >= _GROUPS:
            what = "other reasons"
        trouble = self.troubles.setdefault((fate, what), Trouble(fate, what))
        trouble.count += 1
        if len(trouble.lines) < _SHOWN_LINES:
            trouble.lines.append(number)


def import_file(store: ResponseStore, path: Path) -> Imported:
    """What became of each line of a file of exported answers or of results of a batch.

    A line that cannot be used is counted and leaves the others alone.

    Raises:
        StoreError: the file cannot be read, or the store not be written.
    """
    imported = Imported()
    try:
        with path.open("rb") as file:
            lines = enumerate(file, start=1)
            while page := list(islice(lines, _PAGE)):
                with store.together():
                    for number, line in page:
                        if line.strip():
                            imported.add(number, *_fate(store, line))
    except OSError as error:
        raise StoreError(str(path), f"cannot be read: {error.strerror}") from error
    return imported


def _fate(store: ResponseStore, line: bytes) -> tuple[Fate, str]:
    """What became of a line, and why, where it brought no answer."""
    try:
        value = _json(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        return Fate.BROKEN, f"not JSON: {_reason(error)}"
    if not isinstance(value, dict):
        return Fate.BROKEN, "not a JSON object"
    if "logical" in value:
        return _exported(store, line)
    key = value.get("custom_id")
    if not isinstance(key, str):
        return Fate.BROKEN, "neither an exported answer nor a result of a batch"
    if "method" in value and "body" in value:
        return Fate.BROKEN, "a request of a batch, not its result"
    return _result(store, key, value)


def _reason(error: Exception) -> str:
    """What is wrong with a line, without the place in it."""
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


def _exported(store: ResponseStore, line: bytes) -> tuple[Fate, str]:
    try:
        row = from_line(line, "")
    except StoreError as error:
        return Fate.BROKEN, error.what
    new = store.settle(row)
    if row.rejected:
        return (Fate.REJECTED, f"HTTP {row.status}") if new else (Fate.KNOWN, "")
    return Fate.ADDED if new else Fate.KNOWN, ""


def _result(store: ResponseStore, key: str, value: dict[str, Any]) -> tuple[Fate, str]:
    if store.get(key) is not None:
        return Fate.KNOWN, ""
    asked = _asked(store, key)
    if asked is None:
        return Fate.UNKNOWN, "the store knows no such request"
    response, error = value.get("response"), value.get("error")
    if response is None and error is None:
        return Fate.BROKEN, "neither a response nor an error"
    if not isinstance(response, dict):
        return Fate.FAILED, _told(error)
    status, body = response.get("status_code", 200), response.get("body")
    if body is None and status != 200:
        body = error  # as vLLM writes it
    if body is None or not isinstance(status, int):
        return Fate.FAILED, _told(error) or "the response has no body"
    return _replied(store, asked, status, body)


def _asked(store: ResponseStore, key: str) -> WaitingRequest | None:
    """The request with this key, which waits or was rejected before."""
    waiting = store.expected(key)
    if waiting is not None:
        return waiting
    row = store.get_rejected(key)
    return None if row is None else WaitingRequest(key, row.logical, row.wire)


def _replied(
    store: ResponseStore, asked: WaitingRequest, status: int, body: Any
) -> tuple[Fate, str]:
    request, wire = _request(asked.logical), Wire.said(asked.wire)
    reply = Reply(status, _raw(body), headers={}, wire=wire, seconds=0.0)
    exchange = read_reply(reply, _created(body), request)
    outcome = exchange.outcome
    if isinstance(outcome, Completion):
        store.settle(row_of(request, exchange, _BATCH))
        return Fate.ADDED, ""
    words = f"{outcome.failure.kind}: {outcome.failure.message}"
    other = _other_wire(request, wire, outcome, reply)
    if other is not None:
        store.expect([replace(asked, wire=str(other))])
        return Fate.CHANGED, f"asked for as {other}: {outcome.failure.message}"
    if not exchange.definitive:
        hint = f" ({outcome.hint})" if outcome.hint else ""
        return Fate.FAILED, f"HTTP {status}, {words}{hint}"
    new = store.settle(row_of(request, exchange, _BATCH))
    return (Fate.REJECTED, words) if new else (Fate.KNOWN, "")


def _other_wire(request: Request, wire: Wire, outcome: Rejection, reply: Reply) -> Wire | None:
    """The wire for the next round, where the server says that it does not take this one."""
    if reply.status not in (400, 422) or outcome.verdict is not Verdict.FINAL:
        return None
    words = error_words(reply.body)
    other = smaller_budget(wire, request.parameters, words)
    if other is not None or outcome.failure.kind is not FailureKind.REJECTED:
        return other
    other = other_parameters(wire, request.parameters, words)
    if other is not None or not any(word in words.all.lower() for word in _WIRE_WORDS):
        return other
    form = laxer(wire.form, None)
    return replace(wire, form=form) if form else None


def _request(logical: str) -> Request:
    """The request that a canonical JSON says."""
    value = orjson.loads(logical)
    messages = tuple(Message(**message) for message in value.pop("messages"))
    return Request(messages=messages, **value)


def _told(error: Any) -> str:
    """An error of the batch itself in words; empty where there is none."""
    words = error_words(_raw({"error": error})) if error is not None else ErrorWords("")
    return f"{words.code}: {words.message}" if words.code else words.message


def _raw(body: Any) -> bytes:
    """The body as bytes, as a server would have sent it."""
    if isinstance(body, str):
        return body.encode(errors="replace")
    try:
        return orjson.dumps(body)
    except TypeError:
        # Half a surrogate pair: orjson is right to object, and so is the reader of the body.
        return json.dumps(body).encode()


def _json(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line.decode(errors="replace"))


def _created(body: Any) -> str:
    """When the server made the answer, ISO 8601 in UTC; empty where it does not say."""
    created = body.get("created") if isinstance(body, dict) else None
    if not isinstance(created, int) or isinstance(created, bool) or not 0 < created < 2**34:
        return ""
    return datetime.fromtimestamp(created, UTC).isoformat()
