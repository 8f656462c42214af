"""What sends requests to a server until they are answered, and keeps the answers."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import aiohttp

from donor.errors import ModelError
from donor.llm.arrivals import Arrivals
from donor.llm.exchange import (
    Exchange,
    asked_s,
    fruitless,
    pause_s,
    read_reply,
    refused,
    retries_of,
    row_of,
    unreachable,
)
from donor.llm.pace import Pace
from donor.llm.providers.openai_compatible import OpenAICompatible, rejection_of_error
from donor.llm.providers.rejection import Rejection, Verdict
from donor.llm.providers.wire import Wire
from donor.llm.request import Completion, Failure, Request, Response
from donor.llm.stored import StoredAnswer
from donor.llm.tokens import token_range

if TYPE_CHECKING:
    from donor.llm.client import Client

__all__ = ["Sender", "StoppedError"]

# So many requests may fail for good, whatever was tried, before the first answer has come.
_FRUITLESS = 10


class StoppedError(Exception):
    """A document that was not finished because everything stops."""


class Sender:
    """What sends requests to the server until they are answered, and keeps the answers."""

    def __init__(
        self,
        client: "Client",
        provider: OpenAICompatible,
        http: aiohttp.ClientSession,
        halt: Callable[[BaseException | None], None],
    ) -> None:
        self._client = client
        self._provider = provider
        self._http = http
        self._halt = halt
        self._stopping = False
        self._slots = asyncio.Semaphore(client.concurrency)
        clock = client.surroundings.clock
        self._pace = Pace(client.concurrency, client.rates, clock=clock, sleep=self._sleep)
        self._sleeps: set[asyncio.Task[None]] = set()
        self._arrivals = Arrivals(client.store, self._slots.release, halt)
        self._answered = False
        self._fruitless = 0

    def stop(self) -> None:
        """Nothing; from now on nothing is sent."""
        self._stopping = True
        self._pace.stop()
        for sleep in self._sleeps:
            sleep.cancel()

    async def ask(self, request: Request) -> Response:
        """The server's answer, or why there is none.

        Raises:
            ModelError: the server refuses the whole run.
        """
        if request.model != self._provider.model and not self._provider.serves(request.model):
            raise ValueError(f"asks {request.model!r}, served is {self._provider.model!r}")
        await self._slots.acquire()
        arrived = None
        try:
            answer = await self._answer(request)
            if isinstance(answer, Failure):
                return answer
            row, completion = answer
            if self._client.stop_when is not None:
                # It is asked before the next exchange, and looks at the counts.
                self._client.store.put(row)
                return self._read(request, completion)
            arrived = self._arrivals.take(row)
        except ModelError as error:
            # Before the slot is free: nobody else is to be refused in the same way.
            self._halt(error)
            raise
        finally:
            # An answer that has arrived takes the slot along until it is committed.
            if arrived is None:
                self._slots.release()
        await arrived
        return self._read(request, completion)

    async def _answer(self, request: Request) -> tuple[StoredAnswer, Completion] | Failure:
        """The server's answer, with the row that is to be kept of it, or why there is none."""
        # A request that waits for its next try keeps its slot: an overloaded server gets less.
        wire, tries = self._provider.wire, 0
        while True:
            exchange = await self._in_turn(request, wire)
            if isinstance(exchange.outcome, Completion):
                self._answered = True
                self._provider.learn(request, wire)
                return self._row(request, exchange), exchange.outcome
            self._tell()
            other = self._other_wire(request, exchange, tries)
            if other is not None:
                wire = other
            elif tries < self._retries(exchange.outcome):
                await self._pause(tries, exchange)
                tries += 1
            else:
                return self._give_up(request, exchange, exchange.outcome)

    def _read(self, request: Request, answer: Completion) -> Completion:
        """The answer as its method gets it, counted."""
        answer = self._client.received(request, answer)
        self._tell()
        return answer

    def _tell(self) -> None:
        if self._client.on_progress is not None:
            self._client.on_progress(self._client.counts)

    def _other_wire(self, request: Request, exchange: Exchange, tries: int) -> Wire | None:
        if exchange.reply is None or isinstance(exchange.outcome, Completion):
            return None
        return self._provider.concede(request, exchange.outcome, exchange.reply, repeated=tries > 0)

    def _retries(self, rejection: Rejection) -> int:
        """How often it is tried again. Raises ModelError where the run has to end."""
        if rejection.verdict is Verdict.STOP and not (rejection.misled and self._answered):
            raise refused(rejection, self._provider.base_url)
        if rejection.verdict is Verdict.FINAL:
            return 0
        return retries_of(rejection, self._client.retries, reached=self._client.reached)

    def _give_up(self, request: Request, exchange: Exchange, rejection: Rejection) -> Failure:
        """The failure, which is kept. Raises ModelError if no server is there."""
        if rejection.unreachable and not self._client.reached:
            raise unreachable(rejection, self._provider.base_url)
        if not self._answered and rejection.verdict is Verdict.AGAIN:
            self._fruitless += 1
            if self._fruitless >= _FRUITLESS:
                raise fruitless(rejection, self._fruitless, self._provider.base_url)
        # A replay goes the way that the run went, failures included.
        self._client.store.put(self._row(request, exchange))
        return self._client.received(request, rejection.failure)

    async def _in_turn(self, request: Request, wire: Wire) -> Exchange:
        """One exchange, sent when its turn has come. Raises StoppedError."""
        expected = _expected_tokens(request) if self._client.rates.tpm else 0.0
        entered = await self._pace.enter(expected)
        overloaded = answered = False
        try:
            self._check_may_send()
            exchange = await self._sent(request, wire)
            overloaded, answered = exchange.overloaded, isinstance(exchange.outcome, Completion)
        finally:
            self._pace.leave(entered, overloaded=overloaded, answered=answered)
        if isinstance(exchange.outcome, Completion):
            usage = exchange.outcome.usage
            used = (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
            self._pace.settle(used - expected if used else 0.0)
        return exchange

    async def _sent(self, request: Request, wire: Wire) -> Exchange:
        client = self._client
        started_at = client.surroundings.now().isoformat()
        client.tally.count_begun()
        status = None
        try:
            reply = await self._provider.complete(self._http, request, wire)
            status = reply.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            rejection = rejection_of_error(error)
            client.reached = client.reached or not rejection.unreachable
            return Exchange(started_at, rejection)
        finally:
            client.tally.count_ended(status)
        client.reached = True
        return read_reply(reply, started_at, request)

    def _row(self, request: Request, exchange: Exchange) -> StoredAnswer:
        return row_of(request, exchange, self._provider.base_url)

    def _check_may_send(self) -> None:
        """Nothing. Raises StoppedError once everything stops."""
        client = self._client
        if not self._stopping and client.stop_when is not None and client.stop_when(client.counts):
            client.stopped_early = True
            self._halt(None)
        if self._stopping:
            raise StoppedError

    async def _pause(self, tries: int, exchange: Exchange) -> None:
        """Nothing; returns when the next try is due, or at once if everything stops."""
        self._client.tally.count("retried")
        around = self._client.surroundings
        own, asked = pause_s(tries, around.random()), asked_s(exchange, around.now())
        # What one request is told is meant for all of them.
        if asked:
            await self._pace.hold(asked)
        if own > asked:
            await self._sleep(own - asked)

    async def _sleep(self, seconds: float) -> None:
        """Nothing; returns after so many seconds, or at once if everything stops."""
        if self._stopping:
            return
        sleep = asyncio.create_task(self._client.surroundings.sleep(seconds))
        self._sleeps.add(sleep)
        try:
            await asyncio.wait([sleep])
        finally:
            self._sleeps.discard(sleep)
            sleep.cancel()


def _expected_tokens(request: Request) -> float:
    """About how many tokens a request and its answer are, where the answer is like the data."""
    middles = [sum(token_range(message.content)) / 2 for message in request.messages]
    return sum(middles) + middles[-1]
