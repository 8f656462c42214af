import asyncio
import heapq
import itertools
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from tests.llm.asking import MODEL, Quick, ask, drive, replay, say
from tests.llm.model_server import (
    Asked,
    after,
    always,
    completion,
    cut,
    error,
    first,
    reset,
)
from tests.waiting import until

from donor.errors import ModelError
from donor.llm import (
    Client,
    FailureKind,
    OpenAICompatible,
    Rates,
    ResponseStore,
    Surroundings,
)


def failing(status: int, message: str = "no", **more):
    return always(lambda: error(status, message, **more))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_passing_statuses_are_tried_again(server, store, status):
    server.answer = first(2, failing(status))
    values, client = drive(server.base_url, store, [say("a")])
    assert values == ["a"]
    assert client.counts.statuses == {status: 2, 200: 1}
    assert (client.counts.sent, client.counts.retried, client.counts.failed) == (3, 2, {})


@pytest.mark.parametrize("failure", [reset, cut])
def test_broken_connections_are_tried_again(server, store, failure):
    server.answer = first(2, failure)
    values, client = drive(server.base_url, store, [say("a")])
    assert values == ["a"]
    assert client.counts.statuses == {200: 1}
    assert (client.counts.sent, client.counts.retried, client.counts.failed) == (3, 2, {})


def test_a_late_answer_is_tried_again(server, store):
    server.answer = first(1, after(30))
    values, client = drive(server.base_url, store, [say("a")], timeout_s=2)
    assert (values, client.counts.retried) == (["a"], 1)


@pytest.mark.parametrize(
    ("failure", "kind", "sent", "timeout_s"),
    [
        (failing(429), FailureKind.OVERLOADED, 4, 20),
        (failing(503), FailureKind.OVERLOADED, 4, 20),
        (failing(500), FailureKind.SERVER_ERROR, 4, 20),
        (failing(409), FailureKind.SERVER_ERROR, 4, 20),
        (failing(408), FailureKind.TIMEOUT, 3, 20),
        (reset, FailureKind.CONNECTION, 4, 20),
        (cut, FailureKind.CONNECTION, 4, 20),
        (after(30), FailureKind.TIMEOUT, 3, 0.2),
        (always(lambda: completion("", choices=[])), FailureKind.MALFORMED, 3, 20),
    ],
)
def test_lasting_failures_become_values(server, store, failure, kind, sent, timeout_s):
    server.answer = failure
    [[failed]], client = drive(server.base_url, store, [ask("a")], retries=3, timeout_s=timeout_s)
    assert (failed.kind, client.counts.sent) == (kind, sent)
    assert client.counts.failed == {kind: 1}


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (failing(400, "bad"), FailureKind.REJECTED, "bad"),
        (failing(422, "odd"), FailureKind.REJECTED, "odd"),
        (failing(413, "too big"), FailureKind.CONTEXT_OVERFLOW, "too big"),
        (
            failing(400, "maximum context length is 10", code="context_length_exceeded"),
            FailureKind.CONTEXT_OVERFLOW,
            "maximum context length is 10",
        ),
        (failing(400, "filtered", code="content_filter"), FailureKind.CONTENT_FILTER, "filtered"),
    ],
)
def test_rejected_requests_are_not_tried_again_and_the_run_goes_on(
    server, store, failure, kind, words
):
    async def answer(asked: Asked):
        return await failure(asked) if asked.text == "b" else completion(asked.text)

    server.answer = answer
    [one, [failed], three], client = drive(server.base_url, store, [ask("a"), ask("b"), ask("c")])
    assert (one[0].text, failed.kind, failed.message, three[0].text) == ("a", kind, words, "c")
    assert sorted(server.texts) == ["a", "b", "c"]
    assert client.counts.failed == {kind: 1}


def test_pauses_double_and_honour_retry_after(server, store):
    async def answer(asked: Asked):
        headers = {3: {"Retry-After": "17"}, 4: {"Retry-After": "Thu, 01 Jan 2026 00:00:31 GMT"}}
        return error(429, "wait", headers.get(asked.times))

    server.answer, quick = answer, Quick()
    drive(server.base_url, store, [say("a")], retries=5, surroundings=quick.surroundings())
    assert quick.slept == [1.0, 2.0, 17.0, 31.0, 16.0]


