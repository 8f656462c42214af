"""The client: gets methods the answers they ask for. The only concurrency of Donor."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from donor.llm.counts import Counts, Tally
from donor.llm.exchange import not_recorded, read_response, recorded_response
from donor.llm.pace import Rates
from donor.llm.providers.openai_compatible import OpenAICompatible
from donor.llm.request import Method, Request, Response
from donor.llm.store import ResponseStore
from donor.llm.working import Work, Working, advance

__all__ = ["IMPATIENT", "Client", "Surroundings"]

T = TypeVar("T")
R = TypeVar("R", bound=Response)

_WINDOW = 8
# What is done for so many documents in a row is done a fifth faster than one by one.
_TOGETHER = 32
_NAP_S = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """Clock, sleep and chance; a test brings its own."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic


async def _nap(seconds: float) -> None:
    await asyncio.sleep(min(seconds, _NAP_S))


IMPATIENT = Surroundings(sleep=_nap)
"""For somebody who waits at the terminal: no pause is long, whatever a server asks for."""


class Client:
    """A model's server and a response store, asked by many methods at once.

    Args:
        provider: the server; None under replay.
        store: where answers are looked up and kept.
        replay: whether a request that is not in the store is an error.
        concurrency: how many requests are in flight at most; half as many documents more are at
            work, so that a request is ready when another one has its answer.
        timeout_s: when a single exchange is given up.
        retries: how often a request is tried again at most.
        rates: what the server takes in a minute, where that is known.
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
        rates: Rates | None = None,
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
        self.rates = rates or Rates()
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
        coming = iter(methods)
        with Working[T](self) as working:
            together = 1
            while begun := deque(self._begun_here(working, coming, together)):
                # Where the store has answered all of them, it may well have more.
                recorded = all(work.done for work in begun)
                together = min(2 * together, _TOGETHER, self.window) if recorded else 1
                while begun:
                    if not recorded:
                        self._begin_more(working, coming, begun)
                    if not working.finished(begun[0]):
                        return
                    yield begun.popleft().value

    def _begin_more(
        self, working: Working[T], coming: Iterator[Method[T]], begun: deque[Work[T]]
    ) -> None:
        """Nothing; begins another document, and more while the first one is not done."""
        while len(begun) < self.window and not working.stopping:
            method = next(coming, None)
            if method is None:
                return
            begun.append(Work(method))
            working.submit(begun[-1])
            if begun[0].done:
                return

    def _begun_here(
        self, working: Working[T], coming: Iterator[Method[T]], most: int
    ) -> list[Work[T]]:
        """So many documents, submitted where they need more than the store has.

        Nothing is in flight, and what the store answers needs no other thread.
        """
        works = [Work(method) for method in islice(coming, 0 if working.stopping else most)]
        advance(works, self._all_recorded)
        for work in works:
            if not work.done:
                working.submit(work)
        return works

    def _all_recorded(self, requests: Sequence[Request]) -> list[Response] | None:
        """The responses of a round, counted, if the store has them all. Raises ReplayError."""
        responses = []
        for request in requests:
            response = self.recorded(request)
            if response is None:
                return None
            responses.append(response)
        self.tally.count_stored(responses)
        return responses

    def recorded(self, request: Request) -> Response | None:
        """The response that the store has; it is not counted yet. Raises ReplayError."""
        reply = self.store.reply(request.key)
        if reply is None and self.replay:
            reply = self.store.rejecting_reply(request.key)
            if reply is None:
                raise not_recorded(request, self.store.path)
        if reply is None:
            return None
        return recorded_response(*reply, request)

    def received(self, request: Request, response: R) -> R:
        """The response as its method gets it, counted."""
        response = read_response(request, response)
        self.tally.count_response(response)
        return response
