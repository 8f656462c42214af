"""A server that answers `tags` requests at next to no cost: a word for each tag.

HTTP is read by hand, as far as the benchmark's clients write it, so that the server is never
what limits them.
"""

import asyncio
import os
import re
from multiprocessing.connection import Connection

import orjson

__all__ = ["serve"]

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TAGS = re.compile(r"<(\w+)>.*?</\1>")
_USAGE = {"prompt_tokens": 780, "completion_tokens": 60, "total_tokens": 840}


def serve(out: Connection, latency_s: float) -> None:
    """Never returns; sends its port, then answers chat completions after the latency."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    asyncio.run(_serve(out, latency_s))


async def _serve(out: Connection, latency_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Exchanges(latency_s), "127.0.0.1", 0, backlog=1024)
    out.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _Exchanges(asyncio.Protocol):
    """One connection, its exchanges one after the other."""

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._loop = asyncio.get_running_loop()
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, blank, rest = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not blank or (length and len(rest) < int(length[1])):
            return
        self._read.clear()
        if length is None:
            self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        body = reply_to(bytes(rest))
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        if self._latency_s:
            self._loop.call_later(self._latency_s, self._transport.write, head % len(body) + body)
        else:
            self._transport.write(head % len(body) + body)


def reply_to(request: bytes) -> bytes:
    """The body of a chat completion in which each span of the request has a place.

    >>> asked = {"source": {"1": "An <s1>ion</s1>."}, "translation": {"1": "Ион заряжен."}}
    >>> messages = [{}, {"content": orjson.dumps(asked).decode()}]
    >>> reply = orjson.loads(reply_to(orjson.dumps({"messages": messages})))
    >>> print(reply["choices"][0]["message"]["content"])
    {"1":"<s1>Ион</s1> заряжен."}
    """
    asked = orjson.loads(orjson.loads(request)["messages"][1]["content"])
    tagged = {
        key: _tagged(asked["translation"][key], text) for key, text in asked["source"].items()
    }
    message = {"role": "assistant", "content": orjson.dumps(tagged).decode()}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    completion = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "bench",
        "choices": [choice],
        "usage": _USAGE,
    }
    return orjson.dumps(completion)


def _tagged(text: str, source: str) -> str:
    """The text with, for each span of the source, the word that stands as far in it."""
    words = text.split(" ")
    for span in _TAGS.finditer(source):
        nth = len(words) * span.start() // len(source)
        words[nth] = f"<{span[1]}>{words[nth]}</{span[1]}>"
    return " ".join(words)
