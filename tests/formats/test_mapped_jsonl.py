"""Foreign JSON lines whose fields the user names."""

import json
from dataclasses import replace
from typing import Any

import pytest

from donor.data import Document, Interval, SideText, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats.format import Options, TextFormat
from donor.formats.jsonl import JSONL
from donor.formats.jsonl.mapped import MappedJsonlFormat

RECORDS: list[dict[str, Any]] = [
    {"x": 1, "data": {"text": "😀 Ions move", "n": 2}, "id": 5, "topic": ["a", "b"],
     "ner": [{"from": 2, "to": 6, "type": "T", "word": "Ions", "score": 0.5}], "title": "Motion"},
    {"data": {"text": "Ions"}, "id": "q", "ner": [], "topic": "a", "title": None},
    {"data": {"text": "Ions"}, "id": 7, "ner": [[0, 4, "T", 0.9]], "topic": 1},
    {"data": {"text": "Ions"}, "id": 8, "ner": None, "topic": True},
    {"data": {"text": "שלום\r\nעולם"}, "id": 9, "ner": [{"label": "X", "end": 4, "start": 0}]},
]  # fmt: skip
FIELDS = {"text": "data.text", "spans": "ner", "label": "topic", "side": "title", "id": "id"}


def mapped(**fields: str) -> TextFormat:
    return JSONL.configured(Options(fields=fields))


def read(format: TextFormat, *records: dict[str, Any]) -> list[Document]:
    return list(format.parse([json.dumps(record) + "\n" for record in records], file="own.jsonl"))


def written(format: TextFormat, *documents: Document) -> list[dict[str, Any]]:
    return [json.loads(line) for line in format.serialize(documents)]


def test_records_come_back_as_they_were_keys_in_their_order() -> None:
    format = mapped(**FIELDS)
    again = written(format, *read(format, *RECORDS))
    assert again == RECORDS
    assert [list(record) for record in again] == [list(record) for record in RECORDS]
    assert list(again[4]["ner"][0]) == ["label", "end", "start"]


def test_fields_are_read_by_their_paths() -> None:
    format = mapped(**FIELDS)
    [document, *_] = read(format, *RECORDS)
    assert (document.id, document.text) == ("5", "😀 Ions move")
    assert document.spans[0].surface(document.text) == "Ions"
    assert document.spans[0].attributes == {"score": 0.5}
    assert document.labels == (TextLabel("topic", "a"), TextLabel("topic", "b"))
    assert document.side_texts == (SideText("title", "Motion"),)
    assert not format.losses(document)


@pytest.mark.parametrize(
    "span",
    [
        {"start": 0, "end": 4, "label": "T"},
        {"begin": 0, "end": 4, "tag": "T"},
        {"start_offset": 0, "end_offset": 4, "label": "T"},
        {"startOffset": 0, "endOffset": 4, "category": "T"},
        {"start_char": 0, "end_char": 4, "class": "T"},
        {"start": 0, "end": 4, "entity_group": "T", "word": "Ions"},
        {"BeginOffset": 0, "EndOffset": 4, "Type": "T", "Text": "Ions"},
        [0, 4, "T"],
    ],
)
def test_usual_names_of_a_span_are_known(span: Any) -> None:
    format = mapped(text="s", spans="ents")
    record = {"s": "Ions move", "ents": [span]}
    [document] = read(format, record)
    assert [(s.label, s.surface("Ions move")) for s in document.spans] == [("T", "Ions")]
    assert written(format, document) == [record]


def test_transfer_rewrites_text_offsets_and_surfaces_alone() -> None:
    format = mapped(**FIELDS)
    [source, *_] = read(format, *RECORDS)
    target = replace(
        source,
        text="Движение ионов",
        segments=(Interval(0, 14),),
        spans=(replace(source.spans[0], fragments=(Interval(9, 14),)),),
        side_texts=(SideText("title", "Движение"),),
    )
    [record] = written(format, target)
    assert record == {
        **RECORDS[0],
        "data": {"text": "Движение ионов", "n": 2},
        "ner": [{"from": 9, "to": 14, "type": "T", "word": "ионов", "score": 0.5}],
        "title": "Движение",
    }
    assert written(format, replace(target, spans=(), labels=()))[0]["ner"] == []
    assert written(format, replace(target, spans=(), labels=()))[0]["topic"] == []


