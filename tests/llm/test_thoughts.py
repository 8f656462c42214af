import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.llm.thoughts import without_thoughts

GOOD = '{"1": "a"}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f" <think>a river</think>\n{GOOD}\n",
        f'<think>{{"1": "?"}} or {{</think>{GOOD}',
        f"<think>one</think> <think>two</think>\n\n{GOOD}",
        f"<think></think>{GOOD}",
        f"<thinking>one</thinking>{GOOD}",
        f"[THINK]one[/THINK]{GOOD}",
        f"◁think▷one◁/think▷{GOOD}",
        f'the template opened it {{"1": "?"}}</think>{GOOD}',
        f"the template opened it</think><think>again</think>{GOOD}",
        f"<|channel|>analysis<|message|>{{<|end|><|start|>assistant<|channel|>final<|message|>{GOOD}",
    ],
)
def test_thoughts_before_the_object_are_left_out(text):
    assert without_thoughts(text) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        '{"1": "the <think> tag"}',
        'Here: {"1": "<think>", "2": "</think>"}',
        '{"1": "a"} </think>',
        "the </think> tag is not opened",
        '```json\n{"1": "<think>a</think>"}\n```',
        "no thoughts",
        "",
    ],
)
def test_tags_that_are_data_stay(text):
    assert without_thoughts(text) == text


@pytest.mark.parametrize("text", ["<think>", f"<think>{GOOD}", f"<think>a</think><think>{GOOD}"])
def test_thoughts_that_never_end_leave_nothing(text):
    assert without_thoughts(text) == ""


def test_words_before_thoughts_stay():
    assert without_thoughts(f"Well <think>hm</think>{GOOD}") == f"Well {GOOD}"


@given(st.lists(st.sampled_from(["<think>", "</think>", "[THINK]", '{"', "}", "a", " "])))
def test_nothing_is_added(parts):
    left = without_thoughts("".join(parts))
    assert len(left) <= len("".join(parts))
    assert left == left.strip()


def test_many_thoughts_take_linear_time():
    """A million characters; seconds if each thought looked through the rest."""
    assert without_thoughts("<think></think>" * 70_000 + GOOD) == GOOD
