import pytest

from donor.llm import Completion, Failure, Usage
from donor.llm.providers.completion import parse_completion

STREAM = b"""\
: OPENROUTER PROCESSING

data: {"model": "m", "choices": [{"delta": {"role": "assistant", "content": ""}}]}

data: {"choices": [{"delta": {"reasoning_content": "hm"}}]}

data: {"choices": [{"delta": {"content": "{\\"1\\":"}}]}
data: {"choices": [{"delta": {"content": " \\"a\\"}"}, "finish_reason": "stop"}]}
data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}

data: [DONE]
"""


def test_a_stream_that_nobody_asked_for_is_put_together():
    for body in (STREAM, STREAM.replace(b"\n", b"\r\n")):
        answer = parse_completion(body)
        assert answer == Completion(
            text='{"1": "a"}',
            finish_reason="stop",
            usage=Usage(7, 3),
            served_model="m",
            reasoned=True,
        )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (STREAM[: STREAM.index(b', "finish')] + b"}]}\n", "broke off"),
        (b'data: {"error": {"message": "out of memory"}}\n\n', "out of memory"),
        (b"data: oops\n\n", "broke off"),
        (b"event: ping\n\n", "broke off"),
        (b"data: 5\n\n", "5"),
        (b'data: {"choices": [{"delta": 5}]}\n\ndata: [DONE]', "delta"),
    ],
)
def test_a_stream_without_an_end_is_no_answer(body, words):
    answer = parse_completion(body)
    assert isinstance(answer, Failure)
    assert words in answer.message
