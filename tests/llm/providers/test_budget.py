import pytest

from donor.llm.providers.budget import smaller_budget
from donor.llm.providers.rejection import ErrorWords
from donor.llm.providers.wire import Wire

OPENAI = (
    "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, "
    "whereas you provided 100000."
)
VLLM = (
    "'max_tokens' or 'max_completion_tokens' is too large: 100000. This model's maximum context "
    "length is 8192 tokens and your request has 192 input tokens (100000 > 8192 - 192)."
)
OLD_VLLM = (
    "This model's maximum context length is 8192 tokens. However, you requested 100192 tokens "
    "(192 in the messages, 100000 in the completion). Please reduce the length of the messages "
    "or completion."
)


# What the servers really say; the numbers are ours.
@pytest.mark.parametrize(
    ("message", "ceiling", "room"),
    [
        (OPENAI, 16384, None),
        (VLLM, None, 8000),
        (OLD_VLLM, None, 8000),
        (
            "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for m",
            8192,
            None,
        ),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192, None),
        ("Range of max_tokens should be [1, 8192]", 8192, None),
        ("`max_tokens` must be less than or equal to `8192`, the maximum value for it", 8192, None),
        (
            "Unable to submit request because it has a maxOutputTokens value of 100000 but the "
            "supported range is from 1 (inclusive) to 8193 (exclusive).",
            8192,
            None,
        ),
        (
            "`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 193 `inputs` tokens and "
            "100000 `max_new_tokens`",
            None,
            8000,
        ),
        (
            "This endpoint's maximum context length is 8192 tokens. However, you requested about "
            "100192 tokens (192 of text input, 100000 in the output).",
            None,
            8000,
        ),
        ("max_tokens is too large", 50000, None),
    ],
)
@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_budget_that_is_too_large_becomes_what_the_server_can_give(name, message, ceiling, room):
    wire = smaller_budget(Wire(), {name: 100_000}, ErrorWords(message))
    assert wire is not None
    assert (wire.ceiling, wire.room) == (ceiling, room)
    assert wire.parameters({name: 100_000, "seed": 1}) == {name: ceiling or room, "seed": 1}
    assert wire.parameters({name: 300}) == {name: 300}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, OPENAI),
        ({"max_tokens": 100_000}, "'max_tokens' is not supported"),
        ({"max_tokens": 100_000}, "temperature is too large"),
        ({"max_tokens": 5}, "This model's maximum context length is 8192 tokens."),
        (
            {"max_tokens": 500},
            OLD_VLLM.replace("100192", "8600")
            .replace("192 in", "8100 in")
            .replace("100000", "500"),
        ),
        ({"max_tokens": 300}, "max_tokens is too large"),
    ],
)
def test_what_is_about_something_else_or_leaves_no_room_lowers_nothing(parameters, message):
    assert smaller_budget(Wire(), parameters, ErrorWords(message)) is None


def test_a_budget_without_a_known_ceiling_is_halved_until_it_is_useless():
    wire, budgets = Wire(), []
    while lower := smaller_budget(wire, {"max_tokens": 3000}, ErrorWords("max_tokens too large")):
        budgets.append(lower.ceiling)
        wire = lower
    assert budgets == [1500, 750, 375]


def test_the_wire_tells_its_limit():
    assert str(Wire(ceiling=8192, room=900)) == "json_schema with at most 900 tokens"
