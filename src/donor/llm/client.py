"""The client: gets methods the answers they ask for. The only concurrency of Donor."""

import asyncio
import random
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, TypeVar

import aiohttp

from donor.llm.counts import Counts, Tally
from donor.llm.exchange import (
    Exchange,
    fruitless,
    not_recorded,
    pause_s,
    read_reply,
    refused,
    response_of,
    retries_of,
    row_of,
    unreachable,
)
from donor.llm.providers.openai_compatible import OpenAICompatible, rejection_of_error
from donor.llm.providers.rejection import Rejection, Verdict
from donor.llm.providers.wire import Wire
from donor.llm.request import Completion, Method, Request, Response
from donor.llm.store import ResponseStore

__all__ = ["Client", "Surroundings"]

T = TypeVar("T")

_WINDOW = 8
# Waiting in short turns lets Ctrl-C through on every system.
_TURN_S = 0.2
# So many requests may fail for good, whatever was tried, before the first answer has come.
_FRUITLESS = 10


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """Clock, sleep and chance; a test brings its own."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep
    random: Callable[[], float] = random.random


class _StoppedError(Exception):
    """A document that was not finished because everything stops."""


class Client:
    """A model's server and a response store, asked by many methods at once.

    Args:
        provider: the server; None under replay.
        store: where answers are looked up and kept.
        replay: whether a request that is not in the store is an error.
        concurrency: how many requests are in flight, and documents at work, at most.
        timeout_s: when a single exchange is given up.
        retries: how often a request is tried again at most.
        window: how many documents are begun and not yet yielded, at most.
        grace_s: how long a stop waits for the answers in flight, which are paid for.
        stop_when: asked before each exchange; where it is true, everything stops.
        on_progress: told the counts after each exchange, in another thread.
        surroundings: clock, sleep and chance.
    """

    def __init__(
        self,
        provider: OpenAICompatible | None,
        store: ResponseStore,
        *,
        replay: bool = False,
        concurrency: int = 16,
        timeout_s: float = 600.0,
        retries: int = 6,
        window: int | None = None,
        grace_s: float = 60.0,
        stop_when: Callable[[Counts], bool] | None = None,
        on_progress: Callable[[Counts], None] | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        if provider is None and not replay:
            raise ValueError("without a provider there is only replay")
        if store.read_only and not replay:
            raise ValueError("with a store that is only read there is only replay")
        self.provider = provider
        self.store = store
        self.replay = replay
        self.concurrency = concurrency
        self.timeout_s = timeout_s
        self.retries = retries
        self.window = window or _WINDOW * concurrency
        self.grace_s = grace_s
        self.stop_when = stop_when
        self.on_progress = on_progress
        self.surroundings = surroundings or Surroundings()
        self.tally = Tally()
        self.stopped_early = False
        self.reached = False

    @property
    def counts(self) -> Counts:
        """What was asked, got and paid for so far."""
        return self.tally.snapshot()

    def drive(self, methods: Iterable[Method[T]]) -> Generator[T, None, None]:
        """The value of each method, in the order of the methods.

        The methods are taken from the iterable as they are needed. Whoever stops iterating
        stops everything; answers in flight are still waited for and kept.

        Raises:
            ModelError: the server refuses the whole run, or cannot be reached.
            ReplayError: under replay, a request is not in the store.
        """
        with _running(self) as run:
            coming = iter(methods)
            begun: deque[Future[asyncio.Task[T]]] = deque()
            while True:
                _begin_more(run, coming, begun, self.window)
                if not begun:
                    return
                try:
                    value = run.result(begun.popleft())
                except _StoppedError:
                    if run.error is not None:
                        raise run.error from None
                    return
                yield value


def _begin_more(
    run: "_Run[T]",
    methods: Iterator[Method[T]],
    begun: "deque[Future[asyncio.Task[T]]]",
    window: int,
) -> None:
    """Nothing; begins at least one more document, and more while the first is not done."""
    while len(begun) < window and not run.stopping:
        method = next(methods, None)
        if method is None:
            return
        begun.append(run.submit(method))
        if begun[0].done():
            return


@contextmanager
def _running(client: Client) -> Iterator["_Run[Any]"]:
    """A run whose thread ends with the context."""
    run: _Run[Any] = _Run(client)
    run.begin()
    try:
        yield run
    finally:
        run.end()


class _Run(Generic[T]):
    """One call of drive: an event loop in its own thread, with its documents and requests."""

    def __init__(self, client: Client) -> None:
        self.error: BaseException | None = None
        self.stopping = False
        self._client = client
        self._thread = threading.Thread(target=self._work, name="donor-client", daemon=True)
        self._ready = threading.Event()
        self._sender: _Sender | None = None
        self._documents: set[asyncio.Task[T]] = set()
        self._asked: dict[str, asyncio.Task[Response]] = {}

    # Called in the thread of whoever iterates.

    def begin(self) -> None:
        """Nothing; returns when documents can be submitted."""
        self._thread.start()
        self._ready.wait()

    def submit(self, method: Method[T]) -> "Future[asyncio.Task[T]]":
        """A future that will hold the document's finished task."""
        future: Future[asyncio.Task[T]] = Future()
        self._loop.call_soon_threadsafe(self._start, method, future)
        return future

    def result(self, future: "Future[asyncio.Task[T]]") -> T:
        """What the document returned. Raises what it raised, or _StoppedError."""
        while True:
            try:
                task = future.result(_TURN_S)
                break
            except TimeoutError:
                if not self._thread.is_alive() and not future.done():
                    raise RuntimeError("the client's event loop is gone") from None
        if task.cancelled():
            raise _StoppedError
        return task.result()

    def end(self) -> None:
        """Nothing; stops what is still at work, and returns when the thread is gone.

        Answers in flight are waited for; an interrupt meanwhile gives them up.
        """
        try:
            self._leave(self._finish)
        except KeyboardInterrupt:
            self._leave(self._abandon)
            raise

    def _leave(self, last: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(last)
        while self._thread.is_alive():
            self._thread.join(_TURN_S)

    # Called in the thread of the event loop.

    def _work(self) -> None:
        try:
            asyncio.run(self._main())
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._active = asyncio.Semaphore(self._client.concurrency)
        self._over = asyncio.Event()
        async with AsyncExitStack() as stack:
            provider = None if self._client.replay else self._client.provider
            if provider is not None:
                session = provider.session(self._client.timeout_s)
                http = await stack.enter_async_context(session)
                self._sender = _Sender(self._client, provider, http, self.stop)
            self._ready.set()
            await self._over.wait()
            while tasks := [*self._documents, *self._asked.values()]:
                await asyncio.wait(tasks)

    def stop(self, error: BaseException | None = None) -> None:
        """Nothing; from now on no document and no request begins."""
        if self.stopping:
            return
        self.stopping, self.error = True, error
        if self._sender is not None:
            self._sender.stop()
        self._loop.call_later(self._client.grace_s, self._abandon)

    def _finish(self) -> None:
        self.stop()
        self._over.set()

    def _abandon(self) -> None:
        for task in [*self._documents, *self._asked.values()]:
            task.cancel()

    def _start(self, method: Method[T], future: "Future[asyncio.Task[T]]") -> None:
        task = self._loop.create_task(self._document(method))
        self._documents.add(task)
        task.add_done_callback(partial(self._settle, future))

    def _settle(self, future: "Future[asyncio.Task[T]]", task: asyncio.Task[T]) -> None:
        self._documents.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.stop(error)
        future.set_result(task)

    async def _document(self, method: Method[T]) -> T:
        """What the method returns, in the end."""
        try:
            async with self._active:
                if self.stopping:
                    raise _StoppedError
                requests = next(method)
                while True:
                    requests = method.send(await self._responses(requests))
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            method.close()

    async def _responses(self, requests: Sequence[Request]) -> list[Response]:
        """The responses to one round of a document, asked for at the same time."""
        begun = [self._response(request) for request in requests]
        return [await b if isinstance(b, asyncio.Task) else b for b in begun]

    def _response(self, request: Request) -> "Response | asyncio.Task[Response]":
        """The response where the store has it, else the task that asks for it."""
        key = request.key
        response = self._recorded(key)
        if response is not None:
            self._client.tally.count("from_store")
            self._client.tally.count_response(request, response)
            return response
        if self._sender is None:
            raise not_recorded(request, key, self._client.store.path)
        task = self._asked.get(key)
        if task is not None:
            self._client.tally.count("shared")
            return task
        task = self._asked[key] = self._loop.create_task(self._sender.ask(request, key))
        task.add_done_callback(partial(self._answered, key))
        return task

    def _recorded(self, key: str) -> Response | None:
        row = self._client.store.get(key)
        if row is None and self._client.replay:
            row = self._client.store.get_rejected(key)
        return None if row is None else response_of(row)

    def _answered(self, key: str, task: asyncio.Task[Response]) -> None:
        del self._asked[key]
        if not task.cancelled():
            # A document that has ended does not fetch it, and asyncio would complain.
            task.exception()


class _Sender:
    """What sends requests to the server until they are answered, and keeps the answers."""

    def __init__(
        self,
        client: Client,
        provider: OpenAICompatible,
        http: aiohttp.ClientSession,
        halt: Callable[[], None],
    ) -> None:
        self._client = client
        self._provider = provider
        self._http = http
        self._halt = halt
        self._stopping = False
        self._slots = asyncio.Semaphore(client.concurrency)
        self._sleeps: set[asyncio.Task[None]] = set()
        self._answered = False
        self._fruitless = 0

    def stop(self) -> None:
        """Nothing; from now on nothing is sent."""
        self._stopping = True
        for sleep in self._sleeps:
            sleep.cancel()

    async def ask(self, request: Request, key: str) -> Response:
        """The server's answer, or why there is none.

        Raises:
            ModelError: the server refuses the whole run.
        """
        if request.model != self._provider.model:
            raise ValueError(f"asks {request.model!r}, served is {self._provider.model!r}")
        # A request that waits for its next try keeps its slot: an overloaded server gets less.
        async with self._slots:
            wire, tries = self._provider.wire, 0
            while True:
                exchange = await self._exchange(request, key, wire)
                if isinstance(exchange.outcome, Completion):
                    return exchange.outcome
                other = self._other_wire(request, exchange, tries)
                if other is not None:
                    wire = other
                elif tries < self._retries(exchange.outcome):
                    await self._pause(tries, exchange)
                    tries += 1
                else:
                    return self._give_up(request, key, exchange)

    def _other_wire(self, request: Request, exchange: Exchange, tries: int) -> Wire | None:
        if exchange.reply is None or isinstance(exchange.outcome, Completion):
            return None
        return self._provider.concede(request, exchange.outcome, exchange.reply, repeated=tries > 0)

    def _retries(self, rejection: Rejection) -> int:
        """How often it is tried again. Raises ModelError where the run has to end."""
        if rejection.verdict is Verdict.STOP:
            raise refused(rejection, self._provider.base_url)
        if rejection.verdict is Verdict.FINAL:
            return 0
        return retries_of(rejection, self._client.retries, reached=self._client.reached)

    def _give_up(self, request: Request, key: str, exchange: Exchange) -> Response:
        """The failure, kept where it is definitive. Raises ModelError if no server is there."""
        if isinstance(exchange.outcome, Completion):
            return exchange.outcome
        if exchange.outcome.unreachable and not self._client.reached:
            raise unreachable(exchange.outcome, self._provider.base_url)
        if not self._answered and exchange.outcome.verdict is Verdict.AGAIN:
            self._fruitless += 1
            if self._fruitless >= _FRUITLESS:
                raise fruitless(exchange.outcome, self._fruitless, self._provider.base_url)
        if exchange.definitive:
            self._keep(request, key, exchange)
        self._client.tally.count_response(request, exchange.outcome.failure)
        return exchange.outcome.failure

    async def _exchange(self, request: Request, key: str, wire: Wire) -> Exchange:
        """One exchange; an answer is in the store when this returns."""
        self._check_may_send()
        exchange = await self._sent(request, wire)
        if isinstance(exchange.outcome, Completion):
            self._answered = True
            self._keep(request, key, exchange)
            self._provider.learn(request, wire)
            self._client.tally.count_response(request, exchange.outcome)
        if self._client.on_progress is not None:
            self._client.on_progress(self._client.counts)
        return exchange

    async def _sent(self, request: Request, wire: Wire) -> Exchange:
        client = self._client
        started_at = client.surroundings.now().isoformat()
        client.tally.count("sent")
        client.tally.count("in_flight")
        try:
            reply = await self._provider.complete(self._http, request, wire)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            rejection = rejection_of_error(error)
            client.reached = client.reached or not rejection.unreachable
            return Exchange(started_at, rejection)
        finally:
            client.tally.count("in_flight", -1)
        client.reached = True
        client.tally.count_status(reply.status)
        return read_reply(reply, started_at)

    def _keep(self, request: Request, key: str, exchange: Exchange) -> None:
        self._client.store.put(row_of(request, key, exchange, self._provider.base_url))

    def _check_may_send(self) -> None:
        """Nothing. Raises _StoppedError once everything stops."""
        client = self._client
        if not self._stopping and client.stop_when is not None and client.stop_when(client.counts):
            client.stopped_early = True
            self._halt()
        if self._stopping:
            raise _StoppedError

    async def _pause(self, tries: int, exchange: Exchange) -> None:
        """Nothing; returns when the next try is due, or at once if everything stops."""
        self._client.tally.count("retried")
        around = self._client.surroundings
        seconds = pause_s(tries, exchange, jitter=around.random(), now=around.now())
        sleep = asyncio.create_task(around.sleep(seconds))
        self._sleeps.add(sleep)
        try:
            await asyncio.wait([sleep])
        finally:
            self._sleeps.discard(sleep)
            sleep.cancel()
