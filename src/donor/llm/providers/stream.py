"""A stream of events where one JSON object was asked for: put together, it is that object."""

from typing import Any

import orjson

__all__ = ["is_stream", "joined"]

_PARTS = ("content", "refusal", "reasoning_content", "reasoning")


def is_stream(body: bytes) -> bool:
    """Whether a body consists of server-sent events."""
    return body[:1] != b"{" and body[:200].lstrip().startswith(
        (b"data:", b"event:", b"id:", b":", b"retry:")
    )


def joined(body: bytes) -> dict[str, Any]:
    r"""The chat completion whose pieces the events of a stream are.

    >>> joined(b'data: {"choices": [{"delta": {"content": "Ja"}}]}\n\ndata: [DONE]\n')["choices"]
    [{'message': {'content': 'Ja'}, 'finish_reason': None}]

    Raises:
        ValueError: an event is no JSON, or the stream broke off.
        LookupError, TypeError, AttributeError: an event has another shape.
    """
    message: dict[str, str] = {}
    whole: dict[str, Any] = {}
    finish_reason, done = None, False
    for data in _events(body):
        if data == b"[DONE]":
            done = True
            break
        event = orjson.loads(data)
        if event.get("error"):
            return {"error": event["error"]}
        whole |= {name: event[name] for name in _FACTS if event.get(name)}
        for choice in event.get("choices", ())[:1]:
            finish_reason = choice.get("finish_reason") or finish_reason
            _append(message, choice.get("delta") or choice.get("message") or {})
    if not (done or finish_reason):
        raise ValueError("the stream broke off")
    return whole | {"choices": [{"message": message, "finish_reason": finish_reason}]}


_FACTS = ("model", "system_fingerprint", "usage")


def _append(message: dict[str, str], delta: dict[str, Any]) -> None:
    for name in _PARTS:
        if isinstance(delta.get(name), str):
            message[name] = message.get(name, "") + delta[name]


def _events(body: bytes) -> list[bytes]:
    """The data of the events, each of one line as OpenAI's are."""
    lines = (line.strip() for line in body.splitlines())
    return [line[5:].strip() for line in lines if line.startswith(b"data:")]
