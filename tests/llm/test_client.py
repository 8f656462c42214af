import asyncio
import gc
import threading
import time
import weakref
from contextlib import asynccontextmanager

import pytest
from tests.llm.asking import MODEL, SCHEMA, ask, drive, say
from tests.llm.model_server import Asked, completion, held
from tests.waiting import until

from donor.llm import Client, Completion, OpenAICompatible, ResponseStore


def test_values_come_in_the_order_of_the_methods(server, store):
    async def late_first(asked: Asked):
        if asked.text == "0":
            await until(lambda: "5" in server.answered)
        return completion(asked.text)

    server.answer = late_first
    values, _ = drive(server.base_url, store, [say(str(n), rounds=2) for n in range(20)])
    assert values == [f"{n}/2" for n in range(20)]
    assert server.answered.index("0") > server.answered.index("5")


def test_requests_of_a_round_are_in_flight_together(server, store):
    server.answer = held(lambda: server.most_in_flight == 3)
    [responses], _ = drive(server.base_url, store, [ask("a", "b", "c")])
    assert [r.text for r in responses] == ["a", "b", "c"]
    assert server.most_in_flight == 3


def test_concurrency_is_reached_and_never_exceeded(server, store):
    # An eighth has the time to come.
    server.answer = held(lambda: server.most_in_flight >= 7, 0.02)
    methods = [ask(f"{n}a", f"{n}b") for n in range(20)]
    drive(server.base_url, store, methods, concurrency=7)
    assert server.most_in_flight == 7
    assert len(server.seen) == 40


def test_methods_are_taken_from_the_iterable_only_as_needed(server, store):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield say(str(taken))

    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(server.base_url, MODEL), opened, concurrency=2, window=5)
        values = client.drive(endless())
        for yielded in range(1, 31):
            assert next(values) == str(yielded)
            assert taken <= yielded + 5
        values.close()
    assert taken > 30


def test_a_slow_document_holds_back_at_most_a_window(server, store):
    taken, held_back = [], []

    async def first_waits(asked: Asked):
        if asked.text == "0":
            await until(lambda: len(taken) >= 9)
            await asyncio.sleep(0.3)  # in which more would be taken
            held_back.append(len(taken))
        return completion(asked.text)

    def methods():
        for n in range(40):
            taken.append(n)
            yield say(str(n))

    server.answer = first_waits
    values, _ = drive(server.base_url, store, methods(), concurrency=4, window=9)
    assert held_back == [9]
    assert values == [str(n) for n in range(40)]


def test_a_value_does_not_wait_for_a_full_window(server, store):
    taken = 0

    def slowly():
        nonlocal taken
        for taken in range(1, 101):
            time.sleep(0.1)
            yield say(str(taken))

    with ResponseStore.open(store) as opened:
        values = Client(OpenAICompatible(server.base_url, MODEL), opened).drive(slowly())
        assert next(values) == "1"
        assert taken < 50
        values.close()


def test_equal_requests_in_flight_are_sent_once(server, store):
    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(server.base_url, MODEL), opened)
        server.answer = held(lambda: client.counts.shared == 7)
        values = list(client.drive(say("same") for _ in range(8)))
    assert values == ["same"] * 8
    assert server.texts == ["same"]
    assert (client.counts.sent, client.counts.shared, client.counts.new.answers) == (1, 7, 1)


def test_samples_and_attempts_are_requests_of_their_own(server, store):
    methods = [say("same"), say("same", sample=1), say("same", attempt=1)]
    drive(server.base_url, store, methods)
    assert len(server.seen) == 3


def test_rerun_sends_nothing_and_gives_the_same(server, store):
    methods = [lambda n=n: say(str(n), rounds=2) for n in range(10)]
    one, first = drive(server.base_url, store, [m() for m in methods])
    two, second = drive(server.base_url, store, [m() for m in methods])
    assert one == two
    assert len(server.seen) == 20
    assert (first.counts.sent, first.counts.from_store) == (20, 0)
    assert (second.counts.sent, second.counts.from_store) == (0, 20)


def test_one_more_document_costs_one_more_request(server, store):
    drive(server.base_url, store, [say("a"), say("b")])
    drive(server.base_url, store, [say("new"), say("a"), say("b")])
    assert sorted(server.texts) == ["a", "b", "new"]


def test_answers_say_whether_they_come_from_the_store(server, store):
    [[fresh]], _ = drive(server.base_url, store, [ask("a")])
    [[kept]], _ = drive(server.base_url, store, [ask("a")])
    assert isinstance(fresh, Completion)
    assert (fresh.from_store, kept.from_store) == (False, True)
    assert (kept.text, kept.served_model, kept.usage) == ("a", "served", fresh.usage)


