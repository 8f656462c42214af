"""A request as a fault sees it, and how a reply to it is put together."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from transliterator import answer


@dataclass(frozen=True)
class Asked:
    """A request, how often it came before, and the number that its fault was given."""

    body: dict[str, Any]
    times: int
    number: int | None

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object that it asks about."""
        value: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return value

    @property
    def right(self) -> dict[str, Any]:
        """What a right answer holds."""
        return answer(self.data)

    @property
    def budget(self) -> int | None:
        """How many tokens it wants at most."""
        return self.body.get("max_tokens") or self.body.get("max_completion_tokens")


@dataclass(frozen=True)
class Reply:
    """What is sent: bytes, and what becomes of the connection afterwards."""

    pieces: Iterator[bytes]
    then: str = "keep"
    pause_s: float = 0.0


Fault = Callable[[Asked], Reply]
"""How a request is answered."""


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def http(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """A whole response."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def reply(raw: bytes, **more: Any) -> Reply:
    return Reply(iter([raw]), **more)


def completion(asked: Asked, message: dict[str, Any] | str, finish: str = "stop", **more: Any):
    """The JSON object of a chat completion."""
    if isinstance(message, str):
        message = {"content": message}
    prompt = sum(len(m["content"]) for m in asked.body["messages"]) // 4
    usage = {"prompt_tokens": prompt, "completion_tokens": len(dumped(message)) // 4}
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"model": "faults", "choices": [choice], "usage": usage, **more}


def said(asked: Asked, message: dict[str, Any] | str, finish: str = "stop", **more: Any) -> Reply:
    return reply(http(dumped(completion(asked, message, finish, **more)).encode()))


def error(status: int, message: Any, *, headers: dict[str, str] | None = None, **more: Any):
    """An error in OpenAI's shape."""
    body = {"error": {"message": message, "type": "", "param": None, "code": None, **more}}
    return reply(http(dumped(body).encode(), status, **(headers or {})))


def right(asked: Asked) -> Reply:
    return said(asked, dumped(asked.right))


def whole(asked: Asked) -> bytes:
    """The body of the right answer."""
    return dumped(completion(asked, dumped(asked.right))).encode()


def at_first(times: int, wrong: Fault) -> Fault:
    """Goes wrong so many times for each request, or as often as the fault's number says."""
    return lambda asked: (wrong if asked.times < (asked.number or times) else right)(asked)
