import json
from dataclasses import replace
from typing import Any

import pytest

from donor.data import Interval, SideText, Span
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
        ('{"text": "a", "anno": []}', "unknown key 'anno'"),
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


SPAN = {"start": 0, "end": 4, "label": "TERM"}
OTHERS: list[tuple[dict[str, Any], int, list[tuple[str, str]]]] = [
    ({"text": "Ions move", "label": "pos", "source": "book"}, 0, [("label", "pos")]),
    ({"review": "Ions move", "stars": 4, "verified": True}, 0, [("stars", "4")]),
    ({"text": "Ions move", "labels": ["a", "b"]}, 0, [("labels", "a"), ("labels", "b")]),
    ({"text": "Ions move", "label": None}, 0, []),
    ({"text": "Ions move", "score": 0.5}, 0, [("score", "0.5")]),
    ({"text": "Ions move", "entities": [SPAN]}, 1, []),
    ({"text": "Ions move", "entities": []}, 0, []),
    ({"id": 7, "text": "Ions move", "spans": [SPAN]}, 1, []),
    ({"text": "Ions move", "spans": [[0, 4, "TERM"]], "topic": "x"}, 1, [("topic", "x")]),
    ({"text": "Ions move", "spans": [{**SPAN, "text": "Ions", "score": 0.9}]}, 1, []),
    ({"sentence": "Ions move", "ner": [{"from": 0, "to": 4, "type": "TERM"}]}, 1, []),
]  # fmt: skip


@pytest.mark.parametrize(("record", "spans", "labels"), OTHERS)
def test_obvious_fields_of_another_shape_are_read_and_written_back(
    record: dict[str, Any], spans: int, labels: list[tuple[str, str]]
) -> None:
    [document] = JSONL.parse([json.dumps(record)], file="own.jsonl")
    assert (document.id, document.text) == ("own:1", "Ions move")
    assert [span.surface(document.text) for span in document.spans] == ["Ions"] * spans
    assert [(label.name, label.value) for label in document.labels] == labels
    assert json.loads("".join(JSONL.serialize([document]))) == record
    assert not JSONL.losses(document)


def test_another_shape_is_written_with_the_new_text_and_places() -> None:
    record = {"text": "Ions move", "ents": [{**SPAN, "word": "Ions"}], "label": "pos"}
    [document] = JSONL.parse([json.dumps(record)], file="own.jsonl")
    target = replace(
        document,
        text="Движутся ионы",
        language="ru",
        segments=(Interval(0, 13),),
        spans=(replace(document.spans[0], fragments=(Interval(9, 13),)),),
    )
    assert json.loads("".join(JSONL.serialize([target]))) == {
        "text": "Движутся ионы",
        "ents": [{"start": 9, "end": 13, "label": "TERM", "word": "ионы"}],
        "label": "pos",
    }


def test_two_texts_are_a_text_and_a_side_text() -> None:
    record = {"premise": "Ions move", "hypothesis": "It moves", "label": "entailment"}
    [document] = JSONL.parse([json.dumps(record)])
    assert document.side_texts == (SideText("hypothesis", "It moves"),)
    assert json.loads("".join(JSONL.serialize([document]))) == record