def test_counts_tell_tokens_and_validity_of_new_and_stored_answers(server, store):
    texts = ['{"1": "a"}', "no JSON", '{"2": "b"}', '```json\n{"1": "c"}\n```']
    _, first = drive(server.base_url, store, [say(text, schema=SCHEMA) for text in texts])
    methods = [*(say(text, schema=SCHEMA) for text in texts), say("free")]
    _, second = drive(server.base_url, store, methods)
    new, stored = first.counts.new, second.counts.stored
    assert (new.schema_valid, new.schema_invalid) == (2, 2)
    assert (new.prompt_tokens, new.completion_tokens) == (40, 8)
    assert (stored.schema_valid, stored.schema_invalid, stored.prompt_tokens) == (2, 2, 40)
    assert (second.counts.new.answers, second.counts.new.schema_valid) == (1, 0)
    assert second.counts.new.prompt_tokens == 10
    assert first.counts.statuses == {200: 4}


def test_progress_is_told_after_each_exchange(server, store):
    told = []
    methods = [say(str(n)) for n in range(5)]
    drive(server.base_url, store, methods, on_progress=told.append)
    assert [counts.new.answers for counts in told] == [1, 2, 3, 4, 5]


def test_a_method_may_ask_nothing(server, store):
    def silent():
        responses = yield []
        return len(responses)

    def at_once():
        return "done"
        yield

    assert drive(server.base_url, store, [silent(), at_once()])[0] == [0, "done"]
    assert server.seen == []


def test_drives_inside_a_running_event_loop(server, store):
    async def notebook_cell():
        return drive(server.base_url, store, [say("a"), say("b")])[0]

    assert asyncio.run(notebook_cell()) == ["a", "b"]


def test_no_thread_stays_behind(server, store):
    before = threading.active_count()
    drive(server.base_url, store, [say("a")])
    assert threading.active_count() == before


@pytest.mark.parametrize("stored", [False, True])
def test_a_client_can_drive_several_times(server, store, stored):
    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(server.base_url, MODEL), opened)
        assert list(client.drive([say("a")])) == ["a"]
        assert list(client.drive([say("a" if stored else "b")])) == ["a" if stored else "b"]
        assert client.counts.sent == (1 if stored else 2)


def test_the_store_never_holds_the_key(server, store):
    key = "sk-secret-0123456789abcdef"

    async def talkative(asked: Asked):
        if asked.text == "reject":
            return completion("", error=dict(asked.http.headers), choices=[])
        return completion(f"you sent {asked.http.headers['Authorization']}")

    server.answer = talkative
    url = f"{server.base_url}?token={key}"
    values, _ = drive(url, store, [say("a"), say("reject")], api_key=key)
    assert server.headers[0]["Authorization"] == f"Bearer {key}"
    assert values == ["you sent Bearer [API key]", "malformed"]
    files = list(store.parent.iterdir())
    assert files
    assert not any(key.encode() in file.read_bytes() for file in files)


def test_memory_is_flat_in_the_number_of_documents(server, store):
    class Value:
        pass

    alive: list[weakref.ref] = []

    def method():
        value = Value()
        alive.append(weakref.ref(value))
        yield []
        return value

    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(server.base_url, MODEL), opened, concurrency=2, window=4)
        for n, _ in enumerate(client.drive(method() for _ in range(200))):
            if n == 190:
                gc.collect()
                assert sum(ref() is not None for ref in alive) <= 6


def test_a_request_for_another_model_is_a_defect(server, store):
    with pytest.raises(ValueError, match="vllm:other"):
        drive(server.base_url, store, [say("a", model="vllm:other")])
    assert server.seen == []


class Broken(OpenAICompatible):
    """A server whose session fails at its beginning or its end."""

    def __init__(self, base_url: str, *, at: str) -> None:
        super().__init__(base_url, MODEL)
        self.at = at

    def session(self, timeout_s: float):
        if self.at == "begin":
            raise OSError("too many open files")
        return self._ending(super().session(timeout_s))

    @asynccontextmanager
    async def _ending(self, session):
        async with session:
            yield session
        raise OSError("too many open files")


@pytest.mark.parametrize("at", ["begin", "end"])
def test_what_breaks_the_event_loop_is_what_is_raised(server, store, at, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda told: pytest.fail(str(told)))
    with ResponseStore.open(store) as opened:
        client = Client(Broken(server.base_url, at=at), opened)
        with pytest.raises(OSError, match="too many open files"):
            list(client.drive(say(str(n)) for n in range(3)))


def test_an_event_loop_that_cannot_be_made_is_what_is_raised(server, store, monkeypatch):
    def no_loop(_):
        raise OSError("no file descriptors left")

    monkeypatch.setattr("donor.llm.working.asyncio.run", lambda main: main.close() or no_loop(main))
    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(server.base_url, MODEL), opened)
        with pytest.raises(OSError, match="no file descriptors left"):
            list(client.drive(say(str(n)) for n in range(3)))


def test_a_broken_end_does_not_hide_what_the_consumer_raises(server, store):
    with ResponseStore.open(store) as opened:
        client = Client(Broken(server.base_url, at="end"), opened)

        def methods():
            yield say("1")
            raise LookupError("of the documents")

        with pytest.raises(LookupError, match="of the documents") as raised:
            list(client.drive(methods()))
    assert "too many open files" in "".join(raised.value.__notes__)
