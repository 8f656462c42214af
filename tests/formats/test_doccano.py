"""doccano, record by record, as its exports lay them out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats.doccano import DOCCANO
from donor.formats.format import Options

GOOGLE = {
    "id": 8,
    "text": "😀 Google in 1998 by Larry",
    "entities": [
        {"id": 11, "label": "ORG", "start_offset": 3, "end_offset": 9},
        {"id": 12, "label": "DATE", "start_offset": 13, "end_offset": 17, "sure": 0.5},
    ],
    "relations": [{"id": 1, "from_id": 11, "to_id": 12, "type": "foundedAt"}],
    "Comments": ["look again"],
}
RECORDS: list[dict[str, Any]] = [
    {"id": 7, "text": "Google was founded in 1998.", "label": [[0, 6, "ORG"]], "Comments": []},
    {"id": 7, "text": "שלום עולם", "labels": [[5, 9, "X"]], "source": {"page": 3}},
    {"id": 7, "text": "我爱北京", "entities": [[2, 4, "LOC"]], "username": "admin"},
    {"id": 7, "text": "ไปเชียงใหม่\r\nพรุ่งนี้", "label": [[2, 11, "LOC"]]},
    GOOGLE,
    {"id": 9, "text": "Fine!", "label": ["positive", "short"], "Comments": []},
    {"id": 9, "data": "Fine!", "label": "positive"},
    {"id": 9, "text": "to Rome", "entities": [[3, 7, "city"]], "cats": ["travel"]},
    {"id": 9, "text": "nothing", "label": []},
    {"id": 9, "text": "nothing", "entities": [], "relations": [], "Comments": []},
]


def lines(*records: dict[str, Any]) -> list[str]:
    return [json.dumps(record, ensure_ascii=False) + "\n" for record in records]


def read(*records: dict[str, Any], options: Options | None = None) -> list[Document]:
    format = DOCCANO.configured(options) if options else DOCCANO
    return list(format.parse(lines(*records), file="in/own.jsonl"))


def written(*documents: Document) -> list[dict[str, Any]]:
    return [json.loads(line) for line in DOCCANO.serialize(documents)]


def test_records_come_back_as_they_were_keys_in_their_order() -> None:
    again = written(*read(*RECORDS))
    assert again == RECORDS
    assert [list(record) for record in again] == [list(record) for record in RECORDS]
    assert not sum(
        (DOCCANO.losses(document) for document in read(*RECORDS)), DOCCANO.losses(read(GOOGLE)[0])
    )


def test_offsets_are_utf_16_units() -> None:
    [document] = read(GOOGLE)
    assert [span.surface(document.text) for span in document.spans] == ["Google", "1998"]
    assert document.spans[1].attributes == {"sure": 0.5}
    assert document.relations == (Relation("foundedAt", "11", "12", {"id": 1}),)
    assert (document.id, document.metadata["file"]) == ("in/own:1", "in/own.jsonl")


def test_offsets_that_make_sense_in_code_points_alone_are_read_so_and_told() -> None:
    told: list[tuple[str, str]] = []
    record = {"text": "😀😀 Google it", "label": [[3, 9, "ORG"]]}
    [document] = DOCCANO.parse(lines(record), warn=lambda *what: told.append(what))
    assert document.spans[0].surface(document.text) == "Google"
    assert "code points" in told[0][1]
    assert written(document) == [record]


def test_unit_of_offsets_can_be_said() -> None:
    said = Options(fields={"offsets": "code-points"})
    [document] = read({"text": "😀我爱北京", "label": [[3, 5, "LOC"]]}, options=said)
    assert document.spans[0].surface(document.text) == "北京"
    with pytest.raises(ConfigError, match="bytes"):
        DOCCANO.configured(Options(fields={"offsets": "bytes"}))


def test_transfer_gets_its_own_text_and_offsets() -> None:
    [source] = read(GOOGLE)
    text = "😀😀 В 1998 Google"
    target = replace(
        source,
        text=text,
        language="ru",
        segments=(Interval(0, len(text)),),
        spans=(
            replace(source.spans[0], fragments=(Interval(10, 16),)),
            replace(source.spans[1], fragments=(Interval(5, 9),)),
        ),
    )
    [record] = written(target)
    assert record["text"] == text
    assert [(e["id"], e["start_offset"], e["end_offset"]) for e in record["entities"]] == [
        (11, 12, 18),
        (12, 7, 11),
    ]
    assert {k: record[k] for k in ("id", "relations", "Comments")} == {
        k: GOOGLE[k] for k in ("id", "relations", "Comments")
    }
    assert next(DOCCANO.parse(lines(record))).spans == target.spans


def test_lost_spans_and_labels_are_not_written() -> None:
    [document] = read(GOOGLE)
    [record] = written(replace(document, spans=document.spans[:1], relations=()))
    assert [entity["id"] for entity in record["entities"]] == [11]
    assert record["relations"] == []
    [document] = read({"text": "a", "label": ["x"]})
    assert written(replace(document, labels=())) == [{"text": "a", "label": []}]


def test_strings_are_texts_to_translate_where_the_user_says_so() -> None:
    record = {"text": "Good morning all", "label": ["Morning", "Hello"]}
    [document] = read(record, options=Options(fields={"side": "label"}))
    assert document.side_texts == (SideText("label", "Morning"), SideText("label:2", "Hello"))
    assert written(document) == [record]
    assert not DOCCANO.losses(document)


def test_labels_that_read_like_texts_are_told() -> None:
    told: list[str] = []
    record = {"text": "a", "label": ["This is what the text says in short."]}
    list(DOCCANO.parse(lines(record), warn=lambda _, what: told.append(what)))
    assert "--field side=label" in told[0]


class TestForeignDocuments:
    plain = Document(
        "d", "en", "a b", (Interval(0, 3),), spans=(Span("T1", "X", (Interval(0, 1),)),)
    )

    def test_spans_alone_are_lists(self) -> None:
        assert written(self.plain) == [{"text": "a b", "label": [[0, 1, "X"]]}]

    def test_relations_make_objects_with_numbers(self) -> None:
        document = replace(
            self.plain, relations=(Relation("R", "T1", "T1"), Relation("R", "T9", "T1"))
        )
        assert written(document) == [
            {
                "text": "a b",
                "entities": [{"id": 1, "label": "X", "start_offset": 0, "end_offset": 1}],
                "relations": [{"id": 1, "from_id": 1, "to_id": 1, "type": "R"}],
            }
        ]
        assert DOCCANO.losses(document) == {"span ids": 1, "dangling relations": 1}

    def test_labels_beside_spans_are_categories(self) -> None:
        document = replace(
            self.plain, labels=(TextLabel("topic", "x"), TextLabel("y", "z", segment=0))
        )
        assert written(document)[0]["cats"] == ["x"]
        assert DOCCANO.losses(document) == {
            "span ids": 1,
            "label names": 1,
            "labels of segments": 1,
        }

    def test_what_has_no_place_is_counted(self) -> None:
        document = replace(
            self.plain,
            spans=(Span("s1", "X", (Interval(0, 1), Interval(2, 3)), {"a": 1}),),
            tokens=(Interval(0, 1),),
            segments=(Interval(0, 1), Interval(2, 3)),
            side_texts=(SideText("title", "t"),),
            metadata={"file": "f", "source": "own"},
        )
        assert DOCCANO.losses(document) == {
            "discontinuous spans": 1, "attributes": 1, "tokens": 1, "segments": 1,
            "side texts": 1, "metadata": 1,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ('{"text": "a"', "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": 1}', "'text' is missing"),
        ('{"text": 1, "label": []}', "text is not a string"),
        ('{"text": "abc", "label": [[0, 9, "X"]]}', "ends at 9"),
        ('{"text": "abc", "label": [[2, 1, "X"]]}', "not an interval"),
        ('{"text": "abc", "label": [[1, 1, "X"]]}', "covers no text"),
        ('{"text": "abc", "label": [[0, 1]]}', "not \\[start, end, label\\]"),
        ('{"text": "abc", "label": [[0.5, 1, "X"]]}', "0.5 is not a whole number"),
        ('{"text": "abc", "label": ["x", [0, 1, "X"]]}', "neither a list of spans nor"),
        ('{"text": "abc", "label": [[0, 1, "X"]], "entities": [[0, 1, "X"]]}', "in another key"),
        ('{"text": "abc", "entities": [{"label": "X", "start_offset": 0}]}', "'end_offset'"),
        ('{"text": "a", "entities": [], "relations": [{"from_id": 1, "to_id": 2, "type": "R"}]}',
         "starts at span 2"),
        ('{"text": "😀", "label": [[0, 9, "X"]]}', "outside the text"),
    ],
)  # fmt: skip
def test_error_names_the_line_and_reading_can_go_on(record: str, problem: str) -> None:
    some = ['{"text": "before"}\n', "\n", record + "\n", '{"text": "behind"}\n']
    with pytest.raises(FormatError, match=problem) as caught:
        list(DOCCANO.parse(some, file="own.jsonl"))
    assert caught.value.where.startswith("own.jsonl:3")
    refused: list[FormatError] = []
    if record.startswith("["):
        return
    found = list(DOCCANO.parse(some, file="own.jsonl", refuse=refused.append))
    assert [document.text for document in found] == ["before", "behind"]
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('{"text": "a", "label": [[0, 1, "X"]]}', True),
        ('{"text": "a", "label": ["x"]}', True),
        ('{"text": "a", "entities": [], "relations": []}', True),
        ('{"data": "a", "label": []}', True),
        ('{"text": "a", "label": "x"}', False),
        ('{"text": "a", "labels": []}', False),
        ('{"text": "a", "labels": [{"name": "x", "value": "y"}]}', False),
        ('{"text": "a", "spans": []}', False),
        ('{"text": "a"}', False),
        ("[", False),
        ("", False),
    ],
)
def test_doccano_is_told_from_other_records(head: str, expected: bool) -> None:
    assert DOCCANO.sniff(head + "\n") is expected


FIRST_VERSION = {
    "id": 5, "text": "Ions 😀 move",
    "annotations": [
        {"label": 2, "start_offset": 0, "end_offset": 4, "user": 1},
        {"label": 3, "start_offset": 8, "end_offset": 12, "user": 2},
    ],
    "meta": {}, "annotation_approver": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "record",
    [
        FIRST_VERSION,
        FIRST_VERSION | {"annotations": [{"label": 2, "user": 1}, {"label": 2, "user": 3}]},
        FIRST_VERSION | {"annotations": [{"text": "Die Ionen", "user": 1}]},
        FIRST_VERSION | {"annotations": []},
        {
            "text": "Ions move",
            "entities": [
                {"id": 0, "start_offset": 0, "end_offset": 4, "label": "T"},
                {"id": 4, "start_offset": 5, "end_offset": 9, "label": "T"},
            ],
            "relations": [{"from_id": 0, "to_id": 4, "type": "R"}],
        },
        {"text": "Ions", "entities": [{"start_offset": 0, "end_offset": 4, "label": "T"}]},
    ],
)
def test_what_a_record_leaves_out_is_left_out_again(record: dict[str, object]) -> None:
    [line] = DOCCANO.serialize(DOCCANO.parse([json.dumps(record)], file="a.jsonl"))
    assert json.loads(line) == record


def test_annotations_of_the_first_version_are_spans_and_labels() -> None:
    assert DOCCANO.sniff(json.dumps(FIRST_VERSION) + "\n")
    [document] = DOCCANO.parse([json.dumps(FIRST_VERSION)], file="a.jsonl")
    found = [(span.label, span.surface(document.text)) for span in document.spans]
    assert found == [("2", "Ions"), ("3", "move")]
    assert not DOCCANO.losses(document)
    moved = replace(document, text="Die Ionen", segments=(Interval(0, 9),), spans=())
    [line] = DOCCANO.serialize([moved])
    assert json.loads(line)["annotations"] == []


def test_list_stays_a_list() -> None:
    lines = ['[{"text": "a", "label": ["x"]},\n', ' {"text": "b", "label": []}]\n']
    written = "".join(DOCCANO.serialize(DOCCANO.parse(lines, file="a.json")))
    assert json.loads(written) == json.loads("".join(lines))
