"""Argilla, record by record, as its client exports them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from tests.formats.test_tool_laws import documents

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats.argilla import ARGILLA
from donor.formats.format import Options

ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


def place(start: int, end: int, label: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, **more}


# Laid out by argilla 2.8.0: `Record.to_dict()` of a record with these parts.
RECORD: dict[str, Any] = {
    "id": "r1",
    "fields": {"text": "😀 Ions move", "title": "Motion", "chat": [{"role": "user"}]},
    "metadata": {"page": 3},
    "suggestions": {
        "span": {"value": [place(2, 6, "TERM", score=0.5)], "score": 0.9, "agent": "m"},
        "parts": {"value": [place(2, 6, "NOUN", score=0.5)], "score": None, "agent": "m"},
        "comment": {"value": "Short.", "score": None, "agent": "m"},
        "stars": {"value": 4, "score": None, "agent": None},
    },
    "responses": {
        "span": [
            {"value": [place(3, 7, "TERM"), place(8, 12, "EVENT")], "user_id": ONE},
            {"value": [place(8, 12, "VERB")], "user_id": TWO},
        ],
        "topic": [{"value": "physics", "user_id": ONE}, {"value": "chemistry", "user_id": TWO}],
        "tags": [{"value": ["a", "b"], "user_id": ONE}],
        "order": [{"value": [{"value": "x", "rank": 1}], "user_id": ONE}],
        "none": [{"value": [], "user_id": ONE}],
    },
    "vectors": {"v": [0.1, 0.2]},
    "status": "completed",
    "_server_id": "5d1e",
}
PLAIN: dict[str, Any] = {
    "id": "r2", "fields": {"body": "שלום עולם"}, "metadata": {}, "suggestions": {},
    "responses": {}, "vectors": {}, "status": "pending", "_server_id": None,
}  # fmt: skip


def parse(*records: dict[str, Any], indent: int | None = None, **fields: str) -> list[Document]:
    lines = json.dumps(list(records), indent=indent).splitlines(keepends=True)
    format = ARGILLA.configured(Options(fields=fields))
    return list(format.parse(lines, file="in/x.json"))


def written(*some: Document) -> list[dict[str, Any]]:
    text = "".join(ARGILLA.serialize(some))
    records: list[dict[str, Any]] = json.loads(text)
    return records


@pytest.mark.parametrize("indent", [None, 1])
def test_records_come_back_as_they_were(indent: int | None) -> None:
    found = parse(RECORD, PLAIN, indent=indent)
    assert written(*found) == [RECORD, PLAIN]
    assert not any(ARGILLA.losses(document) for document in found)
    assert written(*parse(RECORD, side="comment")) == [RECORD]


def test_lines_come_back_as_lines() -> None:
    lines = [json.dumps(record) + "\n" for record in (RECORD, PLAIN)]
    found = ARGILLA.parse(lines, file="x.jsonl")
    assert [json.loads(line) for line in ARGILLA.serialize(found)] == [RECORD, PLAIN]


def test_first_response_counts_else_the_suggestion() -> None:
    [document] = parse(RECORD)
    assert [(s.label, s.surface(document.text), s.attributes) for s in document.spans] == [
        ("TERM", "Ions", {"question": "span"}),
        ("EVENT", "move", {"question": "span"}),
        ("NOUN", "Ions", {"question": "parts", "score": 0.5}),
    ]
    assert document.labels == (
        TextLabel("topic", "physics"),
        TextLabel("tags", "a"),
        TextLabel("tags", "b"),
        TextLabel("comment", "Short."),
    )
    assert document.side_texts == (SideText("title", "Motion"),)
    assert (document.id, document.metadata["file"]) == ("in/x:1", "in/x.json")


def test_answers_may_be_texts() -> None:
    [document] = parse(RECORD, side="comment")
    assert document.side_texts[-1] == SideText("comment", "Short.")
    assert "comment" not in {label.name for label in document.labels}


def test_units_follow_who_counts_and_what_makes_sense() -> None:
    record = {**PLAIN, "fields": {"text": "😀😀 Google it"}}
    responses = {"span": [{"value": [place(3, 9, "ORG")], "user_id": ONE}]}
    told: list[str] = []
    lines = [json.dumps([{**record, "responses": responses}])]
    [document] = ARGILLA.parse(lines, warn=lambda _, what: told.append(what))
    assert document.spans[0].surface(document.text) == "Google"
    assert "read as code-points" in told[0]
    assert written(document) == [{**record, "responses": responses}]
    cjk = {**PLAIN, "fields": {"text": "😀我爱北京"}, "responses": responses}
    assert (
        parse(cjk | {"responses": {"s": [{"value": [place(3, 5, "X")]}]}})[0]
        .spans[0]
        .surface("😀我爱北京")
        == "爱北"
    )
    said = parse(cjk | {"responses": {"s": [{"value": [place(3, 5, "X")]}]}}, offsets="code-points")
    assert said[0].spans[0].surface("😀我爱北京") == "北京"
    with pytest.raises(ConfigError, match="bytes"):
        parse(PLAIN, offsets="bytes")


class TestTransfer:
    text = "Движутся 😀 ионы"

    def target(self) -> Document:
        [source] = parse(RECORD, side="comment")
        places = [(11, 15), (0, 8), (11, 15)]
        spans = tuple(
            replace(span, fragments=(Interval(*edges),))
            for span, edges in zip(source.spans, places, strict=True)
        )
        sides = tuple(SideText(side.name, f"ru {side.text}") for side in source.side_texts)
        return replace(
            source, text=self.text, segments=(Interval(0, 15),), spans=spans, side_texts=sides
        )

    def test_nothing_of_the_source_text_stays(self) -> None:
        [record] = written(self.target())
        assert record == {
            **RECORD,
            "fields": {"text": self.text, "title": "ru Motion", "chat": [{"role": "user"}]},
            "suggestions": {
                "parts": {"value": [place(11, 15, "NOUN", score=0.5)], "score": None, "agent": "m"},
                "comment": {"value": "ru Short.", "score": None, "agent": "m"},
                "stars": {"value": 4, "score": None, "agent": None},
            },
            "responses": {
                **RECORD["responses"],
                "span": [{"value": [place(12, 16, "TERM"), place(0, 8, "EVENT")], "user_id": ONE}],
            },
            "vectors": {},
            "_server_id": None,
        }
        assert ARGILLA.losses(self.target()) == {
            "vectors": 1, "further annotations": 2, "server ids": 1,
        }  # fmt: skip

    def test_lost_spans_and_labels_are_not_written(self) -> None:
        target = replace(self.target(), spans=(), labels=())
        [record] = written(target)
        assert record["responses"]["span"] == [{"value": [], "user_id": ONE}]
        assert record["responses"]["tags"] == [{"value": [], "user_id": ONE}]
        assert [answer["user_id"] for answer in record["responses"]["topic"]] == [TWO]


def test_foreign_document_makes_suggestions() -> None:
    document = Document(
        "d", "en", "a b", (Interval(0, 3),),
        spans=(Span("T1", "X", (Interval(0, 1),), {"sure": 1}),),
        relations=(Relation("R", "T1", "T1"),),
        labels=(TextLabel("span", "x"), TextLabel("tags", "y"), TextLabel("tags", "z")),
        side_texts=(SideText("title", "t"),),
    )  # fmt: skip
    [record] = written(document)
    assert record["fields"] == {"title": "t", "text": "a b"}
    assert {q: s["value"] for q, s in record["suggestions"].items()} == {
        "span1": [place(0, 1, "X", sure=1)],
        "span": "x",
        "tags": ["y", "z"],
    }
    assert ARGILLA.losses(document) == {"relations": 1, "span ids": 1}


@given(documents(labels=("topic",)))
def test_law(document: Document) -> None:
    spans = tuple(replace(span, attributes={"question": "q"}) for span in document.spans)
    document = replace(document, id="x:1", spans=spans)
    lines = list(ARGILLA.serialize([document]))
    if not ARGILLA.losses(document):
        [found] = ARGILLA.parse(lines, file="x")
        assert replace(found, metadata={}) == document
    once = list(ARGILLA.serialize(ARGILLA.parse(lines)))
    assert list(ARGILLA.serialize(ARGILLA.parse(once))) == once


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"id": 1}, "'fields' is missing"),
        ({"fields": {"image": {}}}, "no field is a text"),
        ({"fields": {"a": "x", "b": "y"}}, "which of a, b is the text"),
        ({"fields": []}, "fields is not a JSON object"),
        ({"fields": {"text": "abc"}, "responses": {"q": [{"value": [place(0, 9, "X")]}]}}, "at 9"),
        ({"fields": {"text": "abc"}, "responses": {"q": [{"value": [place(1, 1, "X")]}]}},
         "covers no text"),
        ({"fields": {"text": "abc"}, "responses": {"q": 7}}, "responses to q is not a list"),
        ({"fields": {"text": "abc"},
          "suggestions": {"q": {"value": [{"start": "0", "end": 1, "label": "X"}]}}},
         "not a whole number"),
    ],
)  # fmt: skip
def test_error_names_the_line_and_reading_can_go_on(record: dict[str, Any], problem: str) -> None:
    lines = [json.dumps(r) + "\n" for r in ({"fields": {"text": "a"}}, record, PLAIN)]
    with pytest.raises(FormatError, match=problem) as caught:
        list(ARGILLA.parse(lines, file="x.jsonl"))
    assert caught.value.where == "x.jsonl:2"
    refused: list[FormatError] = []
    found = list(ARGILLA.parse(lines, file="x.jsonl", refuse=refused.append))
    assert ([document.id for document in found], len(refused)) == (["x:1", "x:3"], 1)


def test_records_are_recognised() -> None:
    assert ARGILLA.sniff(json.dumps([RECORD], indent=1))
    assert ARGILLA.sniff(json.dumps(PLAIN))
    assert ARGILLA.sniff(json.dumps([RECORD], indent=1)[:-40])
    assert not ARGILLA.sniff('{"fields": {"text": "a"}}')
    assert not ARGILLA.sniff('{"text": "a", "responses": {}}')


TOKENS: dict[str, Any] = {
    "text": "😀 Ions move", "tokens": ["😀", "Ions", "move"],
    "prediction": [["TERM", 2, 6, 0.5]], "prediction_agent": "m",
    "annotation": [["TERM", 2, 6], ["EVENT", 7, 11]], "annotation_agent": "me",
    "vectors": {"v": [0.1]}, "id": "x", "metadata": {"page": 1}, "status": "Validated",
    "event_timestamp": None, "metrics": {"n_tokens": 3}, "search_keywords": None,
}  # fmt: skip


class TestTokenRecords:
    """Records of Argilla 1, as `to_pandas().to_json()` and `to_datasets()` lay them out."""

    @pytest.mark.parametrize(
        "more",
        [
            {},
            {"annotation": None},
            {"annotation": None, "prediction": None},
            {"annotation": [{"label": "TERM", "start": 2, "end": 6}]},
            {"text": "我爱北京", "tokens": ["我", "爱", "北京"], "annotation": [["LOC", 2, 4]]},
        ],
    )
    def test_record_comes_back_as_it_was(self, more: dict[str, Any]) -> None:
        record = {**TOKENS, **more}
        [document] = parse(record)
        assert written(document) == [record]
        assert not ARGILLA.losses(document)
        assert ARGILLA.sniff(json.dumps(record))

    def test_transfer_has_new_tokens_and_nothing_computed(self) -> None:
        [source] = parse(TOKENS)
        assert [token.of(source.text) for token in source.tokens] == TOKENS["tokens"]
        target = replace(
            source,
            text="Ионы 😀 движутся",
            segments=(Interval(0, 15),),
            tokens=(),
            spans=(replace(source.spans[0], fragments=(Interval(0, 4),)),),
        )
        assert written(target) == [
            {
                **TOKENS,
                "text": "Ионы 😀 движутся",
                "tokens": ["Ионы", "😀", "движутся"],
                "annotation": [["TERM", 0, 4]],
                "prediction": None, "vectors": None, "metrics": None,
            }
        ]  # fmt: skip
        assert ARGILLA.losses(target) == {"further annotations": 1, "vectors": 1}

    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ({"tokens": ["Ions", "😀"]}, "token '😀' is not in the text behind '😀 Ions'"),
            ({"annotation": [["X", 1]]}, "not \\[label, start, end\\]"),
            ({"annotation": [7]}, "neither an object nor a list"),
        ],
    )
    def test_error_says_what_is_wrong(self, more: dict[str, Any], problem: str) -> None:
        with pytest.raises(FormatError, match=problem) as caught:
            parse({**TOKENS, **more})
        assert caught.value.where == "in/x.json:1"
