"""When the next request may be sent: no faster than asked for, and slower where a server balks."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

__all__ = ["Pace", "Rates"]

# How many more requests may be in flight after as many answers as there are in flight now.
_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What a server takes in a minute: requests and tokens; None is no limit that we know of."""

    rpm: float | None = None
    tpm: float | None = None


class Pace:
    """The turns of the requests to one server, first come, first served; for one event loop.

    A server that says it has too much to do gets half as many requests at a time, once for all
    those that were under way together; each answer lets the number grow again. While it asks to
    be left alone, nobody sends.

    Args:
        most: how many requests are in flight, at most.
        rates: what the server takes in a minute; turns are spread evenly over it.
        clock: seconds that only grow.
        sleep: returns after so many seconds, or earlier once everything stops.
    """

    def __init__(
        self,
        most: int,
        rates: Rates,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.limit = float(most)
        self._most = most
        self._rates = rates
        self._rated = bool(rates.rpm or rates.tpm)
        self._clock = clock
        self._sleep = sleep
        self._in_flight = 0
        self._cuts = 0
        self._held = 0
        self._over = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._next_request = self._next_token = float("-inf")

    async def enter(self, tokens: float) -> int:
        """What `leave` is to be told; returns when a request may be sent.

        Args:
            tokens: how many tokens the request and its answer will be, about.
        """
        if self._waiting or not self._free:
            await self._turn()
        else:
            self._in_flight += 1
        try:
            if self._rated and (wait := self._wait_s(tokens)) > 0:
                await self._sleep(wait)
        except BaseException:
            self._in_flight -= 1
            self._wake()
            raise
        return self._cuts

    def leave(self, entered: int, *, overloaded: bool = False, answered: bool = False) -> None:
        """Nothing; the request is no longer in flight, and the next one may go.

        Args:
            entered: what `enter` returned.
            overloaded: whether the server said that it has too much to do.
            answered: whether it answered.
        """
        if overloaded and entered == self._cuts:
            self.limit = max(1.0, min(self.limit, self._in_flight) / 2)
            self._cuts += 1
        elif answered and self.limit < self._most:
            self.limit = min(self._most, self.limit + _GROWTH / self.limit)
        self._in_flight -= 1
        self._wake()

    def settle(self, tokens: float) -> None:
        """Nothing; so many tokens more (or, negative, fewer) were used than thought."""
        if self._rates.tpm:
            self._next_token += tokens * 60 / self._rates.tpm

    async def hold(self, seconds: float) -> None:
        """Nothing; nobody sends until this returns, after so many seconds."""
        self._held += 1
        try:
            await self._sleep(seconds)
        finally:
            self._held -= 1
            self._wake()

    def stop(self) -> None:
        """Nothing; nobody waits any longer."""
        self._over = True
        self._wake()

    @property
    def _free(self) -> bool:
        return self._over or (not self._held and self._in_flight + 1 <= self.limit)

    async def _turn(self) -> None:
        """Returns when it is this request's turn, which is in flight from then on."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._in_flight -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self._free:
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)

    def _wait_s(self, tokens: float) -> float:
        """The seconds until the rates allow one more request; it is counted."""
        rates = self._rates
        if self._over:
            return 0.0
        now = self._clock()
        due = max(now, self._next_request, self._next_token)
        if rates.rpm:
            self._next_request = due + 60 / rates.rpm
        if rates.tpm:
            self._next_token = max(due, self._next_token) + tokens * 60 / rates.tpm
        return due - now
