import pytest
from tests.llm.asking import MODEL, ask, drive, replay, request, say
from tests.llm.model_server import Asked, after, always, completion, echo, error

from donor.errors import ReplayError
from donor.llm import Client, FailureKind, OpenAICompatible, ResponseStore


def test_replay_gives_the_same_without_a_server(server, store):
    methods = [lambda n=n: say(str(n), rounds=3) for n in range(20)]
    live, _ = drive(server.base_url, store, [m() for m in methods])
    again, client = replay(store, [m() for m in methods])
    assert again == live
    assert (client.counts.sent, client.counts.from_store) == (0, 60)
    assert len(server.seen) == 60


def test_a_miss_names_document_task_and_key(server, store):
    drive(server.base_url, store, [say("a")])
    with pytest.raises(ReplayError) as raised:
        replay(store, [say("a"), say("new", document="biology-7", task="quote")])
    key = request("new").key
    assert str(raised.value) == (
        f"document biology-7: the request {key} of quote is not in {store}"
        " (run the same command without --replay to ask the model)"
    )


def test_documents_before_a_miss_are_yielded(server, store):
    drive(server.base_url, store, [say(str(n)) for n in range(5)])
    values = []
    with ResponseStore.open(store, read_only=True) as opened, pytest.raises(ReplayError):
        for value in Client(None, opened, replay=True).drive(say(str(n)) for n in range(9)):
            values.append(value)
    assert values == [str(n) for n in range(5)]


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (lambda: error(400, "bad"), FailureKind.REJECTED),
        (lambda: error(422, "odd"), FailureKind.REJECTED),
        (lambda: error(413, "big"), FailureKind.CONTEXT_OVERFLOW),
        (lambda: error(400, "no", code="content_filter"), FailureKind.CONTENT_FILTER),
        (lambda: completion("", choices=[]), FailureKind.MALFORMED),
    ],
)
def test_rejections_are_replayed(server, store, response, kind):
    server.answer = always(response)
    [[live]], _ = drive(server.base_url, store, [ask("a")])
    [[again]], client = replay(store, [ask("a")])
    assert (live.kind, again) == (kind, live)
    assert client.counts.failed == {kind: 1}


def test_passing_failures_are_replayed_and_asked_again_live(server, store):
    server.answer = always(lambda: error(500, "down"))
    [[live]], _ = drive(server.base_url, store, [ask("a")], retries=1)
    [[again]], _ = replay(store, [ask("a")])
    assert (live.kind, again) == (FailureKind.SERVER_ERROR, live)
    server.answer = echo
    [[answer]], _ = drive(server.base_url, store, [ask("a")])
    assert answer.text == "a"


def test_silence_is_replayed(server, store):
    server.answer = after(5)
    [[live]], _ = drive(server.base_url, store, [ask("a")], retries=0, timeout_s=0.2)
    [[again]], _ = replay(store, [ask("a")])
    assert (live.kind, again) == (FailureKind.TIMEOUT, live)


def test_an_answer_is_replayed_before_an_earlier_rejection(server, store):
    async def answer(asked: Asked):
        return error(400, "bad") if asked.times == 1 else completion("good")

    server.answer = answer
    drive(server.base_url, store, [say("a")])
    drive(server.base_url, store, [say("a")])
    assert replay(store, [say("a")])[0] == ["good"]


def test_replay_with_a_provider_does_not_ask_it(server, store):
    drive(server.base_url, store, [say("a")])
    with pytest.raises(ReplayError):
        drive(server.base_url, store, [say("b")], replay=True)
    assert server.texts == ["a"]


def test_without_a_provider_there_is_only_replay(store):
    with ResponseStore.open(store) as opened, pytest.raises(ValueError, match="replay"):
        Client(None, opened)


def test_with_a_store_that_is_only_read_there_is_only_replay(server, store):
    ResponseStore.open(store).close()
    provider = OpenAICompatible(server.base_url, MODEL)
    with (
        ResponseStore.open(store, read_only=True) as opened,
        pytest.raises(ValueError, match="replay"),
    ):
        Client(provider, opened)
