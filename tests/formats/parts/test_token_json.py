"""TACRED, DocRED and SpERT: records in, equal records out; targets with their own tokens."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats.docred import DOCRED
from donor.formats.format import Flatten, Options, Snap, TextFormat
from donor.formats.spert import SPERT
from donor.formats.tacred import TACRED

TACRED_RECORD: dict[str, Any] = {
    "id": "e7798fb926b9403cfcd2",
    "docid": "APW_ENG_20101103.0539",
    "relation": "per:title",
    "token": "At that time , Douglas Flint -LRB- 55 -RRB- is the chairman .".split(),
    "subj_start": 4,
    "subj_end": 5,
    "obj_start": 11,
    "obj_end": 11,
    "subj_type": "PERSON",
    "obj_type": "TITLE",
    "stanford_pos": ["NN"] * 13,
    "stanford_ner": ["O"] * 13,
    "stanford_head": [0] * 13,
    "stanford_deprel": ["x"] * 13,
}
RUSSIAN_RECORD: dict[str, Any] = {
    "id": "r1",
    "relation": "no_relation",
    "token": ["Анна", "(", "Рим", ")", ",", "👍🏽", "Иван"],
    "subj_start": 6,
    "subj_end": 6,
    "obj_start": 0,
    "obj_end": 0,
}
DOCRED_RECORD: dict[str, Any] = {
    "title": "Oslo",
    "sents": ["Oslo is in Norway .".split(), [], "The city 's mayor , Ola , is old .".split()],
    "vertexSet": [
        [
            {"name": "Oslo", "sent_id": 0, "pos": [0, 1], "type": "LOC", "global_pos": [0, 0]},
            {"name": "the City", "sent_id": 2, "pos": [0, 2], "type": "LOC", "index": "0_1"},
        ],
        [{"name": "Norway", "sent_id": 0, "pos": [3, 4], "type": "LOC"}],
        [{"name": "Ola", "sent_id": 2, "pos": [5, 6], "type": "PER"}],
    ],
    "labels": [
        {"h": 0, "t": 1, "r": "P17", "evidence": [0]},
        {"h": 0, "t": 2, "r": "P6", "evidence": [0, 2]},
    ],
}
SPERT_RECORD: dict[str, Any] = {
    "tokens": ["Oslo", "is", "in", "Norway", ".", "中国"],
    "entities": [
        {"type": "Loc", "start": 0, "end": 1},
        {"type": "Loc", "start": 3, "end": 4, "sure": 0.5},
        {"type": "Outer", "start": 0, "end": 4},
    ],
    "relations": [{"type": "Located_In", "head": 0, "tail": 1}],
    "orig_id": 7,
    "pos": ["NNP", "VBZ", "IN", "NNP", ".", "NN"],
}
CASES = [
    (TACRED, [TACRED_RECORD, RUSSIAN_RECORD]),
    (DOCRED, [DOCRED_RECORD, {k: v for k, v in DOCRED_RECORD.items() if k != "labels"}]),
    (SPERT, [SPERT_RECORD, {"tokens": ["a"], "entities": []}]),
]


def read(known: TextFormat, values: Sequence[Any], **more: Any) -> list[Document]:
    lines = json.dumps(values, indent=1, ensure_ascii=False).splitlines(keepends=True)
    return list(known.parse(lines, file="train.json", **more))


def written(known: TextFormat, documents: Iterable[Document]) -> list[Any]:
    value = json.loads("".join(known.serialize(documents)))
    assert isinstance(value, list)
    return value


def surfaces(document: Document) -> list[tuple[str, str]]:
    return [(span.label, span.surface(document.text)) for span in document.spans]


def moved(source: Document, text: str, segments: list[str], places: dict[str, str]) -> Document:
    """The source with a translation, and those of its spans that have a place in it."""
    spans = [
        replace(span, fragments=(Interval(at, at + len(places[span.id])),))
        for span in source.spans
        if span.id in places
        for at in [text.index(places[span.id])]
    ]
    intervals = [Interval(text.index(s), text.index(s) + len(s)) for s in segments]
    ids = {span.id for span in spans}
    return replace(
        source,
        language="ru",
        text=text,
        segments=tuple(intervals),
        tokens=(),
        spans=tuple(spans),
        relations=tuple(r for r in source.relations if r.tail in ids),
    )


@pytest.mark.parametrize(("known", "records"), CASES)
def test_records_come_out_equal(known: TextFormat, records: list[dict[str, Any]]) -> None:
    documents = read(known, records)
    assert written(known, documents) == records
    assert not any(known.losses(document) for document in documents)
    assert read(known, written(known, documents)) == documents
    assert [document.id for document in documents] == ["train:1", "train:2"]


@pytest.mark.parametrize(("known", "records"), CASES)
def test_json_lines_stay_json_lines(known: TextFormat, records: list[dict[str, Any]]) -> None:
    lines = [json.dumps(record) + "\n" for record in records]
    again = list(known.serialize(known.parse(lines, file="train.json")))
    assert [json.loads(line) for line in again] == records
    plain = known.parse(lines, file="train.jsonl")
    assert [json.loads(line) for line in known.serialize(plain)] == records


@pytest.mark.parametrize(("known", "records"), CASES)
def test_each_knows_its_own_alone(known: TextFormat, records: list[dict[str, Any]]) -> None:
    head = json.dumps(records)
    assert [other.name for other, _ in CASES if other.sniff(head)] == [known.name]
    assert not known.sniff('{"text": "a"}')


def test_nothing_is_an_empty_list() -> None:
    assert all(list(known.serialize([])) == ["[]\n"] for known, _ in CASES)


def test_subject_and_object_are_head_and_tail() -> None:
    first, second = read(TACRED, [TACRED_RECORD, RUSSIAN_RECORD])
    assert first.text == "At that time, Douglas Flint (55) is the chairman."
    assert surfaces(first) == [("PERSON", "Douglas Flint"), ("TITLE", "chairman")]
    assert first.relations == (Relation("per:title", head="subject", tail="object"),)
    assert surfaces(second) == [("subject", "Иван"), ("object", "Анна")]
    assert second.relations[0].label == "no_relation"


def test_a_target_record_has_its_own_tokens_and_places() -> None:
    [source] = read(TACRED, [TACRED_RECORD])
    text = "Председатель — Дуглас Флинт (55)."
    target = moved(source, text, [text], {"subject": "Дуглас Флинт", "object": "Председатель"})
    assert written(TACRED, [target]) == [
        {
            "id": "e7798fb926b9403cfcd2",
            "docid": "APW_ENG_20101103.0539",
            "relation": "per:title",
            "token": ["Председатель", "—", "Дуглас", "Флинт", "(", "55", ")", "."],
            "subj_start": 2,
            "subj_end": 3,
            "obj_start": 0,
            "obj_end": 0,
            "subj_type": "PERSON",
            "obj_type": "TITLE",
        }
    ]
    assert TACRED.losses(target) == {"token annotations": 4}


def test_a_span_without_a_place_takes_the_record_with_it() -> None:
    source, other = read(TACRED, [TACRED_RECORD, RUSSIAN_RECORD])
    target = moved(source, "Дуглас", ["Дуглас"], {"subject": "Дуглас"})
    assert written(TACRED, [target, other]) == [RUSSIAN_RECORD]
    lost = TACRED.losses(target)
    assert (lost["documents without a relation"], lost["spans without a relation"]) == (1, 1)


def test_several_relations_are_several_records() -> None:
    spans = [Span(f"s{n}", "X", (Interval(2 * n, 2 * n + 1),)) for n in range(3)]
    relations = (Relation("r", "s0", "s1"), Relation("q", "s2", "s0"), Relation("p", "gone", "s1"))
    document = Document(
        "d", "en", "a b c", (Interval(0, 5),), spans=tuple(spans), relations=relations
    )
    first, second = written(TACRED, [document])
    assert (first["id"], first["relation"], first["subj_start"], first["obj_end"]) == (
        "d-1", "r", 0, 1,
    )  # fmt: skip
    assert (second["id"], second["subj_start"], second["obj_start"]) == ("d-2", 2, 0)
    lost = TACRED.losses(document)
    assert (lost["documents in several records"], lost["relations"]) == (1, 1)


def test_mentions_entities_and_their_relations() -> None:
    [document] = read(DOCRED, [DOCRED_RECORD])
    assert document.text == "Oslo is in Norway. The city's mayor, Ola, is old."
    assert surfaces(document) == [
        ("LOC", "Oslo"), ("LOC", "The city"), ("LOC", "Norway"), ("PER", "Ola"),
    ]  # fmt: skip
    assert [span.attributes["entity"] for span in document.spans] == [0, 0, 1, 2]
    assert document.side_texts == (SideText("title", "Oslo"),)
    assert document.relations[0] == Relation("P17", "e0m0", "e1m0", {"evidence": [0]})


def test_a_target_document_is_built_anew_around_what_is_left() -> None:
    [source] = read(DOCRED, [DOCRED_RECORD])
    parts = ["Осло в Норвегии.", "Мэр города, Ула, стар."]
    places = {"e0m0": "Осло", "e0m1": "города", "e2m0": "Ула"}
    target = moved(source, " ".join(parts), parts, places)
    target = replace(target, side_texts=(SideText("title", "Осло"),))
    [value] = written(DOCRED, [target])
    assert value == {
        "title": "Осло",
        "sents": [
            ["Осло", "в", "Норвегии", "."],
            [],
            ["Мэр", "города", ",", "Ула", ",", "стар", "."],
        ],
        "vertexSet": [
            [
                {"name": "Осло", "sent_id": 0, "pos": [0, 1], "type": "LOC"},
                {"name": "города", "sent_id": 2, "pos": [1, 2], "type": "LOC", "index": "0_1"},
            ],
            [{"name": "Ула", "sent_id": 2, "pos": [3, 4], "type": "PER"}],
        ],
        "labels": [{"h": 0, "t": 1, "r": "P6", "evidence": [0, 2]}],
    }
    assert DOCRED.losses(target) == {"token annotations": 1, "span ids": 1}


def test_docred_of_spans_without_entities() -> None:
    spans = (Span("a", "X", (Interval(0, 1),)), Span("b", "Y", (Interval(2, 3),)))
    document = Document(
        "d", "en", "p q", (Interval(0, 3),), spans=spans, relations=(Relation("r", "b", "a"),)
    )
    [value] = written(DOCRED, [document])
    assert value["title"] == "d"
    assert [[m["name"] for m in entity] for entity in value["vertexSet"]] == [["p"], ["q"]]
    assert value["labels"] == [{"h": 1, "t": 0, "r": "r"}]
    assert DOCRED.losses(document) == {"span ids": 2, "documents without a title": 1}


def test_a_relation_of_a_later_mention_is_written_for_the_entity() -> None:
    [document] = read(DOCRED, [DOCRED_RECORD])
    later = replace(document.relations[0], head="e0m1")
    document = replace(document, relations=(later,))
    assert written(DOCRED, [document])[0]["labels"] == DOCRED_RECORD["labels"][:1]
    assert DOCRED.losses(document) == {"relations moved to first mentions": 1}


def test_spert_keeps_overlap_and_what_an_entity_says() -> None:
    [document] = read(SPERT, [SPERT_RECORD])
    assert document.text == "Oslo is in Norway. 中国"
    assert surfaces(document)[2] == ("Outer", "Oslo is in Norway")
    assert document.spans[1].attributes == {"sure": 0.5}
    target = moved(document, "В Норвегии Осло", ["В Норвегии Осло"],
                   {"e0": "Осло", "e1": "Норвегии"})  # fmt: skip
    [value] = written(SPERT, [target])
    assert value == {
        "tokens": ["В", "Норвегии", "Осло"],
        "entities": [
            {"type": "Loc", "start": 2, "end": 3},
            {"type": "Loc", "start": 1, "end": 2, "sure": 0.5},
        ],
        "relations": [{"type": "Located_In", "head": 0, "tail": 1}],
        "orig_id": 7,
    }
    assert SPERT.losses(target) == {"token annotations": 1}


def test_edges_inside_tokens_are_snapped() -> None:
    spans = (Span("e0", "X", (Interval(0, 3),)),)
    document = Document("d", "en", "waters b", (Interval(0, 8),), spans=spans)
    strict = SPERT.configured(Options(snap=Snap.STRICT))
    assert SPERT.losses(document) == {"spans widened to whole tokens": 1}
    assert written(SPERT, [document])[0]["entities"] == [{"type": "X", "start": 0, "end": 1}]
    assert written(strict, [document])[0]["entities"] == []


def test_what_has_no_place_is_counted() -> None:
    pieces = (Interval(0, 1), Interval(4, 5))
    document = Document(
        "d", "en", "a b c. d", (Interval(0, 6), Interval(7, 8)),
        spans=(Span("e0", "X", pieces),),
        labels=(TextLabel("k", "v"),),
        side_texts=(SideText("note", "n"),),
        metadata={"source": "own"},
    )  # fmt: skip
    shared = {"discontinuous spans": 1, "text labels": 1, "side texts": 1, "metadata": 1}
    assert SPERT.losses(document) == {**shared, "segments": 1}
    assert DOCRED.losses(document) == {**shared, "span ids": 1, "documents without a title": 1}
    for known in (SPERT, DOCRED, TACRED):
        with pytest.raises(FormatError, match="choose --flatten"):
            known.configured(Options(flatten=Flatten.ERROR)).losses(document)


def changed(record: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {key: part for key, part in (record | parts).items() if part is not ...}


@pytest.mark.parametrize(
    ("known", "record", "what"),
    [
        (TACRED, changed(TACRED_RECORD, relation=...), "key 'relation' is missing"),
        (TACRED, changed(TACRED_RECORD, subj_end=13), "tokens 4 to 14 are not among the 13"),
        (TACRED, changed(TACRED_RECORD, subj_end="5"), "subj_end '5' is not a whole number"),
        (TACRED, changed(TACRED_RECORD, token="a b"), "token is not a list"),
        (TACRED, changed(TACRED_RECORD, token=["a", ""]), "token holds an empty string"),
        (DOCRED, changed(DOCRED_RECORD, title=...), "key 'title' is missing"),
        (DOCRED, changed(DOCRED_RECORD, vertexSet=[[]]), "entity 0 has no mention"),
        (DOCRED, changed(DOCRED_RECORD, labels=[{"h": 0, "t": 3, "r": "x"}]), "entity 3 of 3"),
        (DOCRED, changed(DOCRED_RECORD, vertexSet=[[{"sent_id": 3, "pos": [0, 1], "type": "X"}]]),
         "in sentence 3 of 3"),
        (DOCRED, changed(DOCRED_RECORD, vertexSet=[[{"sent_id": 0, "pos": [4, 6], "type": "X"}]]),
         r"no place \[4, 6\]"),
        (SPERT, changed(SPERT_RECORD, entities=[{"type": "X", "start": 2, "end": 2}]), "tokens 2"),
        (SPERT, changed(SPERT_RECORD, relations=[{"type": "x", "head": 0, "tail": 9}]),
         "names entity 9 of 3"),
        (SPERT, changed(SPERT_RECORD, entities=[7]), "an entity is not a JSON object"),
    ],
)  # fmt: skip
def test_errors_say_line_and_what(known: TextFormat, record: dict[str, Any], what: str) -> None:
    good = next(records[0] for other, records in CASES if other is known)
    lines = [json.dumps(good) + "\n", "\n", json.dumps(record) + "\n", json.dumps(good) + "\n"]
    with pytest.raises(FormatError, match=what) as caught:
        list(known.parse(lines, file="a.jsonl"))
    assert caught.value.where == "a.jsonl:3"
    refused: list[FormatError] = []
    documents = list(known.parse(lines, file="a.jsonl", refuse=refused.append))
    assert [d.id for d in documents] == ["a:1", "a:4"]
    assert len(refused) == 1


WORD = st.sampled_from(["a", "я", "漢", "-LRB-", "(", ",", "'s", "9"])
WORDS = st.lists(WORD, min_size=2, max_size=9)


@given(WORDS, st.data())
def test_any_record_comes_out_equal(words: list[str], data: st.DataObject) -> None:
    def place() -> tuple[int, int]:
        start = data.draw(st.integers(0, len(words) - 1))
        return start, data.draw(st.integers(start + 1, len(words)))

    entities = [{"type": "X", "start": a, "end": b} for a, b in [place(), place()]]
    spert = {"tokens": words, "entities": entities, "relations": []}
    assert written(SPERT, read(SPERT, [spert])) == [spert]
    (a, b), (c, d) = place(), place()
    tacred = {
        "id": "1", "relation": "r", "token": words, "subj_start": a, "subj_end": b - 1,
        "obj_start": c, "obj_end": d - 1, "subj_type": "S", "obj_type": "O",
    }  # fmt: skip
    assert written(TACRED, read(TACRED, [tacred])) == [tacred]


def test_labels_of_docred_in_columns_stay_in_columns() -> None:
    rows = DOCRED_RECORD["labels"]
    keys = {"head": "h", "tail": "t", "relation_id": "r"}
    columns = {own: [row[key] for row in rows] for own, key in keys.items()}
    columns |= {"relation_text": ["made by"] * len(rows), "evidence": [[0]] * len(rows)}
    record = {**DOCRED_RECORD, "labels": columns}
    [document] = read(DOCRED, [record])
    assert [relation.label for relation in document.relations] == columns["relation_id"]
    assert written(DOCRED, [document]) == [record]
    lost = written(DOCRED, [replace(document, relations=())])[0]["labels"]
    assert lost == {key: [] for key in columns}
    with pytest.raises(FormatError, match="neither a list nor columns"):
        read(DOCRED, [{**DOCRED_RECORD, "labels": {"head": [0], "tail": []}}])
