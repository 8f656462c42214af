"""A row of the response store, and its form as a line of JSON."""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from donor.data.quick import quickly_made
from donor.errors import StoreError
from donor.llm.request import key_of

__all__ = ["StoredAnswer", "WaitingRequest", "from_line", "to_line"]


@quickly_made
@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a server answered to a request, as it came: the facts about it and the raw body.

    Args:
        key: the key of the request.
        logical: the canonical JSON that the key is made of.
        base_url: the server, without credentials.
        wire: the wire form that was accepted; see `donor.llm.providers.wire`.
        started_at: when the request was sent, ISO 8601 in UTC.
        seconds: how long the exchange took.
        status: the HTTP status.
        body: the raw body.
        rejected: whether this is no answer but what came instead, after all tries; the status is 0
            where nothing whole came back.
    """

    key: str
    logical: str
    base_url: str
    wire: str
    started_at: str
    seconds: float
    status: int
    body: bytes
    served_model: str | None = None
    fingerprint: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    finish_reason: str | None = None
    rejected: bool = False

    @property
    def digest(self) -> str:
        """The sha-256 of the body in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def problem(self) -> str | None:
        """Why the key does not belong to the request, or None."""
        actual = key_of(self.logical)
        return None if actual == self.key else f"{self.key}: its request has the key {actual}"


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request of a batch that has no answer yet.

    Args:
        key: the key of the request, and its custom_id in the batch.
        logical: the canonical JSON that the key is made of.
        wire: the wire form in which it goes into the batch, in words.
    """

    key: str
    logical: str
    wire: str


def to_line(answer: StoredAnswer) -> bytes:
    r"""The answer as a line of JSON; a body that is no UTF-8 stands there as base64.

    >>> row = StoredAnswer(
    ...     "d1-x", "{}", "http://h/v1", "none", "2026-01-01T00:00:00+00:00", 0.5, 200, b"{}"
    ... )
    >>> to_line(row)[:42]
    b'{"key":"d1-x","logical":"{}","base_url":"h'
    """
    fields = asdict(answer)
    try:
        fields["body"] = answer.body.decode()
    except UnicodeDecodeError:
        fields["body"] = {"base64": b64encode(answer.body).decode("ascii")}
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def from_line(line: bytes, where: str) -> StoredAnswer:
    """The answer that a line of JSON holds. Raises StoreError, saying where."""
    try:
        fields: dict[str, Any] = orjson.loads(line)
        body = fields.pop("body")
        raw = body.encode() if isinstance(body, str) else b64decode(body["base64"])
        answer = StoredAnswer(body=raw, **fields)
        problem = answer.problem()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        hint = "lines are what `donor store export` writes"
        raise StoreError(where, "not an answer of a response store", hint) from error
    if problem:
        raise StoreError(where, problem, "the line was changed after it was exported")
    return answer
