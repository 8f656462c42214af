"""What the tests of the client ask: methods of one or more rounds, and clients for them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from donor.llm import (
    Client,
    Completion,
    Message,
    Method,
    OpenAICompatible,
    Request,
    Response,
    ResponseStore,
    Surroundings,
)

MODEL = "openai:tiny"
SCHEMA = {
    "type": "object",
    "properties": {"1": {"type": "string"}},
    "required": ["1"],
    "additionalProperties": False,
}


def request(text: str, **more: Any) -> Request:
    return Request((Message("user", text),), **{"model": MODEL, **more})


def ask(*texts: str, **more: Any) -> Method[list[Response]]:
    """One round: each of the texts is a request."""
    responses = yield [request(text, **more) for text in texts]
    return list(responses)


def say(text: str, rounds: int = 1, **more: Any) -> Method[str]:
    """The answer's words, or the failure's kind; later rounds ask about `text/2`, …"""
    words = ""
    for n in range(1, rounds + 1):
        [response] = yield [request(text if n == 1 else f"{text}/{n}", **more)]
        words = response.text if isinstance(response, Completion) else str(response.kind)
    return words


@dataclass
class Coming:
    """Methods for a client, and how far it is with them."""

    methods: Sequence[Method[Any]]
    all_taken: bool = False

    def __iter__(self) -> Iterator[Method[Any]]:
        yield from self.methods
        self.all_taken = True

    @property
    def stopped(self) -> bool:
        """Whether the client stops: it has closed the last one, which it has not begun."""
        return inspect.getgeneratorstate(self.methods[-1]) == inspect.GEN_CLOSED


@dataclass
class Quick:
    """Surroundings in which time passes at once; what was slept is remembered."""

    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def surroundings(self) -> Surroundings:
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        return Surroundings(now=lambda: moment, sleep=self.sleep, random=lambda: 1.0)


def drive(
    base_url: str, store: str | Path, methods: Sequence[Method[Any]], **options: Any
) -> tuple[list[Any], Client]:
    """The values of the methods, and the client that got them."""
    provider = OpenAICompatible(base_url, MODEL, options.pop("api_key", None))
    options.setdefault("surroundings", Quick().surroundings())
    with ResponseStore.open(store) as opened:
        client = Client(provider, opened, **options)
        return list(client.drive(methods)), client


def replay(store: str | Path, methods: Sequence[Method[Any]]) -> tuple[list[Any], Client]:
    """The values of the methods out of a store that is only read."""
    with ResponseStore.open(store, read_only=True) as opened:
        client = Client(None, opened, replay=True)
        return list(client.drive(methods)), client
