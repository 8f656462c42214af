"""A small model server on this machine: it answers as a test tells it to, and remembers."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from tests.waiting import until

Body = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request as the server got it; `times` counts equal bodies, this one too."""

    body: Body
    times: int
    http: web.Request

    @property
    def text(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


Answer = Callable[[Asked], Awaitable[web.StreamResponse]]


def completion(text: str, **more: Any) -> web.Response:
    """A chat completion that says `text`."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 10, "completion_tokens": 2}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return web.json_response({"choices": [choice], "model": "served", "usage": usage, **more})


def error(status: int, message: str, headers: dict[str, str] | None = None, **more: Any):
    """An error in OpenAI's shape."""
    body = {"error": {"message": message, **more}}
    return web.json_response(body, status=status, headers=headers)


async def echo(asked: Asked) -> web.StreamResponse:
    """The last message, given back."""
    return completion(asked.text)


def after(seconds: float) -> Answer:
    """Echoes, each taking some seconds."""

    async def answer(asked: Asked) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return completion(asked.text)

    return answer


def held(condition: Callable[[], object], seconds: float = 0.0) -> Answer:
    """Echoes, each some seconds after the condition holds."""

    async def answer(asked: Asked) -> web.StreamResponse:
        await until(condition)
        return await after(seconds)(asked)

    return answer


def first(n: int, failure: Answer) -> Answer:
    """Echoes, after `n` failures of each request."""

    async def answer(asked: Asked) -> web.StreamResponse:
        return await failure(asked) if asked.times <= n else completion(asked.text)

    return answer


def always(response: Callable[[], web.StreamResponse]) -> Answer:
    """The same response to everything."""

    async def answer(asked: Asked) -> web.StreamResponse:
        return response()

    return answer


async def reset(asked: Asked) -> web.StreamResponse:
    """No response: the connection breaks."""
    assert asked.http.transport is not None
    asked.http.transport.abort()
    return web.Response()


async def cut(asked: Asked) -> web.StreamResponse:
    """Half a response: the connection ends in the middle of the body."""
    whole = json.dumps({"choices": [{"message": {"content": "half"}}]}).encode()
    response = web.StreamResponse(headers={"Content-Length": str(len(whole))})
    await response.prepare(asked.http)
    await response.write(whole[:20])
    assert asked.http.transport is not None
    asked.http.transport.close()
    return response


@dataclass
class ModelServer:
    """Runs in a thread of its own while its context lasts."""

    answer: Answer = echo
    seen: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    base_url: str = ""

    def __enter__(self) -> Self:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    @property
    def texts(self) -> list[str]:
        """The last message of every request, in the order in which they came."""
        return [str(body["messages"][-1]["content"]) for body in self.seen]

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._handle)
        runner = web.AppRunner(app, shutdown_timeout=0.0, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()

    async def _handle(self, http: web.Request) -> web.StreamResponse:
        body = json.loads(await http.read())
        self.seen.append(body)
        self.headers.append(dict(http.headers))
        self.queries.append(http.query_string)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            response = await self.answer(Asked(body, self.seen.count(body), http))
            self.answered.append(str(body["messages"][-1]["content"]))
            return response
        finally:
            self.in_flight -= 1
