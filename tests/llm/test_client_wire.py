"""How a client comes to terms with what a server takes."""

import pytest
from tests.llm.asking import SCHEMA, ask, drive, say
from tests.llm.model_server import Asked, completion, error

from donor.errors import ModelError
from donor.llm import ResponseStore


def form_of(asked: Asked) -> str:
    return asked.body.get("response_format", {}).get("type", "none")


def forms(server) -> list[str]:
    return [body.get("response_format", {}).get("type", "none") for body in server.seen]


def refusing(status: int, *refused: str):
    async def answer(asked: Asked):
        if form_of(asked) in refused:
            return error(status, "response_format is beyond me")
        return completion(asked.text)

    return answer


def methods(*texts: str):
    return [say(text, schema=SCHEMA) for text in texts]


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_a_refused_form_is_given_up_and_remembered(server, store, status):
    server.answer = refusing(status, "json_schema")
    values, client = drive(server.base_url, store, methods("a", "b", "c"), concurrency=1)
    assert values == ["a", "b", "c"]
    assert [f for f in forms(server) if f != "json_schema"] == ["json_object"] * 3
    assert forms(server)[-2:] == ["json_object"] * 2
    assert client.counts.failed == {}


def test_the_last_form_is_none(server, store):
    server.answer = refusing(400, "json_schema", "json_object")
    values, _ = drive(server.base_url, store, methods("a", "b"), concurrency=1)
    assert values == ["a", "b"]
    assert forms(server) == ["json_schema", "json_object", "none", "none"]
    with ResponseStore.open(store) as opened:
        assert {row.wire for row in opened.rows()} == {"none"}


def test_requests_that_began_before_the_lesson_learn_it_too(server, store):
    server.answer = refusing(400, "json_schema")
    values, client = drive(server.base_url, store, methods(*"abcdefgh"), concurrency=8)
    assert (values, client.counts.failed) == (list("abcdefgh"), {})


def test_a_form_that_worked_is_never_given_up(server, store):
    async def answer(asked: Asked):
        return error(400, "this one not") if asked.text == "b" else completion(asked.text)

    server.answer = answer
    values, _ = drive(server.base_url, store, methods("a", "b", "c"), concurrency=1)
    assert values == ["a", "rejected", "c"]
    assert forms(server) == ["json_schema"] * 3


def test_a_lower_form_is_not_remembered_unless_it_worked(server, store):
    async def answer(asked: Asked):
        return error(400, "never") if asked.text == "a" else completion(asked.text)

    server.answer = answer
    values, _ = drive(server.base_url, store, methods("a", "b"), concurrency=1)
    assert values == ["rejected", "b"]
    assert forms(server) == ["json_schema", "json_object", "none", "json_schema"]


def test_one_error_of_the_server_is_no_refusal_of_the_form(server, store):
    async def answer(asked: Asked):
        return error(500, "oops") if asked.times == 1 else completion(asked.text)

    server.answer = answer
    assert drive(server.base_url, store, methods("a"))[0] == ["a"]
    assert forms(server) == ["json_schema"] * 2


@pytest.mark.parametrize("code", ["context_length_exceeded", "content_filter"])
def test_other_refusals_are_no_refusal_of_the_form(server, store, code):
    async def answer(asked: Asked):
        return error(400, "no", code=code)

    server.answer = answer
    drive(server.base_url, store, methods("a"))
    assert forms(server) == ["json_schema"]


def test_an_error_that_befalls_every_request_is_no_refusal_of_the_form(server, store):
    async def answer(asked: Asked):
        return error(400, "API key not valid. Please pass a valid API key.")

    server.answer = answer
    with pytest.raises(ModelError):
        drive(server.base_url, store, methods("a"))
    assert forms(server) == ["json_schema"]


def test_a_request_without_a_schema_has_no_form(server, store):
    [[answer]], _ = drive(server.base_url, store, [ask("a")])
    assert answer.text == "a"
    assert forms(server) == ["none"]


