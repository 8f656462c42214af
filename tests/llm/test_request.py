import pytest
from tests.llm.asking import SCHEMA, request, say

from donor.llm import Completion, Message, Request, asking, key_of


def test_key_is_the_documented_hash():
    """`printf %s '{"attempt":0,…}' | openssl sha256 -binary | basenc --base64url`."""
    asked = Request((Message("user", "Hi"),), model="openai:tiny", parameters={"b": 1, "a": 0.5})
    assert asked.canonical == (
        '{"attempt":0,"messages":[{"content":"Hi","role":"user"}],"model":"openai:tiny",'
        '"parameters":{"a":0.5,"b":1},"sample":0,"schema":null}'
    )
    assert asked.key == "d1-NcLriDbWcBNtSn2SFtI1nmQPgpOoBwd-IlCKYYb9xVQ"


@pytest.mark.parametrize(
    "other",
    [
        {"model": "openai:tiny@2"},
        {"parameters": {"temperature": 0}},
        {"schema": SCHEMA},
        {"sample": 1},
        {"attempt": 1},
    ],
)
def test_what_may_change_the_answer_changes_the_key(other):
    assert request("a", **other).key != request("a").key


def test_what_it_is_for_is_not_part_of_the_key():
    assert request("a", task="tags", document="1").key == request("a").key


def test_key_belongs_to_the_canonical_text():
    assert key_of(request("a").canonical) == request("a").key


def test_addressed_methods_ask_the_model_and_return_the_value():
    method = asking(say("a", model=""), "vllm:m", {"seed": 1})
    [asked] = next(method)
    assert (asked.model, asked.parameters) == ("vllm:m", {"seed": 1})
    with pytest.raises(StopIteration) as ended:
        method.send([Completion("x")])
    assert ended.value.value == "x"


@pytest.mark.parametrize(
    ("run", "own", "sent"),
    [
        ({"seed": 1}, {}, {"seed": 1}),
        ({"seed": 1}, {"max_tokens": 9}, {"seed": 1, "max_tokens": 9}),
        ({"max_tokens": 1}, {"max_tokens": 9}, {"max_tokens": 9}),
        ({"max_completion_tokens": 1}, {"max_tokens": 9}, {"max_completion_tokens": 9}),
        ({"max_tokens": 1}, {"max_completion_tokens": 9}, {"max_tokens": 9}),
        ({"temperature": 0}, {"temperature": 1}, {"temperature": 1}),
    ],
)
def test_a_requests_own_parameters_stand_over_the_runs(run, own, sent):
    [asked] = next(asking(say("a", parameters=own), "vllm:m", run))
    assert asked.parameters == sent


@pytest.mark.parametrize(
    ("text", "finish_reason", "cut", "eaten"),
    [
        ("{}", "stop", False, False),
        ("", "stop", False, False),
        ('{"1": "a', "length", True, False),
        ("", "length", True, True),
        ("<think>a river", "length", True, True),
        ("<think>a river", "model_length", True, True),
        ("<think>a river</think>\n", "MAX_TOKENS", True, True),
        ('<think>a river</think>{"1": "', "length", True, False),
        ("<think>a river", None, False, False),
    ],
)
def test_an_answer_tells_what_its_tokens_went_into(text, finish_reason, cut, eaten):
    answer = Completion(text, finish_reason)
    assert (answer.cut, answer.budget_eaten) == (cut, eaten)
