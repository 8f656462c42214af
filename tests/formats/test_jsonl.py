import pytest

from donor.data import Interval, Span
from donor.errors import FormatError
from donor.formats.jsonl import JSONL


def test_text_alone_is_a_document() -> None:
    [document] = JSONL.parse(['{"text": "An ion."}\n'], file="own.jsonl")
    assert (document.id, document.text) == ("own:1", "An ion.")
    assert document.segments == (Interval(0, 7),)


def test_start_and_end_are_a_span() -> None:
    line = '{"text": "An ion.", "spans": [{"start": 3, "end": 6, "label": "Term"}]}'
    [document] = JSONL.parse([line])
    assert document.spans == (Span("s1", "Term", (Interval(3, 6),)),)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": "d"}', "key 'text' is missing"),
        ('{"text": 7}', "text is not a string"),
        ('{"text": "a", "entities": []}', "unknown key 'entities'"),
        ('{"text": "a", "spans": [{"start": 0, "end": 1}]}', "key 'label' is missing"),
        ('{"text": "a", "spans": [{"start": 0, "end": 9, "label": "x"}]}', "ends at 9"),
        ('{"text": "a", "spans": [{"start": 2, "end": 1, "label": "x"}]}', "not an interval"),
        ('{"text": "a", "spans": [{"start": 0, "end": "x", "label": "x"}]}', "not a document"),
        ('{"text": "a", "relations": [7]}', "not a document"),
        ('{"text": "abc", "spans": [{"start": 0.5, "end": 2, "label": "x"}]}', "0.5 is not a"),
        ('{"text": "abc", "spans": [{"start": "0", "end": 2, "label": "x"}]}', "'0' is not a"),
        ('{"text": "a", "language": 5}', "language is not a string"),
        ('{"text": "ab cd", "segments": [[0, 2]]}', "'cd' stands outside the segments"),
    ],
)
def test_error_names_line_and_problem(line: str, problem: str) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        list(JSONL.parse(["\n", line], file="own.jsonl"))
    assert caught.value.where == "own.jsonl:2"