def test_an_unsupported_parameter_is_dropped_and_remembered(server, store):
    async def answer(asked: Asked):
        if "temperature" in asked.body:
            words = "Unsupported value: 'temperature' does not support 0 with this model."
            return error(400, words, param="temperature", code="unsupported_value")
        if "max_tokens" in asked.body:
            words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return error(400, words, param="max_tokens", code="unsupported_parameter")
        return completion(asked.text)

    server.answer = answer
    parameters = {"temperature": 0, "max_tokens": 50, "seed": 1}
    asking = [say(text, schema=SCHEMA, parameters=parameters) for text in "ab"]
    assert drive(server.base_url, store, asking, concurrency=1)[0] == ["a", "b"]
    assert len(server.seen) == 4
    assert server.seen[-1]["max_completion_tokens"] == 50
    assert server.seen[-1]["seed"] == 1
    assert not {"temperature", "max_tokens"} & server.seen[-1].keys()
    assert forms(server) == ["json_schema"] * 4
    with ResponseStore.open(store) as opened:
        wire = "json_schema with max_completion_tokens for max_tokens, without temperature"
        assert {row.wire for row in opened.rows()} == {wire}
    asking = [say("a", schema=SCHEMA, parameters=parameters)]
    assert drive(server.base_url, store, asking)[1].counts.from_store == 1


def test_a_value_out_of_range_stays_an_error(server, store):
    async def answer(asked: Asked):
        words = "Invalid 'temperature': decimal above maximum value."
        return error(400, words, param="temperature", code="decimal_above_max_value")

    server.answer = answer
    values, _ = drive(server.base_url, store, [say("a", parameters={"temperature": 5})])
    assert (values, len(server.seen)) == (["rejected"], 1)


def test_a_grammar_that_fails_on_one_schema_is_given_up_for_that_one(server, store):
    async def answer(asked: Asked):
        if asked.text == "b" and form_of(asked) == "json_schema":
            return error(400, "failed to parse grammar")
        return completion(asked.text)

    server.answer = answer
    values, _ = drive(server.base_url, store, methods("a", "b", "c"), concurrency=1)
    assert values == ["a", "b", "c"]
    assert forms(server) == ["json_schema", "json_schema", "json_object", "json_schema"]


def budgets(server) -> list[int | None]:
    return [body.get("max_tokens") for body in server.seen]


def test_the_models_ceiling_is_remembered(server, store):
    async def answer(asked: Asked):
        if asked.body["max_tokens"] > 4096:
            return error(400, "max_tokens is too large: 9000. This supports at most 4096 tokens")
        return completion(asked.text)

    server.answer = answer
    asking = [say(text, parameters={"max_tokens": 9000}) for text in "ab"]
    asking.append(say("c", parameters={"max_tokens": 100}))
    assert drive(server.base_url, store, asking, concurrency=1)[0] == ["a", "b", "c"]
    assert budgets(server) == [9000, 4096, 4096, 100]
    with ResponseStore.open(store) as opened:
        assert {row.wire for row in opened.rows()} == {"json_schema with at most 4096 tokens"}


def test_the_room_beside_a_long_request_is_that_requests_alone(server, store):
    async def answer(asked: Asked):
        if asked.text == "a" and asked.body["max_tokens"] > 500:
            words = "maximum context length is 8192 tokens. However, you requested 16692 tokens"
            return error(
                400, f"This model's {words} (7692 in the messages, 9000 in the completion)."
            )
        return completion(asked.text)

    server.answer = answer
    asking = [say(text, parameters={"max_tokens": 9000}) for text in "ab"]
    assert drive(server.base_url, store, asking, concurrency=1)[0] == ["a", "b"]
    assert budgets(server) == [9000, 500, 9000]


def test_a_request_that_leaves_no_room_is_too_long(server, store):
    async def answer(asked: Asked):
        words = "maximum context length is 8192 tokens. However, you requested 17092 tokens"
        return error(400, f"This model's {words} (8092 in the messages, 9000 in the completion).")

    server.answer = answer
    asking = [say("a", parameters={"max_tokens": 9000})]
    assert drive(server.base_url, store, asking)[0] == ["context-overflow"]
    assert len(server.seen) == 1


def test_another_model_of_the_provider_is_asked_by_its_own_name(server, store):
    methods = [say("a"), say("b", model="openai:other")]
    values, _ = drive(server.base_url, store, methods, concurrency=1)
    assert values == ["a", "b"]
    assert [body["model"] for body in server.seen] == ["tiny", "other"]


def test_a_model_of_another_provider_is_not_asked(server, store):
    with pytest.raises(ValueError, match="served is 'openai:tiny'"):
        drive(server.base_url, store, [say("a", model="mistral:tiny")], concurrency=1)
