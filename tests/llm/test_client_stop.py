import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from tests.llm.asking import MODEL, Coming, request, say
from tests.llm.model_server import Asked, after, completion, error, held
from tests.waiting import until, wait_for

from donor.errors import ModelError, StoreError
from donor.llm import Client, OpenAICompatible, ResponseStore


def client_of(server, opened, **options) -> Client:
    return Client(OpenAICompatible(server.base_url, MODEL), opened, **options)


def kept(store) -> set[str]:
    with ResponseStore.open(store) as opened:
        return {row.key for row in opened.rows()}


def test_whoever_stops_iterating_keeps_the_answers_in_flight(server, store):
    coming = Coming([say(str(n)) for n in range(20)])
    one, others = held(lambda: coming.all_taken), held(lambda: coming.stopped)

    async def answer(asked: Asked):
        return await (one if asked.text == "0" else others)(asked)

    server.answer = answer
    with ResponseStore.open(store) as opened:
        values = client_of(server, opened, concurrency=4).drive(coming)
        assert next(values) == "0"
        wait_for(lambda: len(server.seen) == 5)
        values.close()
    assert len(server.seen) == 5
    assert kept(store) == {request(text).key for text in server.texts}


@pytest.mark.parametrize("seconds", [0.0, 0.8])
def test_interrupt_keeps_the_answers_in_flight(server, store, seconds):
    """It comes while the consumer waits; what is in flight is paid for and waited for."""
    coming = Coming([say(str(n)) for n in range(20)])
    server.answer = held(lambda: coming.stopped, seconds)
    interrupt_when(lambda: coming.all_taken and len(server.seen) == 4)
    with ResponseStore.open(store) as opened, pytest.raises(KeyboardInterrupt):
        list(client_of(server, opened, concurrency=4).drive(coming))
    assert sorted(server.texts) == ["0", "1", "2", "3"]
    assert kept(store) == {request(text).key for text in server.texts}


def interrupt_when(*conditions) -> None:
    """Nothing; as soon as a condition holds there is an interrupt, and then the next one's turn."""

    def interrupt():
        for condition in conditions:
            wait_for(condition)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()


def test_second_interrupt_gives_up_what_is_in_flight(server, store):
    coming = Coming([say(str(n)) for n in range(20)])
    server.answer = after(60)
    interrupt_when(
        lambda: coming.all_taken and len(server.seen) == 4,
        # Two at once would be one.
        lambda: coming.stopped,
    )
    started = time.monotonic()
    with ResponseStore.open(store) as opened, pytest.raises(KeyboardInterrupt):
        list(client_of(server, opened, concurrency=4).drive(coming))
    assert "donor-client" not in {thread.name for thread in threading.enumerate()}
    wait_for(lambda: server.in_flight == 0)
    assert time.monotonic() - started < 30
    assert kept(store) == set()


def test_grace_ends(server, store):
    server.answer = after(60)
    with ResponseStore.open(store) as opened:
        interrupt_when(lambda: len(server.seen) == 2)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            list(client_of(server, opened, grace_s=0.2).drive([say("a"), say("b")]))
    assert time.monotonic() - started < 30


def test_a_pause_between_tries_ends_with_the_run(server, store):
    async def answer(asked: Asked):
        busy = error(429, "wait", {"Retry-After": "200"})
        return busy if asked.text == "b" else completion("a")

    server.answer = answer
    with ResponseStore.open(store) as opened:
        values = client_of(server, opened).drive([say("a"), say("b")])
        assert next(values) == "a"
        wait_for(lambda: len(server.answered) == 2)
        started = time.monotonic()
        values.close()
    assert time.monotonic() - started < 30


def test_budget_ends_after_the_finished_prefix(server, store):
    server.answer = after(0.01)
    with ResponseStore.open(store) as opened:
        client = client_of(
            server, opened, concurrency=3, stop_when=lambda c: c.new.completion_tokens >= 20
        )
        values = list(client.drive(say(str(n)) for n in range(1000)))
    assert client.stopped_early
    assert values == [str(n) for n in range(len(values))]
    assert 10 <= len(server.seen) <= 12
    assert len(values) >= 10
    assert len(kept(store)) == len(server.seen)


def test_budget_does_not_touch_what_the_store_has(server, store):
    with ResponseStore.open(store) as opened:
        assert len(list(client_of(server, opened).drive(say(str(n)) for n in range(5)))) == 5
        client = client_of(server, opened, stop_when=lambda counts: True)
        assert list(client.drive(say(str(n)) for n in range(9))) == ["0", "1", "2", "3", "4"]
        assert client.stopped_early
    assert len(server.seen) == 5


