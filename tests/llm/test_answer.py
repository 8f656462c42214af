import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.llm import Invalid, read_json
from donor.llm.answer import read_sound

PAIR = {
    "type": "object",
    "properties": {
        "1": {"type": "string"},
        "2": {"type": ["string", "null"]},
        "kind": {"enum": ["term", "definition"]},
        "items": {"type": "array", "items": {"type": "object", "required": ["id"]}},
    },
    "required": ["1", "2"],
    "additionalProperties": False,
}
GOOD = '{"1": "река", "2": null}'
VALUE = {"1": "река", "2": None}


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Here you are:\n\n```json\n{GOOD}\n```\nAnything else?",
        f"Sure! {GOOD}",
        f"{GOOD} I kept {{the braces}}.",
        f"The set {{x}} maps to {GOOD}",
        f"1. {GOOD}",
    ],
)
def test_one_object_is_found(text):
    assert read_json(text, PAIR) == VALUE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the answer is empty"),
        ("I cannot do that.", "the answer holds no JSON object"),
        ('["a"]', "the answer is a list, a JSON object is expected"),
        ('"a"', "the answer is a string, a JSON object is expected"),
        ("true", "the answer is a boolean, a JSON object is expected"),
        (f"{GOOD}\n{GOOD}", "the answer holds 2 JSON objects, one is expected"),
        ('{"1": "a", "2": "b"', "the JSON is broken: Expecting ',' delimiter in line 1"),
        ('{"1": {"1": "a", "2": "b"}, "x', "the JSON is broken: Unterminated string"),
        ('{"1": "a", "1": "b"}', 'key "1" stands there twice'),
        ('{"1": {"x": 1, "x": 1}}', 'key "x" stands there twice'),
        ('{"1": NaN}', "NaN is no JSON value"),
        (r'{"1": "\ud83d"}', "an escaped character is incomplete"),
        ('{"1":' * 20000, "the JSON is nested too deeply"),
        ('{"1": "a"}', 'key "2" is missing'),
        ("{}", 'keys "1", "2" are missing'),
        ('{"1": "a", "2": "b", "3": "c"}', 'key "3" is not expected'),
        ('{"1": 1, "2": "b"}', '"1" must be a string, not a number'),
        ('{"1": "a", "2": []}', '"2" must be a string or null, not a list'),
        (
            '{"1": "a", "2": "b", "kind": "x"}',
            '"kind" must be one of "term", "definition"',
        ),
        ('{"1": "a", "2": "b", "items": [{}]}', 'key "id" is missing in "items[0]"'),
        (
            '{"1": 1, "2": 2, "kind": 3, "items": 4, "5": 5}',
            "and 2 more",
        ),
    ],
)
def test_a_bad_answer_has_a_reason(text, reason):
    answer = read_json(text, PAIR)
    assert isinstance(answer, Invalid)
    assert reason in answer.reason
    assert len(answer.reason) < 300


def test_whole_characters_may_be_escaped():
    assert read_json(r'{"1": "\ud83d\ude00"}') == {"1": "😀"}


def test_without_a_schema_any_object_will_do():
    assert read_json('{"x": [1]}') == {"x": [1]}


def test_a_long_number_is_no_defect():
    assert isinstance(read_json('{"1": ' + "9" * 5000 + "}"), Invalid)


@given(st.text(alphabet='{}[]":,\\ u1ad\n`', max_size=60))
def test_every_text_has_an_answer(text):
    assert isinstance(read_json(text, PAIR), dict | Invalid)


def test_depth_that_can_be_read_but_not_told_has_a_reason():
    """Just below the interpreter's limit, it is the message about the value that fails."""
    for depth in range(850, 1000):
        assert isinstance(read_json(f'{{"1": {"[" * depth}{"]" * depth}}}', PAIR), Invalid)


def test_what_was_thought_before_the_answer_is_left_out():
    assert read_json('<think>{"1": "x"} or {</think>\n{"1": "a", "2": "b"}', PAIR) == {
        "1": "a",
        "2": "b",
    }


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (GOOD, VALUE),
        ('{"1": "a"}', {"1": "a"}),
        ('{"1": "a", "2": "b", "2": "b"}', {"1": "a"}),
        ('{"1": "a", "2": [], "kind": "verb"}', {"1": "a"}),
        ('{"1": "a", "3": "c"}', {"1": "a"}),
        ('{"1": "a", "items": [{"id": 1, "id": 2}]}', {"1": "a"}),
        (f"```json\n{GOOD}\n```", VALUE),
        (f"{GOOD}\n{GOOD}", {}),
        ('{"1": "a", "2": "b"', {}),
        ("I cannot do that.", {}),
        ("", {}),
        ('{"1":' * 20000, {}),
    ],
)
def test_sound_keys_are_kept_of_an_answer(text: str, sound: dict) -> None:
    assert read_sound(text, PAIR) == sound