def test_a_request_waiting_for_its_next_try_keeps_its_slot(server, store):
    server.answer = first(1, failing(429))
    values, _ = drive(server.base_url, store, [say("a"), say("b")], concurrency=1)
    assert values == ["a", "b"]
    assert server.texts == ["a", "a", "b", "b"]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (failing(401, "Incorrect API key"), "HTTP 401: Incorrect API key (check the API key"),
        (failing(403, "Not for you"), "HTTP 403: Not for you (check the API key"),
        (failing(402, "Pay"), "HTTP 402: Pay (add credit"),
        (failing(404, "model 'x' does not exist"), "does not exist (check --model"),
        (failing(404, "Not Found"), "HTTP 404: Not Found (check --base-url, which usually ends"),
        (failing(429, "quota", code="insufficient_quota"), "HTTP 429: quota (add credit"),
    ],
)
def test_errors_that_befall_every_request_stop_the_run(server, store, failure, words):
    server.answer = failure
    with pytest.raises(ModelError) as raised:
        drive(server.base_url, store, [say(str(n)) for n in range(100)], concurrency=4)
    assert words in str(raised.value)
    assert raised.value.where == server.base_url
    assert len(server.seen) <= 4


def test_documents_before_the_error_are_yielded(server, store):
    async def answer(asked: Asked):
        return error(401, "expired") if asked.text == "2" else completion(asked.text)

    server.answer = answer
    values = []
    with pytest.raises(ModelError):
        _collect(server.base_url, store, values)
    assert values == ["0", "1"]


def _collect(base_url, store, values):
    with ResponseStore.open(store) as opened:
        client = Client(OpenAICompatible(base_url, MODEL), opened, concurrency=1)
        for value in client.drive(say(str(n)) for n in range(10)):
            values.append(value)


def test_a_server_that_is_not_there_ends_the_run_within_seconds(store):
    quick = Quick()
    with socket.socket() as taken, pytest.raises(ModelError) as raised:
        # Nobody else gets the port, and nobody listens on it.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        drive(url, store, [say("a")], surroundings=quick.surroundings())
    assert str(raised.value) == (
        f"cannot reach {url}: connection refused"
        " (is the server running? --base-url names another address)"
    )
    assert 0 < sum(quick.slept) <= 10


def test_a_server_that_was_there_is_waited_for(server, store):
    """Once it has answered, a refused connection is a failure like others."""
    quick = Quick()
    with ResponseStore.open(store) as opened:
        provider = OpenAICompatible(server.base_url, MODEL)
        client = Client(provider, opened, surroundings=quick.surroundings())
        assert list(client.drive([say("a")])) == ["a"]
        server.__exit__()
        assert list(client.drive([say("b")])) == ["connection"]
        server.__enter__()
    assert len(quick.slept) == 6


def test_failed_requests_are_asked_again_by_a_rerun(server, store):
    server.answer = failing(400)
    assert drive(server.base_url, store, [say("a")])[0] == ["rejected"]
    server.answer = first(0, reset)
    values, client = drive(server.base_url, store, [say("a")])
    assert (values, client.counts.sent) == (["a"], 1)


def test_server_that_never_answers_stops_the_run(server, store):
    server.answer = failing(500)
    with pytest.raises(ModelError, match="10 requests failed and none was answered; the last: no"):
        drive(server.base_url, store, [say(str(n)) for n in range(40)])


def test_failures_after_an_answer_stop_nothing(server, store):
    async def answer(asked: Asked):
        return completion("yes") if asked.text == "0" else error(500, "no")

    server.answer = answer
    words = [say(str(n)) for n in range(20)]
    _, client = drive(server.base_url, store, words, concurrency=1)
    assert client.counts.failed == {FailureKind.SERVER_ERROR: 19}