def test_a_run_that_ends_by_itself_was_not_stopped(server, store):
    with ResponseStore.open(store) as opened:
        client = client_of(server, opened, stop_when=lambda counts: False)
        list(client.drive([say("a")]))
        assert not client.stopped_early


def test_a_defect_of_a_method_comes_out_unchanged(server, store):
    class DefectError(Exception):
        pass

    defect = DefectError("mine")

    def broken():
        yield [request("b")]
        raise defect

    values = []
    with ResponseStore.open(store) as opened, pytest.raises(DefectError) as raised:
        for value in client_of(server, opened, concurrency=1).drive([say("a"), broken(), say("c")]):
            values.append(value)
    assert raised.value is defect
    assert values == ["a"]


def test_a_defect_of_the_iterable_comes_out_unchanged(server, store):
    def methods():
        yield say("a")
        raise LookupError("line 2")

    with ResponseStore.open(store) as opened, pytest.raises(LookupError, match="line 2"):
        list(client_of(server, opened).drive(methods()))


def test_methods_at_work_are_closed_and_waiting_ones_never_begin(server, store):
    begun, closed = [], []

    def tidy(n):
        begun.append(n)
        try:
            yield []
            yield [request(str(n))]
            if n > 0:
                yield [request(f"{n}/2")]
        finally:
            closed.append(n)

    coming = Coming([tidy(n) for n in range(10)])
    one, others = held(lambda: coming.all_taken), held(lambda: coming.stopped)

    async def answer(asked: Asked):
        return await (one if asked.text == "0" else others)(asked)

    server.answer = answer
    with ResponseStore.open(store) as opened:
        values = client_of(server, opened, concurrency=2).drive(coming)
        next(values)
        values.close()
    # Two in flight, one more whose request is ready, and those that have ended.
    assert begun == list(range(len(begun)))
    assert 3 <= len(begun) <= 5
    assert sorted(closed) == begun


def test_an_error_is_raised_at_the_first_unfinished_document(server, store):
    """Its own method did not fail: it was stopped because another one did."""
    coming = Coming([say("0", rounds=2), *(say(str(n)) for n in range(1, 10))])

    async def answer(asked: Asked):
        if asked.text == "1":
            await until(lambda: coming.all_taken)
            return error(401, "expired")
        return await held(lambda: coming.stopped)(asked)

    server.answer = answer
    with ResponseStore.open(store) as opened, pytest.raises(ModelError, match="expired"):
        list(client_of(server, opened, concurrency=2).drive(coming))
    assert kept(store) == {request("0").key}


def test_a_store_that_fails_stops_the_run(server, store):
    with ResponseStore.open(store) as opened:
        opened._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="readonly"):
            list(client_of(server, opened, concurrency=2).drive(say(str(n)) for n in range(50)))
    assert len(server.seen) <= 4


SCRIPT = """
import sys
from donor.llm import Client, OpenAICompatible, ResponseStore
from tests.llm.asking import MODEL, say

url, store, n = sys.argv[1:]
with ResponseStore.open(store) as opened:
    client = Client(OpenAICompatible(url, MODEL), opened, concurrency=8)
    values = list(client.drive(say(str(i), rounds=2) for i in range(int(n))))
assert values == [f"{i}/2" for i in range(int(n))], values
"""


def run(server, store, n: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, server.base_url, str(store), str(n)])


def test_nothing_that_was_answered_is_asked_again_after_kill(server, store):
    server.answer = after(0.03)
    process = run(server, store, 100)
    wait_for(lambda: len(server.answered) >= 60)
    process.kill()
    process.wait()
    answered_before, stored = Counter(server.texts), kept(store)
    assert len(stored) >= len(server.answered) - 8
    assert run(server, store, 100).wait() == 0
    again = {text for text, n in Counter(server.texts).items() if n > 1}
    assert not {text for text in again if request(text).key in stored}
    assert len(again) <= 8
    assert again <= set(answered_before)
    with ResponseStore.open(store) as opened:
        assert (opened.stats()["answers"], opened.verify()) == (200, [])


def test_two_processes_share_a_store(server, store):
    server.answer = after(0.01)
    both = [run(server, store, 40), run(server, store, 40)]
    assert [process.wait() for process in both] == [0, 0]
    with ResponseStore.open(store) as opened:
        assert (opened.stats()["answers"], opened.verify()) == (80, [])
