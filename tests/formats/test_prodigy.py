"""Prodigy, record by record."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats.prodigy import PRODIGY


def tokens(text: str) -> list[dict[str, Any]]:
    found = enumerate(re.finditer(r"[\w-]+|[^\w\s]", text))
    return [
        {"text": m[0], "start": m.start(), "end": m.end(), "id": n,
         "ws": text[m.end() : m.end() + 1] == " "}
        for n, m in found
    ]  # fmt: skip


def place(start: int, end: int, first: int, last: int) -> dict[str, int]:
    return {"start": start, "end": end, "token_start": first, "token_end": last}


TEXT = "😀 The up-regulation of IL-1beta message"
RELATIONS = {
    "text": TEXT,
    "meta": {"source": "BioNLP"},
    "_input_hash": -400334998,
    "_task_hash": 1861007191,
    "tokens": [token | ({"disabled": True} if token["id"] == 1 else {}) for token in tokens(TEXT)],
    "spans": [
        {"text": "IL-1beta", "start": 23, "token_start": 4, "token_end": 4, "end": 31,
         "type": "span", "label": "GGP"},
        {**place(2, 19, 1, 2), "label": "EVENT"},
    ],
    "_session_id": None,
    "_view_id": "relations",
    "relations": [
        {"head": 2, "child": 4, "head_span": {**place(2, 19, 1, 2), "label": "EVENT"},
         "child_span": {**place(23, 31, 4, 4), "label": "GGP"}, "color": "#ffd882", "label": "Pos"},
        {"head": 5, "child": 4, "head_span": {**place(32, 39, 5, 5), "label": None},
         "child_span": {**place(23, 31, 4, 4), "label": "GGP"}, "color": "#ffd882", "label": "Of"},
    ],
    "answer": "accept",
}  # fmt: skip
RECORDS: list[dict[str, Any]] = [
    RELATIONS,
    {"text": "Fine", "label": "POSITIVE", "answer": "reject", "_task_hash": 5},
    {"text": "Fine", "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
     "accept": ["a", "b"], "config": {"choice_style": "multiple"}, "answer": "accept"},
    {"text": "Fine", "options": [{"id": 1, "text": "A"}], "accept": [1], "answer": "accept"},
    {"text": "Fine", "options": [], "accept": [], "answer": "ignore"},
    {"text": "ab cd", "spans": [{"start": 0, "end": 2, "label": "A", "pattern": 12, "id": ""},
                                {"start": 3, "end": 5, "label": "A", "pattern": 12, "id": ""}]},
    {"text": "Ions move", "tokens": tokens("Ions move"),
     "relations": [{"head": 1, "child": 0, "label": "nsubj"}], "answer": "accept"},
    {"text": "Ions move", "tokens": tokens("Ions move"), "answer": "accept",
     "relations": [{"head": 1, "child": 0}, {"head": 0, "child": 1, "label": None}]},
    {"text": "مرحبا بالعالم", "tokens": tokens("مرحبا بالعالم"), "spans": [], "answer": "accept"},
    {"text": "北京\r\n很大", "spans": [{"start": 0, "end": 2, "label": "LOC"}], "answer": "accept"},
]  # fmt: skip


def lines(*records: dict[str, Any]) -> list[str]:
    return [json.dumps(record, ensure_ascii=False) + "\n" for record in records]


def read(*records: dict[str, Any]) -> list[Document]:
    return list(PRODIGY.parse(lines(*records), file="own.jsonl"))


def written(*documents: Document) -> list[dict[str, Any]]:
    return [json.loads(line) for line in PRODIGY.serialize(documents)]


@pytest.mark.parametrize("record", RECORDS)
def test_record_comes_back_as_it_was(record: dict[str, Any]) -> None:
    [document] = read(record)
    assert written(document) == [record]
    assert not PRODIGY.losses(document)


def test_spans_relations_and_tokens_are_read() -> None:
    [document] = read(RELATIONS)
    surfaces = [(span.label, span.surface(TEXT)) for span in document.spans]
    assert surfaces == [("GGP", "IL-1beta"), ("EVENT", "The up-regulation"), ("token", "message")]
    assert [(r.label, r.head, r.tail) for r in document.relations] == [
        ("Pos", "s2", "s1"),
        ("Of", "s3", "s1"),
    ]
    assert [token.of(TEXT) for token in document.tokens][:3] == ["😀", "The", "up-regulation"]


def test_label_and_accepted_options_are_labels() -> None:
    documents = read(*RECORDS[1:4])
    assert [document.labels for document in documents] == [
        (TextLabel("label", "POSITIVE"),),
        (TextLabel("accept", "a"), TextLabel("accept", "b")),
        (TextLabel("accept", "1"),),
    ]


def test_versions_of_other_annotators_stay_with_their_text() -> None:
    versions = [
        {"text": "Fine", "spans": [{"start": 0, "end": 4, "label": "A"}], "sessions": ["b"]}
    ]
    record = {"text": "Fine", "spans": [], "versions": versions, "answer": "accept"}
    [document] = PRODIGY.parse([json.dumps(record)], file="a.jsonl")
    assert json.loads("".join(PRODIGY.serialize([document]))) == record
    target = replace(document, text="Gut", segments=(Interval(0, 3),))
    written = json.loads("".join(PRODIGY.serialize([target])))
    assert written == {"text": "Gut", "spans": [], "answer": "accept"}
    assert PRODIGY.losses(target) == {"versions of other annotators": 1}


def test_transfer_has_new_tokens_and_no_hashes() -> None:
    [source] = read(RELATIONS)
    text = "😀 Ап-регуляция сообщения бета"
    target = replace(
        source,
        text=text,
        language="ru",
        segments=(Interval(0, len(text)),),
        tokens=(),
        spans=(
            replace(source.spans[0], fragments=(Interval(25, 29),)),
            replace(source.spans[1], fragments=(Interval(2, 14),)),
            replace(source.spans[2], fragments=(Interval(15, 24),)),
        ),
    )
    [record] = written(target)
    assert not record.keys() & {"_input_hash", "_task_hash"}
    assert [token["text"] for token in record["tokens"]] == [
        "😀", "Ап-регуляция", "сообщения", "бета",
    ]  # fmt: skip
    assert [token["ws"] for token in record["tokens"]] == [True, True, True, False]
    assert record["spans"][0] == {
        "text": "бета", **place(25, 29, 3, 3), "type": "span", "label": "GGP"
    }  # fmt: skip
    assert [(r["head"], r["child"]) for r in record["relations"]] == [(1, 3), (2, 3)]
    assert record["relations"][1]["head_span"] == {**place(15, 24, 2, 2), "label": None}
    assert (record["meta"], record["answer"]) == (RELATIONS["meta"], "accept")
    assert PRODIGY.losses(target) == {"hashes of the source text": 2}


def test_tokens_are_cut_where_a_span_ends_inside_one() -> None:
    [source] = read(RELATIONS)
    target = replace(
        source,
        text="Wasserstoffatom",
        segments=(Interval(0, 15),),
        tokens=(),
        spans=(replace(source.spans[0], fragments=(Interval(0, 11),)),),
        relations=(),
    )
    [record] = written(target)
    assert [(t["text"], t["ws"]) for t in record["tokens"]] == [
        ("Wasserstoff", False),
        ("atom", False),
    ]
    assert record["spans"][0]["token_end"] == 0


def test_target_of_the_same_text_gets_tokens_again() -> None:
    [source] = read(RELATIONS)
    [record] = written(replace(source, tokens=()))
    assert "".join(token["text"] for token in record["tokens"]) == TEXT.replace(" ", "")
    assert [(r["head"], r["child"]) for r in record["relations"]] == [(2, 4), (5, 4)]
    assert record["_task_hash"] == RELATIONS["_task_hash"]


def test_record_without_tokens_gets_none() -> None:
    [source] = read(RECORDS[-1])
    [record] = written(replace(source, text="Пекин велик", segments=(Interval(0, 11),), spans=()))
    assert record == {"text": "Пекин велик", "spans": [], "answer": "accept"}


def test_foreign_document_with_relations_gets_tokens() -> None:
    spans = (Span("T1", "X", (Interval(0, 1),)), Span("T2", "Y", (Interval(2, 3),)))
    document = Document(
        "d", "en", "a b", (Interval(0, 3),), spans=spans,
        relations=(Relation("R", "T1", "T2"), Relation("R", "T9", "T2")),
        labels=(TextLabel("topic", "x"),), side_texts=(SideText("t", "u"),),
    )  # fmt: skip
    [record] = written(document)
    assert len(record["tokens"]) == 2
    assert record["relations"][0]["head_span"] == {**place(0, 1, 0, 0), "label": "X"}
    assert record["label"] == "x"
    assert PRODIGY.losses(document) == {
        "span ids": 2, "dangling relations": 1, "label names": 1, "side texts": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ("{", "not JSON"),
        ('{"image": "a.jpg", "spans": []}', "no text"),
        ('{"text": "abc", "spans": [{"start": 0, "end": 2}]}', "'label' is missing"),
        ('{"text": "abc", "spans": [{"start": 0, "end": 7, "label": "X"}]}', "ends at 7"),
        ('{"text": "abc", "spans": [{"start": 0.1, "end": 1.2, "label": "X"}]}', "whole number"),
        ('{"text": "abc", "spans": 7}', "spans is not a list"),
        ('{"text": "abc", "relations": [{"head": 1, "child": 0, "label": "R"}]}', "token 1"),
        ('{"text": "abc", "tokens": [{"text": "abc", "start": 2, "end": 1}]}', "not an interval"),
    ],
)
def test_error_names_the_line_and_reading_can_go_on(record: str, problem: str) -> None:
    some = ['{"text": "before"}\n', record + "\n", '{"text": "behind"}\n']
    with pytest.raises(FormatError, match=problem) as caught:
        list(PRODIGY.parse(some, file="own.jsonl"))
    assert caught.value.where.startswith("own.jsonl:2")
    refused: list[FormatError] = []
    found = list(PRODIGY.parse(some, file="own.jsonl", refuse=refused.append))
    assert [document.id for document in found] == ["own:1", "own:3"]
    assert len(refused) == 1


@pytest.mark.parametrize("record", [*RECORDS[:5], *RECORDS[6:]])
def test_prodigy_is_recognised(record: dict[str, Any]) -> None:
    assert PRODIGY.sniff(lines(record)[0])


@pytest.mark.parametrize(
    "head",
    [
        '{"text": "a", "spans": [{"start": 0, "end": 1, "label": "X"}]}',
        '{"text": "a", "tokens": [[0, 1]]}',
        '{"text": "a", "answer": "Paris"}',
        '{"image": "a", "answer": "accept"}',
        '{"text": "a", "tokens": ["a"]}',
    ],
)
def test_other_records_are_not_taken_for_prodigy(head: str) -> None:
    assert not PRODIGY.sniff(head)
