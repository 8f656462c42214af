"""Answers as they arrive: those of one turn of the event loop are committed together.

A commit of its own costs half as much again as a share in one of eight.
"""

import asyncio
from collections.abc import Callable, Sequence

from donor.errors import StoreError
from donor.llm.store import ResponseStore
from donor.llm.stored import StoredAnswer

__all__ = ["Arrivals"]

# Nothing beside what a model takes for an answer.
_TURN_S = 0.02

Arrived = tuple[StoredAnswer, asyncio.Future[None]]


class Arrivals:
    """The answers that were read and not yet interpreted; for one event loop.

    Args:
        store: keeps them.
        free: called once for each answer when it is committed, or cannot be.
        halt: told why one cannot be committed, before anybody else is.
    """

    def __init__(
        self,
        store: ResponseStore,
        free: Callable[[], None],
        halt: Callable[[BaseException], None],
    ) -> None:
        self._store = store
        self._free = free
        self._halt = halt
        self._loop = asyncio.get_running_loop()
        self._arrived: list[Arrived] = []
        self._turns: list[asyncio.Future[None]] = []

    def take(self, row: StoredAnswer) -> asyncio.Future[None]:
        """What is done when the row is committed, and a little later still.

        Then it is the turn of all answers of that time at once. So who waits for a slot sends
        first, and the server does not wait while answers are interpreted; and what is done for
        many answers in a row is done faster. It fails where the row cannot be committed.
        """
        if not self._arrived:
            self._loop.call_soon(self._commit)
        turn = self._loop.create_future()
        self._arrived.append((row, turn))
        return turn

    def _commit(self) -> None:
        """Nothing; commits what has arrived, even if nobody waits for it any more."""
        arrived, self._arrived = self._arrived, []
        try:
            self._put([row for row, _ in arrived])
            turns = [turn for _, turn in arrived]
        except StoreError:
            # What can be kept is kept: it may be that there is room for some of them.
            turns = [turn for row, turn in arrived if self._put_alone(row, turn)]
        except BaseException as error:  # noqa: BLE001 - whoever waits for an answer raises it
            turns = []
            for _, turn in arrived:
                self._fail(turn, error)
        for _ in arrived:
            self._free()
        if turns and not self._turns:
            self._loop.call_later(_TURN_S, self._take_turns)
        self._turns += turns

    def _put(self, rows: Sequence[StoredAnswer]) -> None:
        if len(rows) == 1:
            self._store.put(rows[0])
            return
        with self._store.together():
            for row in rows:
                self._store.put(row)

    def _put_alone(self, row: StoredAnswer, turn: asyncio.Future[None]) -> bool:
        """Whether the row is committed; else whoever waits for it is told."""
        try:
            self._store.put(row)
        except StoreError as error:
            self._fail(turn, error)
            return False
        return True

    def _fail(self, turn: asyncio.Future[None], error: BaseException) -> None:
        self._halt(error)
        if not turn.done():
            turn.set_exception(error)

    def _take_turns(self) -> None:
        turns, self._turns = self._turns, []
        for turn in turns:
            if not turn.done():
                turn.set_result(None)
