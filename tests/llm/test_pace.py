"""Turns of requests, with a clock that the tests move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field

import pytest

from donor.llm.pace import Pace, Rates


@dataclass
class Clock:
    """Time that passes when everybody sleeps."""

    now: float = 0.0
    sleepers: list[tuple[float, int, asyncio.Event]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def sleep(self, seconds: float) -> None:
        due = asyncio.Event()
        heapq.heappush(self.sleepers, (self.now + seconds, next(self.numbers), due))
        await due.wait()

    async def run(self, until: float) -> None:
        """Nothing; lets everything happen that happens by then."""
        await self.settle()
        while self.sleepers and self.sleepers[0][0] <= until:
            self.now, _, due = heapq.heappop(self.sleepers)
            due.set()
            await self.settle()
        self.now = until

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


def pace_of(clock: Clock, most: int, **rates: float) -> Pace:
    return Pace(most, Rates(**rates), clock=lambda: clock.now, sleep=clock.sleep)


def test_so_many_are_in_flight_and_the_first_to_come_is_the_first_to_go():
    async def main():
        clock = Clock()
        pace, gone = pace_of(clock, 2), []

        async def one(name):
            entered = await pace.enter(0)
            gone.append((name, clock.now))
            await clock.sleep(10)
            pace.leave(entered, answered=True)

        tasks = [asyncio.create_task(one(n)) for n in range(5)]
        await clock.run(100)
        assert all(task.done() for task in tasks)
        assert gone == [(0, 0), (1, 0), (2, 10), (3, 10), (4, 20)]

    asyncio.run(main())


def test_all_that_balk_together_halve_the_pace_once():
    async def main():
        pace = pace_of(Clock(), 16)
        together = [await pace.enter(0) for _ in range(16)]
        for entered in together:
            pace.leave(entered, overloaded=True)
        assert pace.limit == 8
        pace.leave(await pace.enter(0), overloaded=True)
        assert pace.limit == 1

    asyncio.run(main())


def test_answers_let_the_pace_grow_to_what_it_was():
    async def main():
        pace = pace_of(Clock(), 8)
        pace.leave(await pace.enter(0), overloaded=True)
        limits = []
        for _ in range(40):
            limits.append(pace.limit)
            pace.leave(await pace.enter(0), answered=True)
        assert limits[0] == 1
        assert limits == sorted(limits)
        assert pace.limit == 8

    asyncio.run(main())


def test_nobody_sends_while_one_is_told_to_wait():
    async def main():
        clock = Clock()
        pace, gone = pace_of(clock, 256), []
        holding = [asyncio.create_task(pace.hold(seconds)) for seconds in (3, 7)]
        await clock.settle()

        async def one():
            entered = await pace.enter(0)
            gone.append(clock.now)
            pace.leave(entered, answered=True)

        tasks = [asyncio.create_task(one()) for _ in range(20)]
        await clock.run(6.9)
        assert gone == []
        await clock.run(7)
        assert gone == [7.0] * 20
        await asyncio.gather(*tasks, *holding)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("rates", "moments"),
    [
        ({"rpm": 60}, [0, 1, 2, 3]),
        ({"tpm": 6000}, [0, 2, 4, 6]),
        ({"rpm": 60, "tpm": 6000}, [0, 2, 4, 6]),
        ({"rpm": 10, "tpm": 6000}, [0, 6, 12, 18]),
        ({}, [0, 0, 0, 0]),
    ],
)
def test_turns_are_spread_over_the_minute(rates, moments):
    """Each is 200 tokens."""

    async def main():
        clock = Clock()
        pace, gone = pace_of(clock, 8, **rates), []

        async def one():
            entered = await pace.enter(200)
            gone.append(clock.now)
            pace.leave(entered, answered=True)

        tasks = [asyncio.create_task(one()) for _ in range(4)]
        await clock.run(100)
        await asyncio.gather(*tasks)
        assert gone == pytest.approx(moments)

    asyncio.run(main())


def test_tokens_that_were_used_beyond_the_estimate_are_paid_back():
    async def main():
        clock = Clock()
        pace = pace_of(clock, 8, tpm=6000)
        pace.leave(await pace.enter(100), answered=True)
        pace.settle(500)
        next_one = asyncio.create_task(pace.enter(100))
        await clock.run(5.9)
        assert not next_one.done()
        await clock.run(6)
        assert next_one.done()

    asyncio.run(main())


def test_one_that_gives_up_waiting_takes_nobodys_place():
    async def main():
        pace = pace_of(Clock(), 1)
        first = await pace.enter(0)
        second, third = (asyncio.create_task(pace.enter(0)) for _ in range(2))
        await asyncio.sleep(0)
        second.cancel()
        pace.leave(first, answered=True)
        assert await asyncio.wait_for(third, 60) == 0

    asyncio.run(main())


def test_one_whose_turn_comes_as_it_gives_up_passes_it_on():
    async def main():
        pace = pace_of(Clock(), 1)
        first = await pace.enter(0)
        second, third = (asyncio.create_task(pace.enter(0)) for _ in range(2))
        await asyncio.sleep(0)
        pace.leave(first, answered=True)
        second.cancel()
        assert await asyncio.wait_for(third, 60) == 0

    asyncio.run(main())


def test_once_everything_stops_nobody_waits():
    async def main():
        clock = Clock()
        pace = pace_of(clock, 1, rpm=1)
        await pace.enter(0)
        waiting = [asyncio.create_task(pace.enter(0)) for _ in range(5)]
        await asyncio.sleep(0)
        pace.stop()
        await asyncio.wait_for(asyncio.gather(*waiting), 60)

    asyncio.run(main())


def test_a_storm_ends_with_every_request_answered_and_few_refused():
    """256 requests at a server that has room for five at a time, and refuses the rest."""

    async def main():
        clock = Clock()
        pace, at_work, refusals, tries = pace_of(clock, 256), 0, 0, []

        async def one():
            nonlocal at_work, refusals
            for n in range(50):
                entered = await pace.enter(0)
                refused = at_work >= 5
                at_work += 1
                await clock.sleep(0.5)
                at_work -= 1
                pace.leave(entered, overloaded=refused, answered=not refused)
                if not refused:
                    tries.append(n)
                    return
                refusals += 1
                await clock.sleep(min(60, 2**n))

        tasks = [asyncio.create_task(one()) for _ in range(256)]
        await clock.run(1000)
        assert all(task.done() for task in tasks)
        assert len(tries) == 256
        assert max(tries) <= 6
        assert refusals < 3 * 256

    asyncio.run(main())
