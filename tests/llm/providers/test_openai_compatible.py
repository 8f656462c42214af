import asyncio
import itertools
import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.llm.asking import MODEL, SCHEMA, request
from tests.llm.model_server import Asked, completion

from donor.errors import ConfigError
from donor.llm import Completion, Failure, FailureKind, Message, OpenAICompatible, Request, Usage
from donor.llm.exchange import read_reply, row_of
from donor.llm.providers.completion import parse_completion
from donor.llm.providers.openai_compatible import Reply, body_of
from donor.llm.providers.wire import Wire, WireForm
from donor.llm.store import ResponseStore


def said(content: object, **more: object) -> bytes:
    choice = {"message": {"content": content, **more}, "finish_reason": "stop"}
    return json.dumps({"choices": [choice]}).encode()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (said("да"), "да"),
        (said([{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]), "ab"),
        (said("x", reasoning_content="long thoughts"), "x"),
        (said(" <think>a</think> b\n"), " <think>a</think> b\n"),
        (b'{"choices": [{"message": {"content": "\\ud83d!"}}]}', "\ufffd\ufffd\ufffd!"),
        (b'{"choices": [{"message": {"content": "a"}, "logprob": NaN}]}', "a"),
    ],
)
def test_text_of_a_completion(body, text):
    answer = parse_completion(body)
    assert isinstance(answer, Completion)
    assert answer.text == text


def test_facts_of_a_completion():
    usage = {
        "prompt_tokens": 7,
        "completion_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 5},
    }
    choice = {"message": {"content": None, "refusal": "No."}, "finish_reason": "content_filter"}
    body = {"choices": [choice], "model": "m-1", "system_fingerprint": "fp", "usage": usage}
    assert parse_completion(json.dumps(body).encode()) == Completion(
        text="",
        finish_reason="content_filter",
        refusal="No.",
        usage=Usage(7, 3, 5),
        served_model="m-1",
        fingerprint="fp",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"[]",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{}]}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"error": {"message": "Provider returned error"}}',
    ],
)
def test_what_is_no_completion_is_a_failure(body):
    answer = parse_completion(body)
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.MALFORMED


def test_a_failure_tells_the_words_of_an_error():
    answer = parse_completion(b'{"error": {"message": "Provider returned error"}}')
    assert answer.message == "not a chat completion: Provider returned error"


@pytest.mark.parametrize("count", [2**64, -1, True, 1.5, "7", None])
def test_a_count_that_is_none_is_none(count):
    body = {"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": count}}
    assert parse_completion(json.dumps(body).encode()).usage == Usage()


@pytest.mark.parametrize(
    ("message", "usage", "reasoned"),
    [
        ({"content": "a"}, {}, False),
        ({"content": "a", "reasoning_content": None, "reasoning": ""}, {}, False),
        ({"content": "a", "reasoning_content": "hm"}, {}, True),
        ({"content": "a", "reasoning": "hm"}, None, True),
        ({"content": "<think>hm</think> a"}, {}, True),
        ({"content": "a"}, {"completion_tokens_details": {"reasoning_tokens": 3}}, True),
        ({"content": "a"}, {"completion_tokens_details": {"reasoning_tokens": 0}}, False),
        ({"content": "a"}, {"completion_tokens_details": [1]}, False),
    ],
)
def test_thoughts_beside_an_answer_are_noticed(message, usage, reasoned):
    body = {"choices": [{"message": message}], "usage": usage}
    answer = parse_completion(json.dumps(body).encode())
    assert isinstance(answer, Completion)
    assert answer.reasoned is reasoned


SAMPLES, KEPT = itertools.count(), ResponseStore.open(":memory:")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
LIKE_A_COMPLETION = st.fixed_dictionaries(
    {
        "choices": st.lists(
            st.fixed_dictionaries({"message": st.fixed_dictionaries({"content": JSON})}), max_size=2
        )
        | JSON,
        "usage": st.fixed_dictionaries({"prompt_tokens": JSON, "prompt_tokens_details": JSON})
        | JSON,
        "model": JSON,
        "system_fingerprint": JSON,
    }
)


@given(st.binary() | (LIKE_A_COMPLETION | JSON).map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_back_can_be_kept(body):
    """An answer is parsed only so far as the store needs, and that never fails."""
    asked = request("a", sample=next(SAMPLES))
    exchange = read_reply(Reply(200, body, {}, Wire(), 0.1), "now", asked)
    KEPT.put(row_of(asked, exchange, "http://h/v1"))
    kept = KEPT.get(asked.key) or KEPT.get_rejected(asked.key)
    assert kept is not None
    assert kept.body == body


def test_body_of_a_request():
    asked = Request(
        (Message("system", "s"), Message("user", "u")),
        schema=SCHEMA,
        model="ollama:llama3.1:8b@rev",
        parameters={"temperature": 0},
    )
    shape = {"name": "answer", "strict": True, "schema": SCHEMA}
    assert body_of(asked, Wire()) == {
        "model": "llama3.1:8b",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}],
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": shape},
    }


@pytest.mark.parametrize(
    ("schema", "form", "expected"),
    [
        (SCHEMA, WireForm.JSON_OBJECT, {"type": "json_object"}),
        (SCHEMA, WireForm.NONE, None),
        (None, WireForm.JSON_SCHEMA, None),
    ],
)
def test_form_of_the_answer_in_the_body(schema, form, expected):
    body = body_of(request("a", schema=schema), Wire(form))
    assert body.get("response_format") == expected