@dataclass
class Passing:
    """Surroundings whose clock goes on while everybody sleeps."""

    now: float = 0.0
    sleepers: list[tuple[float, int, asyncio.Event]] = field(default_factory=list)
    numbers: itertools.count = field(default_factory=itertools.count)
    going_on: asyncio.Task[None] | None = None

    def drive(self, server, store, methods, **options):
        """The values of the methods, and the client that got them."""
        with ResponseStore.open(store) as opened:
            provider = OpenAICompatible(server.base_url, MODEL)
            self.client = Client(provider, opened, surroundings=self.surroundings(), **options)
            return list(self.client.drive(methods)), self.client

    async def sleep(self, seconds: float) -> None:
        due = asyncio.Event()
        heapq.heappush(self.sleepers, (self.now + seconds, next(self.numbers), due))
        if self.going_on is None or self.going_on.done():
            self.going_on = asyncio.create_task(self._go_on())
        await due.wait()

    async def _go_on(self) -> None:
        """Nothing; wakes all sleepers, those whose turn is next as soon as nothing is under way."""
        while self.sleepers:
            quiet = 0
            # Several turns of the event loop, in which what has just been answered is taken in.
            while quiet < 5:
                await asyncio.sleep(0.01)
                quiet = 0 if self.client.counts.in_flight else quiet + 1
            self.now = self.sleepers[0][0]
            while self.sleepers and self.sleepers[0][0] == self.now:
                heapq.heappop(self.sleepers)[2].set()

    def surroundings(self) -> Surroundings:
        begun = datetime(2026, 1, 1, tzinfo=UTC)
        return Surroundings(
            now=lambda: begun + timedelta(seconds=self.now),
            sleep=self.sleep,
            random=lambda: 1.0,
            clock=lambda: self.now,
        )


def test_a_pause_that_one_is_asked_for_holds_for_all(server, store):
    """Of eight in flight the first is told to wait 30 seconds; what the others send next waits."""
    passing, moments = Passing(), []

    async def answer(asked: Asked):
        moments.append(passing.now)
        if len(moments) == 1:
            await until(lambda: server.in_flight == 8)
            return error(429, "wait", {"Retry-After": "30"})
        await until(lambda: passing.sleepers or passing.now)
        return completion(asked.text)

    server.answer = answer
    chains = [say(str(n), rounds=2) for n in range(8)]
    values, client = passing.drive(server, store, chains, concurrency=8)
    assert values == [f"{n}/2" for n in range(8)]
    assert moments == [0.0] * 8 + [30.0] * 9
    assert client.counts.retried == 1


def test_a_storm_passes_with_every_request_answered(server, store):
    """A server that takes 20 requests in any minute, and 100 slots that want something of it."""
    passing, taken, refused = Passing(), [], 0

    async def answer(asked: Asked):
        nonlocal refused
        recent = [moment for moment in taken if moment > passing.now - 60]
        if len(recent) >= 20:
            refused += 1
            wait = recent[0] + 60 - passing.now
            return error(429, "slow down", {"Retry-After": str(int(wait) + 1)})
        taken.append(passing.now)
        return completion(asked.text)

    server.answer = answer
    words = [say(str(n)) for n in range(200)]
    values, client = passing.drive(server, store, words, concurrency=100)
    assert values == [str(n) for n in range(200)]
    assert client.counts.failed == {}
    assert passing.now < 1200
    # At first everybody is told so; then few are.
    assert refused < 300


def test_rates_are_kept(server, store):
    passing, moments = Passing(), []

    async def answer(asked: Asked):
        moments.append(passing.now)
        return completion(asked.text)

    server.answer = answer
    passing.drive(server, store, [say(str(n)) for n in range(5)], rates=Rates(rpm=30))
    assert moments == [0, 2, 4, 6, 8]


def test_a_page_that_is_not_there_for_once_stops_nothing(server, store):
    """A server that has answered has the right address."""

    async def answer(asked: Asked):
        missing = asked.text == "b" and asked.times == 1
        return error(404, "page not found") if missing else completion(asked.text)

    server.answer = answer
    values, client = drive(server.base_url, store, [say(text) for text in "abc"], concurrency=1)
    assert (values, client.counts.retried) == (["a", "b", "c"], 1)


def test_a_context_cut_in_silence_is_no_answer(server, store):
    """The failure is kept for replay, and a rerun asks again: the context may be larger now."""
    text = "A river is a natural stream that flows to the sea. " * 400

    async def answer(asked: Asked):
        return completion("yes", usage={"prompt_tokens": 2048, "completion_tokens": 1})

    server.answer = answer
    [[failed]], _ = drive(server.base_url, store, [ask(text)])
    assert failed.kind is FailureKind.CONTEXT_CUT
    assert "the server read 2,048 of at least 3," in failed.message
    assert len(server.seen) == 1
    assert replay(store, [ask(text)])[0] == [[failed]]
    assert drive(server.base_url, store, [ask(text)])[1].counts.sent == 1
