"""Label Studio, task by task, as its exports lay them out."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from tests.formats.test_tool_laws import documents

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats.format import Options
from donor.formats.label_studio import LABEL_STUDIO

TEXT = "😀 Ions move\nfast in water"


def region(name: str, start: int, end: int, text: str, *labels: str) -> dict[str, Any]:
    return {
        "id": name, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
        "value": {"start": start, "end": end, "text": text, "labels": list(labels)},
    }  # fmt: skip


FULL: dict[str, Any] = {
    "id": 17,
    "data": {"text": TEXT, "url": "https://example.org", "title": "Motion"},
    "annotations": [
        {
            "id": 1001,
            "completed_by": 1,
            "result": [
                region("a", 2, 6, "Ions", "TERM", "PLURAL"),
                {"id": "a", "from_name": "sure", "to_name": "text", "type": "rating",
                 "value": {"start": 2, "end": 6, "text": "Ions", "rating": 4}},
                region("b", 7, 16, "move\\nfast", "EVENT"),
                {"id": "b", "from_name": "note", "to_name": "text", "type": "textarea",
                 "value": {"start": 7, "end": 16, "text": ["really?"]}},
                {"id": "c", "from_name": "x", "to_name": "text", "type": "choices",
                 "value": {"start": 20, "end": 25, "text": "water", "choices": ["odd"]}},
                {"from_id": "a", "to_id": "b", "type": "relation", "direction": "bi",
                 "labels": ["does", "is"]},
                {"from_id": "b", "to_id": "a", "type": "relation", "direction": "right"},
                {"id": "d", "from_name": "topic", "to_name": "text", "type": "choices",
                 "value": {"choices": ["physics", "chemistry"]}},
                {"id": "e", "from_name": "summary", "to_name": "text", "type": "textarea",
                 "value": {"text": ["They move.", "Fast."]}},
                {"id": "f", "from_name": "stars", "to_name": "text", "type": "rating",
                 "value": {"rating": 3}},
            ],
            "was_cancelled": False,
            "ground_truth": False,
            "lead_time": 4.3,
            "result_count": 0,
            "task": 17,
        },
        {"id": 1002, "result": [region("z", 0, 1, "😀", "EMOJI")], "was_cancelled": False},
    ],
    "drafts": [],
    "predictions": [{"model_version": "m", "score": 0.5, "result": []}],
    "meta": {"batch": 2},
    "total_annotations": 2,
}  # fmt: skip
SHORT: dict[str, Any] = {
    "text": "Ions move",
    "source": "book",
    "id": 3,
    "label": [{"start": 0, "end": 4, "text": "Ions", "labels": ["TERM"]},
              {"start": 5, "end": 9, "text": "move", "labels": ["EVENT", "VERB"]}],
    "topic": {"choices": ["physics", "chemistry"]},
    "sentiment": "Neutral",
    "annotator": 1, "annotation_id": 5, "created_at": "2024-01-01T00:00:00Z",
    "updated_at": "2024-01-01T00:00:00Z", "lead_time": 2.5,
}  # fmt: skip


def parse(*tasks: dict[str, Any], indent: int | None = 2, **fields: str) -> list[Document]:
    lines = json.dumps(list(tasks), indent=indent, ensure_ascii=False).splitlines(keepends=True)
    format = LABEL_STUDIO.configured(Options(fields=fields))
    return list(format.parse(lines, file="x.json"))


def written(*some: Document) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads("".join(LABEL_STUDIO.serialize(some)))
    return tasks


@pytest.mark.parametrize(
    "task",
    [
        FULL,
        {"id": 1, "data": {"text": "a"}, "annotations": [], "predictions": []},
        {"id": 1, "data": {"body": "שלום עולם"},
         "annotations": [{"result": [region("r", 5, 9, "עולם", "X")]}]},
        {"id": 1, "data": {"text": "我爱北京"},
         "predictions": [{"score": 1, "result": [region("r", 2, 4, "北京", "LOC")]}]},
        {"id": 1, "data": {"text": "ไป\r\nเชียงใหม่"},
         "completions": [{"result": [region("r", 4, 13, "เชียงใหม่", "LOC")]}]},
        {"id": 1, "data": {"text": "a b"}, "annotations": [{"was_cancelled": True, "result": []}]},
        {"id": 1, "data": {"text": "a b"}, "annotations": [{"result": [
            {"from_name": "l", "to_name": "t", "type": "labels",
             "value": {"start": 0, "end": 1, "labels": ["X"]}},
            {"id": "q", "from_name": "l", "to_name": "t", "type": "labels",
             "value": {"start": 2, "end": 3, "labels": []}}]}]},
        SHORT,
    ],
)  # fmt: skip
def test_task_comes_back_as_it_was(task: dict[str, Any]) -> None:
    found = parse(task)
    assert written(*found) == [task]
    assert not any(LABEL_STUDIO.losses(document) for document in found)


def test_regions_relations_choices_and_texts_are_read() -> None:
    [document] = parse(FULL)
    assert [(s.id, s.label, s.surface(TEXT)) for s in document.spans] == [
        ("a", "TERM", "Ions"),
        ("a.2", "PLURAL", "Ions"),
        ("b", "EVENT", "move\nfast"),
        ("c", "region", "water"),
    ]
    assert [(r.label, r.head, r.tail) for r in document.relations] == [
        ("does", "a", "b"),
        ("is", "a", "b"),
        ("relation", "b", "a"),
    ]
    assert document.labels == (TextLabel("topic", "physics"), TextLabel("topic", "chemistry"))
    assert document.side_texts == (
        SideText("summary", "They move."),
        SideText("summary:2", "Fast."),
    )
    assert (document.id, document.metadata["file"]) == ("x:1", "x.json")


class TestTransfer:
    text = "Быстро движутся 😀 ионы"

    def target(self, **fields: str) -> Document:
        [source] = parse(FULL, **fields)
        places = {"a": (18, 22), "a.2": (18, 22), "b": (0, 15)}
        spans = tuple(
            replace(span, fragments=(Interval(*places[span.id]),))
            for span in source.spans
            if span.id in places
        )
        sides = tuple(SideText(side.name, f"ru {side.text}") for side in source.side_texts)
        whole = (Interval(0, len(self.text)),)
        return replace(source, text=self.text, segments=whole, spans=spans, side_texts=sides)

    def test_nothing_of_the_source_text_stays(self) -> None:
        [task] = written(self.target())
        assert task["data"] == FULL["data"] | {"text": self.text}
        [annotation] = task["annotations"]
        results = annotation["result"]
        assert results[0] == region("a", 18, 22, "ионы", "TERM", "PLURAL")
        assert results[1]["value"] == {"start": 18, "end": 22, "text": "ионы", "rating": 4}
        assert results[2] == region("b", 0, 15, "Быстро движутся", "EVENT")
        assert [r["id"] for r in results if "id" in r] == ["a", "a", "b", "b", "d", "e", "f"]
        assert [r["labels"] for r in results if r.get("from_id") == "a"] == [["does", "is"]]
        assert results[-2]["value"] == {"text": ["ru They move.", "ru Fast."]}
        assert (task["predictions"], task["meta"]) == ([], {"batch": 2})
        assert LABEL_STUDIO.losses(self.target()) == {
            "further annotations": 1, "predictions": 1, "notes on regions": 1,
        }  # fmt: skip

    def test_fields_of_the_data_are_translated_where_named(self) -> None:
        assert written(self.target(side="title"))[0]["data"]["title"] == "ru Motion"

    def test_labels_of_a_region_that_part_become_two_regions(self) -> None:
        target = self.target()
        moved = replace(target.spans[1], fragments=(Interval(0, 6),))
        [task] = written(replace(target, spans=(target.spans[0], moved), relations=()))
        results = task["annotations"][0]["result"]
        assert [r["value"]["labels"] for r in results if r["type"] == "labels"] == [
            ["TERM"],
            ["PLURAL"],
        ]
        assert results[-1]["value"]["text"] == "Быстро"

    def test_short_form(self) -> None:
        [source] = parse(SHORT, label="sentiment")
        assert source.labels[-1] == TextLabel("sentiment", "Neutral")
        whole = (Interval(0, 15),)
        spans = (replace(source.spans[0], fragments=(Interval(10, 14),)),)
        target = replace(source, text="Движутся  ионы.", segments=whole, spans=spans)
        assert written(target) == [
            SHORT
            | {
                "text": "Движутся  ионы.",
                "label": [{"start": 10, "end": 14, "text": "ионы", "labels": ["TERM"]}],
            }
        ]
        [emptied] = written(replace(target, spans=(), labels=()))
        assert (emptied["label"], emptied["topic"], emptied["sentiment"]) == ([], None, None)


class TestUnits:
    def test_code_points(self) -> None:
        [document] = parse(FULL)
        assert document.spans[0].surface(TEXT) == "Ions"

    def test_units_of_older_versions_show_in_the_quoted_words(self) -> None:
        task = {
            "data": {"text": "💩This is an annotation."},
            "annotations": [{"result": [region("r", 13, 23, "annotation", "A")]}],
        }
        told: list[tuple[str, str]] = []
        lines = [json.dumps([task])]
        [document] = LABEL_STUDIO.parse(lines, file="x.json", warn=lambda *w: told.append(w))
        assert document.spans[0].surface(document.text) == "annotation"
        assert (told[0][0], "UTF-16" in told[0][1]) == ("x.json:1", True)
        assert written(document) == [task]

    def test_words_that_stand_elsewhere_are_told(self) -> None:
        task = {
            "data": {"text": "an ion"},
            "annotations": [{"result": [region("r", 0, 2, "ion", "A")]}],
        }
        told: list[str] = []
        lines = [json.dumps([task])]
        list(LABEL_STUDIO.parse(lines, warn=lambda _, what: told.append(what)))
        assert told == ["a region says 'ion' and stands on 'an'"]


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ([{}, {}], "first"),
        ([{"was_cancelled": True}, {}], "second"),
        ([{}, {"ground_truth": True}], "second"),
        ([{"ground_truth": True, "was_cancelled": True}, {}], "second"),
        ([{"was_cancelled": True}, {"was_cancelled": True}], None),
    ],
)
def test_which_annotation_counts(annotations: list[dict[str, Any]], expected: str | None) -> None:
    some = [
        {"result": [region("r", 0, 1, "a", label)], **one}
        for label, one in zip(("first", "second"), annotations, strict=True)
    ]
    [document] = parse({"data": {"text": "a"}, "annotations": some})
    assert [span.label for span in document.spans] == ([expected] if expected else [])
    assert written(document)[0]["annotations"] == some


def test_foreign_document_is_a_task() -> None:
    document = Document(
        "d", "en", "a\nb", (Interval(0, 3),),
        spans=(Span("T1", "X", (Interval(0, 3),), {"sure": 1}), Span("T2", "Y", (Interval(2, 3),))),
        relations=(Relation("R", "T1", "T2"), Relation("R", "T9", "T2")),
        labels=(TextLabel("topic", "x"), TextLabel("topic", "y")),
        side_texts=(SideText("title", "t"),),
    )  # fmt: skip
    [task] = written(document)
    [annotation] = task["annotations"]
    assert [r.get("value", r.get("labels")) for r in annotation["result"]] == [
        {"start": 0, "end": 3, "text": "a\\nb", "labels": ["X"]},
        {"start": 2, "end": 3, "text": "b", "labels": ["Y"]},
        ["R"],
        {"choices": ["x", "y"]},
    ]
    assert LABEL_STUDIO.losses(document) == {
        "attributes": 1, "dangling relations": 1, "side texts": 1,
    }  # fmt: skip


@given(documents(relations=True, labels=("topic",)))
def test_law(document: Document) -> None:
    [found] = LABEL_STUDIO.parse(LABEL_STUDIO.serialize([document]))
    assert replace(found, metadata={}, relations=()) == replace(document, relations=())

    def arcs(some: Document) -> list[tuple[str, str, str]]:
        return sorted((r.label, r.head, r.tail) for r in some.relations)

    assert arcs(found) == arcs(document)
    assert not LABEL_STUDIO.losses(document)
    once = list(LABEL_STUDIO.serialize([found]))
    assert list(LABEL_STUDIO.serialize(LABEL_STUDIO.parse(once))) == once


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ({"data": {"image": "a.jpg", "other": "x"}}, "which of image, other is the text"),
        ({"data": {"n": 1}}, "has no text"),
        ({"data": {"text": "abc"}, "annotations": [{"result": [region("r", 0, 9, "a", "X")]}]},
         "ends at 9"),
        ({"data": {"text": "abc"}, "annotations": [{"result": [region("r", 1, 1, "", "X")]}]},
         "covers no text"),
        ({"data": {"text": "abc"}, "annotations": [{"result": [
            {"type": "hypertextlabels", "value": {"start": "/div[1]/text()[1]", "end": "/x",
             "startOffset": 1, "endOffset": 2, "hypertextlabels": ["X"]}}]}]}, "of HTML"),
        ({"data": {"text": "abc"}, "annotations": [{"result": [
            {"id": "a", "type": "labels", "value": {"start": 0.5, "end": 2, "labels": ["X"]}}]}]},
         "not a whole number"),
        ({"data": {"text": "abc"}, "annotations": {}}, "annotations is not a list"),
    ],
)  # fmt: skip
def test_error_names_the_line_and_reading_can_go_on(task: dict[str, Any], problem: str) -> None:
    some = [{"data": {"text": "before"}}, task, {"data": {"text": "behind"}}]
    lines = ["[\n", *(json.dumps(one) + ",\n" for one in some)]
    lines[-1] = lines[-1].replace("},\n", "}\n]")
    with pytest.raises(FormatError, match=problem) as caught:
        list(LABEL_STUDIO.parse(lines, file="x.json"))
    assert caught.value.where == "x.json:3"
    refused: list[FormatError] = []
    found = list(LABEL_STUDIO.parse(lines, file="x.json", refuse=refused.append))
    assert [document.id for document in found] == ["x:1", "x:3"]
    assert len(refused) == 1


@pytest.mark.parametrize("broken", ['{"data": {"text": "\\ud83d"}}', '{"data": {"text": NaN}}'])
def test_value_that_is_none_of_json_is_named_and_passed(broken: str) -> None:
    refused: list[FormatError] = []
    lines = ["[\n", broken + ",\n", '{"data": {"text": "a"}}\n', "]\n"]
    found = list(LABEL_STUDIO.parse(lines, file="x.json", refuse=refused.append))
    assert [document.text for document in found] == ["a"]
    assert [(error.where, error.what[:9]) for error in refused] == [("x.json:2", "not JSON:")]


@pytest.mark.parametrize("task", [FULL, SHORT])
def test_tasks_are_recognised(task: dict[str, Any]) -> None:
    assert LABEL_STUDIO.sniff(json.dumps([task], indent=1))
    assert LABEL_STUDIO.sniff(json.dumps(task))


def test_task_that_is_longer_than_the_head_is_recognised() -> None:
    assert LABEL_STUDIO.sniff(json.dumps([FULL], indent=1)[:-300])


@pytest.mark.parametrize(
    "head", ['[{"text": "a"}]', '{"data": [], "version": 2}', '{"text": "a", "ents": []}', "", "x"]
)
def test_other_files_are_not_taken_for_tasks(head: str) -> None:
    assert not LABEL_STUDIO.sniff(head)


@pytest.mark.parametrize(
    "result",
    [
        {"id": "a", "type": "timeserieslabels", "to_name": "series",
         "value": {"start": 0, "end": 400, "instant": False, "timeserieslabels": ["Rise"]}},
        {"id": "a", "type": "labels", "to_name": "sound", "original_length": 9.5,
         "value": {"start": 0.5, "end": 2.25, "channel": 0, "labels": ["Speech"]}},
        {"id": "a", "type": "textarea", "to_name": "sound", "original_length": 9.5,
         "value": {"start": 0.5, "end": 2.25, "channel": 0, "text": ["What?"]}},
    ],
)  # fmt: skip
def test_region_of_a_recording_is_no_span(result: dict[str, Any]) -> None:
    task = {"data": {"text": "Ions", "sound": "/data/a.wav"}, "annotations": [{"result": [result]}]}
    [document] = parse(task)
    assert not document.spans and not document.side_texts
    assert written(document) == [task]


def test_address_of_a_picture_is_told_once() -> None:
    tasks = [{"data": {"image": f"https://example.org/{n}.png"}, "annotations": []} for n in (1, 2)]
    told: list[tuple[str, str]] = []
    lines = json.dumps(tasks, indent=1).splitlines(keepends=True)
    found = list(LABEL_STUDIO.parse(lines, file="a.json", warn=lambda *some: told.append(some)))
    assert [where for where, _ in told] == ["a.json:2"]
    assert "".join(LABEL_STUDIO.serialize(found)) and written(*found) == tasks