@pytest.mark.parametrize(("sample", "seed"), [(0, 7), (2, 9)])
def test_samples_have_seeds_of_their_own(sample, seed):
    assert body_of(request("a", sample=sample, parameters={"seed": 7}), Wire())["seed"] == seed
    assert "seed" not in body_of(request("a", sample=sample), Wire())


@pytest.mark.parametrize(
    ("model", "options", "words"),
    [
        ("azure:gpt", {"api_key": "k"}, "give --base-url"),
        ("openai:gpt", {}, "set OPENAI_API_KEY"),
        ("recorded:x", {}, "--replay"),
        ("vllm:x", {"base_url": "localhost:8000/v1"}, "http://localhost:8000/v1"),
        ("vllm:x", {"base_url": "http://"}, "not an HTTP address"),
    ],
)
def test_an_impossible_server_is_an_error(model, options, words):
    with pytest.raises(ConfigError) as raised:
        OpenAICompatible.of(model, **options)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("model", "options", "base_url"),
    [
        ("openai:gpt", {"api_key": "k"}, "https://api.openai.com/v1"),
        ("ollama:m", {}, "http://localhost:11434/v1"),
        ("openai:gpt", {"base_url": "http://h:1/v1/"}, "http://h:1/v1"),
        (
            "azure:m",
            {"api_key": "k", "base_url": "https://r.azure.com/x?v=1"},
            "https://r.azure.com/x",
        ),
        ("vllm:m", {"base_url": "http://user:secret@h/v1"}, "http://h/v1"),
    ],
)
def test_address_without_credentials(model, options, base_url):
    assert OpenAICompatible.of(model, **options).base_url == base_url


PASSWORD = "a-long-and-secret-word"


@pytest.mark.parametrize(
    "base_url",
    [
        f"http://me:{PASSWORD}@h/v1",
        f"http://me:{PASSWORD}@h/v1?key={PASSWORD}",
        f"http://:{PASSWORD}@h/v1",
        f"ftp://me:{PASSWORD}@h/v1",
        f"me:{PASSWORD}@h/v1",
        f"http://me:x/{PASSWORD}@h/v1",
        f"http://me:{PASSWORD}@",
    ],
)
def test_an_address_with_credentials_beside_a_key_is_an_error_that_does_not_tell_them(base_url):
    with pytest.raises(ConfigError) as raised:
        OpenAICompatible.of("vllm:m", base_url=base_url, api_key="k")
    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_key_in_a_header_of_its_own_goes_beside_credentials():
    base_url = f"https://me:{PASSWORD}@r.azure.com/v1"
    assert OpenAICompatible.of("azure:m", base_url=base_url, api_key="k").base_url.endswith("m/v1")


def test_a_password_that_the_server_repeats_is_not_kept(server):
    async def once():
        address = server.base_url.replace("http://", f"http://me:{PASSWORD}@")
        provider = OpenAICompatible(address, MODEL)
        async with provider.session(5) as session:
            return await provider.complete(session, request("a"), provider.wire)

    async def repeating(asked: Asked):
        header = asked.http.headers["Authorization"]
        return completion(f"{PASSWORD} and {header}")

    server.answer = repeating
    body = asyncio.run(once()).body
    encoded = b64encode(f"me:{PASSWORD}".encode())
    assert PASSWORD.encode() not in body and encoded not in body
    assert body.count(b"[API key]") == 2


def test_the_strictest_form_that_ever_worked_is_remembered():
    provider = OpenAICompatible("http://h/v1", MODEL)
    asked = request("a", schema=SCHEMA)
    for form, remembered in [
        (WireForm.JSON_OBJECT, WireForm.JSON_OBJECT),
        (WireForm.JSON_SCHEMA, WireForm.JSON_SCHEMA),
        (WireForm.JSON_OBJECT, WireForm.JSON_SCHEMA),
    ]:
        provider.learn(asked, Wire(form))
        assert provider.wire.form is remembered


def exchange(server, **options) -> Reply:
    async def once():
        provider = OpenAICompatible(server.base_url + "/?version=1", MODEL, "key", **options)
        async with provider.session(5) as session:
            return await provider.complete(session, request("a"), provider.wire)

    return asyncio.run(once())


@pytest.mark.parametrize(("header", "value"), [("Authorization", "Bearer key"), ("api-key", "key")])
def test_one_exchange(server, header, value):
    reply = exchange(server, key_header=header)
    assert (reply.status, reply.wire, len(server.seen)) == (200, Wire(), 1)
    assert server.headers[0][header] == value
    assert server.queries == ["version=1"]
    assert parse_completion(reply.body).text == "a"
    assert reply.seconds > 0


def test_redirects_are_not_followed(server):
    from aiohttp import web

    async def elsewhere(asked):
        return web.Response(status=302, headers={"Location": server.base_url})

    server.answer = elsewhere
    assert exchange(server).status == 302
    assert len(server.seen) == 1


@pytest.mark.parametrize("content", [None, [], "", " \n"])
def test_answer_without_words_is_none(content):
    answer = parse_completion(said(content))
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.message) == (FailureKind.MALFORMED, "the answer is empty")


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_answer_that_ran_out_before_its_first_word_says_so(reason):
    body = said(None).replace(b'"stop"', f'"{reason}"'.encode())
    answer = parse_completion(body)
    assert isinstance(answer, Completion)
    assert (answer.text, answer.finish_reason) == ("", reason)
