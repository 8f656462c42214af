import pytest

from donor.llm import Message
from donor.llm.context import context_cut
from donor.llm.tokens import token_range

SYSTEM = Message("system", "Translate what the user gives you, sentence by sentence. " * 40)
SHORT = Message("user", "A river is a natural stream that flows to the sea. " * 10)
LONG = Message("user", "A river is a natural stream that flows to the sea. " * 1000)
RUSSIAN = Message("user", "Река — это природный поток, который впадает в море. " * 1000)
CORRECTION = Message("user", "Answer again.")


def least(*messages: Message) -> int:
    return sum(token_range(message.content)[0] for message in messages)


@pytest.mark.parametrize(
    ("counted", "messages"),
    [
        (4096, (SYSTEM, LONG)),
        (2048, (SYSTEM, LONG)),
        (8192, (SYSTEM, LONG)),
        (4095, (SYSTEM, LONG)),
        (4096, (SYSTEM, RUSSIAN)),
        (4096, (LONG,)),
        # Ollama leaves out whole messages, and keeps the first and the last.
        (least(SYSTEM) + 30, (SYSTEM, LONG, LONG, CORRECTION)),
    ],
)
def test_far_fewer_tokens_than_were_sent_are_a_cut_context(counted, messages):
    words = context_cut(counted, messages)
    assert f"read {counted:,} of at least {least(*messages):,} tokens" in words
    assert "num_ctx" in words


@pytest.mark.parametrize(
    ("counted", "messages"),
    [
        (None, (SYSTEM, LONG)),
        (least(SYSTEM, LONG), (SYSTEM, LONG)),
        (int(least(SYSTEM, LONG) * 0.7), (SYSTEM, LONG)),
        (20_480, (SYSTEM, LONG)),
        # Too short to be cut anywhere.
        (100, (SHORT,)),
        # A cached prefix that is not counted: the system prompt, or all but the correction.
        (least(LONG), (SYSTEM, LONG)),
        (12, (SYSTEM, LONG, LONG, CORRECTION)),
        (1, (SYSTEM, LONG)),
        (0, (SYSTEM, LONG)),
    ],
)
def test_what_may_have_been_read_is_left_in_peace(counted, messages):
    assert context_cut(counted, messages) == ""
