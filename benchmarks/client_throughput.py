"""How much of a server's ideal rate the client reaches, beside bare aiohttp, in one run.

The server answers every request after the same latency, so that the ideal rate is requests in
flight ÷ latency. Run as `make bench-client`; prints the median of several rounds and the ratio.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web

from donor.llm import Client, Message, Method, OpenAICompatible, Request, ResponseStore

MODEL = "vllm:bench"
SCHEMA = {"type": "object", "properties": {"1": {"type": "string"}}, "required": ["1"]}
ANSWER = orjson.dumps({"1": "слово " * 60}).decode()
PROMPT = "Translate. " * 150


def serve(port: "multiprocessing.Queue[int]", latency_s: float) -> None:
    """Answers chat completions after a fixed latency, for ever."""
    choice = {"message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 400, "completion_tokens": 120}
    body = orjson.dumps({"model": "bench", "choices": [choice], "usage": usage})

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(latency_s)
        return web.Response(body=body, content_type="application/json")

    async def main() -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port.put(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def server(latency_s: float) -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=serve, args=(port, latency_s), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port.get()}/v1"
    finally:
        process.terminate()


def bare(url: str, requests: int, in_flight: int) -> None:
    """The same exchanges with aiohttp alone: no key, no store, no check."""

    async def main() -> None:
        data = orjson.dumps({"model": "bench", "messages": [{"role": "user", "content": PROMPT}]})
        slots = asyncio.Semaphore(in_flight)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def one() -> None:
                async with slots, session.post(f"{url}/chat/completions", data=data) as reply:
                    orjson.loads(await reply.read())

            await asyncio.gather(*(one() for _ in range(requests)))

    asyncio.run(main())


def donors(url: str, requests: int, in_flight: int) -> None:
    """The exchanges as Donor makes them: keyed, kept, validated."""

    def method(number: int) -> Method[None]:
        yield [Request((Message("user", f"{PROMPT}{number}"),), SCHEMA, model=MODEL)]

    with (
        tempfile.TemporaryDirectory() as folder,
        ResponseStore.open(Path(folder) / "store.sqlite") as store,
    ):
        client = Client(OpenAICompatible(url, MODEL), store, concurrency=in_flight)
        assert sum(1 for _ in client.drive(map(method, range(requests)))) == requests


def measured(run: Callable[[], None], requests: int) -> tuple[float, float]:
    """Requests per second, and milliseconds of CPU for each."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return requests / wall, 1000 * cpu / requests


def main() -> None:
    """Prints one line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2560)
    parser.add_argument("--in-flight", type=int, default=256)
    parser.add_argument("--latency", type=float, default=0.2, metavar="S")
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    ideal = flags.in_flight / flags.latency
    ways = {"bare aiohttp": bare, "donor": donors}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    with server(flags.latency) as url:
        for _ in range(flags.rounds):
            for name, way in ways.items():
                job = lambda way=way: way(url, flags.requests, flags.in_flight)  # noqa: E731
                found[name].append(measured(job, flags.requests))
    print(f"{flags.in_flight} in flight, {flags.latency} s latency: ideal {ideal:.0f} requests/s")
    for name, rounds in found.items():
        rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{name:<14}{rate:>8.0f} requests/s {rate / ideal:>6.0%} of ideal {cpu:>6.2f} ms CPU")


if __name__ == "__main__":
    main()