def test_key_with_a_dot_comes_before_a_path() -> None:
    record = {"a.b": "x", "a": {"b": "y"}}
    [document] = read(mapped(text="a.b"), record)
    assert document.text == "x"
    assert written(mapped(text="a.b"), document) == [record]


def test_foreign_document_gets_the_named_fields() -> None:
    document = read(mapped(**FIELDS), RECORDS[0])[0]
    plain = replace(document, metadata={})
    assert written(mapped(text="a.t", spans="a.s", label="topic", id="n"), plain) == [
        {
            "a": {"t": document.text, "s": [{"start": 2, "end": 6, "label": "T", "score": 0.5}]},
            "n": "5",
            "topic": ["a", "b"],
        }
    ]
    assert mapped(text="t").losses(plain) == {"spans": 1, "text labels": 2, "side texts": 1}


def test_without_named_fields_it_is_donors_own() -> None:
    assert JSONL.configured(Options(fields={"separator": ";"})) is JSONL
    assert isinstance(mapped(spans="ner"), MappedJsonlFormat)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text": "a", "spans": "a"}, "named for two things"),
        ({"text": "a,b"}, "several are named"),
        ({"text": ""}, "is empty"),
    ],
)
def test_impossible_fields_are_refused(fields: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        mapped(**fields)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"text": "a"}, "no field 's'; there are text"),
        ({"s": 1}, "s is not a string"),
        ({"s": "abc", "ner": {}}, "ner is not a list"),
        ({"s": "abc", "ner": [7]}, "neither an object nor a list"),
        ({"s": "abc", "ner": [{"start": 0, "end": 1}]}, "span 1 has no label: none of label, type"),
        ({"s": "abc", "ner": [{"start": 0, "end": 9, "label": "X"}]}, "ends at 9"),
        ({"s": "abc", "ner": [{"start": "0", "end": 1, "label": "X"}]}, "whole number"),
        ({"s": "abc", "ner": [[0, 1]]}, "not \\[start, end, label\\]"),
        ({"s": "abc", "y": {}}, "y is neither"),
    ],
)
def test_error_names_line_and_flags_and_reading_can_go_on(
    record: dict[str, Any], problem: str
) -> None:
    format = mapped(text="s", spans="ner", label="y")
    with pytest.raises(FormatError, match=problem) as caught:
        read(format, {"s": "a"}, record)
    assert caught.value.where == "own.jsonl:2"
    assert "--spans-field" in caught.value.hint
    refused: list[FormatError] = []
    lines = [json.dumps(r) for r in ({"s": "a"}, record, {"s": "b"})]
    found = list(format.parse(lines, refuse=refused.append))
    assert [document.text for document in found] == ["a", "b"]
    assert len(refused) == 1


def test_donors_own_reader_names_the_flags_for_foreign_records() -> None:
    with pytest.raises(FormatError) as caught:
        list(JSONL.parse(['{"text": "a", "annos": []}']))
    assert "--text-field, --spans-field, --label-field" in caught.value.hint


def test_field_that_no_record_has_is_told() -> None:
    odd: list[tuple[str, str]] = []
    lines = ['{"text": "Ions", "topic": "a"}', '{"text": "Ions", "ner": []}']
    format = mapped(label="topic,topik", spans="ner")
    list(format.parse(lines, file="own.jsonl", warn=lambda *what: odd.append(what)))
    assert odd == [("own.jsonl", "no record has a field 'topik'")]


def test_categories_with_scores_are_labels() -> None:
    format = mapped(label="cats")
    record = {"text": "Ions move", "cats": {"PHYSICS": 1.0, "SPORT": 0.2, "OLD": False}}
    [document] = read(format, record)
    assert document.labels == (TextLabel("cats", "PHYSICS"),)
    assert written(format, document) == [record]
    other = replace(document, labels=(TextLabel("cats", "OLD"), TextLabel("cats", "NEW")))
    scores = {"PHYSICS": 0.0, "SPORT": 0.2, "OLD": 1.0, "NEW": 1.0}
    assert written(format, other) == [{"text": "Ions move", "cats": scores}]
