"""Canned answers for a method that asks a model, and what it asked for them."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson

from donor.languages import language
from donor.llm import Completion, Failure, FailureKind, Method, Request, Response

EN, RU = language("en"), language("ru")
FAILURE = Failure(FailureKind.TIMEOUT, "no answer in time")
REFUSAL = Completion("", refusal="I will not")
PROSE = "I would rather talk about the weather."

T = TypeVar("T")

Canned = Response | str | Mapping[str, Any]
"""A response, an answer's text, or its JSON object."""


def answered(method: Method[T], *canned: Canned) -> tuple[T, list[Request]]:
    """The value of a method that gets exactly these answers in turn, and its requests."""
    left = [_response(answer) for answer in canned]
    asked: list[Request] = []
    try:
        requests = next(method)
        while True:
            asked += requests
            assert len(left) >= len(requests), f"asks more: {requests[0].messages[-1].content}"
            now, left = left[: len(requests)], left[len(requests) :]
            requests = method.send(now)
    except StopIteration as done:
        assert not left, f"does not ask for {left}"
        value: T = done.value
        return value, asked


def data_of(request: Request) -> dict[str, Any]:
    """The JSON of the message that holds the document."""
    value: dict[str, Any] = orjson.loads(request.messages[1].content)
    return value


def _response(answer: Canned) -> Response:
    if isinstance(answer, Completion | Failure):
        return answer
    return Completion(answer if isinstance(answer, str) else orjson.dumps(dict(answer)).decode())
