"""DeftEval's subtasks: counted by hand, over documents; tests/experiments has the official ones."""

from dataclasses import replace
from typing import Any

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.data.defteval import SentenceRow, TaskRows, TokenRow
from donor.errors import InputError
from donor.score.defteval import SUBTASK_2, defteval, score_pairs, score_rows
from donor.score.resampling import interval

GOLD = Document(
    "x:1",
    "en",
    "An ion is an atom. It moves.",
    (Interval(0, 18), Interval(19, 28)),
    spans=(
        Span("T1", "Term", (Interval(3, 6),)),
        Span("T2", "Definition", (Interval(10, 17),)),
        Span("T3", "Secondary-Definition", (Interval(22, 27),)),
    ),
    relations=(
        Relation("Direct-Defines", head="T1", tail="T2"),
        Relation("Supplements", head="T2", tail="T3"),
    ),
)


def scores(predicted: Document, gold: Document = GOLD) -> dict[str, Any]:
    found = defteval([predicted], [gold], resamples=100)
    return {name: found[name]["score"] for name in found if name.startswith("subtask")}


def table(predicted: Document, subtask: int) -> dict[str, Any]:
    return defteval([predicted], [GOLD], resamples=100)[f"subtask_{subtask}"]["table"]


def test_gold_against_itself_has_only_the_absent_classes_wrong() -> None:
    found = scores(GOLD)
    assert found == pytest.approx(
        {
            "subtask_1": 1.0,
            "subtask_2": 3 / 12,
            "subtask_3": 1 / 5,
            "subtask_3_corrected": 1 / 5,
        }
    )


def test_relation_of_an_unscored_span_does_not_count() -> None:
    less = replace(GOLD, relations=GOLD.relations[:1])
    assert scores(less) == scores(GOLD)


def test_span_of_two_tokens_has_two_tags() -> None:
    shorter = Span("T2", "Definition", (Interval(13, 17),))
    found = table(replace(GOLD, spans=(GOLD.spans[0], shorter, GOLD.spans[2])), 2)
    assert found["B-Definition"]["f1-score"] == 0
    assert found["I-Definition"]["recall"] == 0
    assert found["B-Term"] == {"precision": 1, "recall": 1, "f1-score": 1, "support": 1}


def test_fragments_but_the_first_are_not_scored() -> None:
    parts = Span("T2", "Definition", (Interval(10, 17), Interval(22, 27)))
    gold = replace(GOLD, spans=(GOLD.spans[0], parts, GOLD.spans[2]))
    found = defteval([GOLD], [gold], resamples=100)
    assert found["subtask_1"]["table"]["accuracy"] == 1
    assert found["subtask_2"]["score"] == pytest.approx(3 / 12)


def test_overlapping_spans_each_have_their_tags() -> None:
    inner = Span("T4", "Qualifier", (Interval(13, 17),))
    nested = replace(GOLD, spans=(*GOLD.spans, inner))
    found = defteval([nested], [nested], resamples=100)["subtask_2"]["table"]
    assert found["I-Definition"]["support"] == found["B-Qualifier"]["support"] == 1


def test_sentence_label_counts_before_spans() -> None:
    said = TextLabel("definition", "1", 1)
    found = table(replace(GOLD, labels=(said,)), 1)
    assert found["1"] == {"precision": 0.5, "recall": 1, "f1-score": 2 / 3, "support": 1}


def test_spans_of_other_ids_are_golds_where_they_stand() -> None:
    names = {"T1": "a", "T2": "T1", "T3": "c"}
    renamed = replace(
        GOLD,
        spans=tuple(replace(span, id=names[span.id]) for span in GOLD.spans),
        relations=tuple(
            replace(arc, head=names[arc.head], tail=names[arc.tail]) for arc in GOLD.relations
        ),
    )
    assert scores(renamed) == scores(GOLD)


def test_moved_span_keeps_its_relation_by_its_id() -> None:
    moved = Span("T1", "Term", (Interval(0, 6),))
    found = scores(replace(GOLD, spans=(moved, *GOLD.spans[1:])))
    assert found["subtask_3"] == pytest.approx(1 / 5)


def test_official_subtask_3_pools_documents_and_the_corrected_does_not() -> None:
    other = replace(GOLD, id="y:1", text=GOLD.text.replace("ion", "nut"))
    wrong = replace(GOLD, relations=())
    found = defteval([wrong, other], [GOLD, other], resamples=100)
    assert found["subtask_3"]["table"]["Direct-Defines"]["f"] == 1
    assert found["subtask_3_corrected"]["table"]["Direct-Defines"]["r"] == 0.5
    assert found["subtask_3"]["interval"] is None
    assert "pools" in found["subtask_3"]["notes"][0]["what"]


def test_missing_document_has_nothing_and_other_text_is_left_out() -> None:
    second = replace(GOLD, id="x:2", text=GOLD.text.replace("ion", "nut"))
    third = replace(GOLD, id="x:3", text=GOLD.text.replace("ion", "elk"))
    found = defteval([GOLD, replace(second, text=GOLD.text)], [GOLD, second, third], resamples=100)
    assert (found["documents"], found["missing"], found["texts_differ"]) == (3, 1, 1)
    assert found["subtask_2"]["table"]["B-Term"]["recall"] == 0.5


@pytest.mark.parametrize(
    "gold", [[], [replace(GOLD, id="z", text=GOLD.text.replace("ion", "elk"))]]
)
def test_nothing_to_score_is_explained(gold: list[Document]) -> None:
    with pytest.raises(InputError):
        defteval([GOLD], gold)


def test_text_that_differs_everywhere_leaves_no_score() -> None:
    other = replace(GOLD, text=GOLD.text.replace("ion", "nut"))
    found = defteval([other], [GOLD])
    assert found["subtask_1"] is found["subtask_2"] is found["subtask_3"] is None
    assert found["texts_differ"] == 1


def test_class_that_only_a_draw_lacks_does_not_lower_the_interval() -> None:
    other = replace(GOLD, id="x:2", spans=(), relations=())
    measured = score_pairs([*[(GOLD, GOLD)] * 2, *[(other, other)] * 5]).measurements()[
        SUBTASK_2.name
    ]
    assert measured.score == pytest.approx(3 / 12)
    low, high = interval(measured, resamples=200) or [0, 0]
    assert low <= high == pytest.approx(3 / 12)


# Rows of task files.


def sentences(*said: tuple[str, str], file: str = "task_1.deft") -> tuple[SentenceRow, ...]:
    return tuple(SentenceRow(f"{file}:{n}", *row) for n, row in enumerate(said, start=1))


def tokens(*said: str, file: str = "p/task_2.deft") -> tuple[TokenRow, ...]:
    rows = (word.split("/") for word in said)
    return tuple(TokenRow(f"{file}:{n}", 1, *row) for n, row in enumerate(rows, start=1))


def of_tokens(*said: str, file: str = "p/task_2.deft") -> TaskRows:
    return TaskRows("p", tokens=tokens(*said, file=file))


def test_tags_count_one_by_one_however_they_follow() -> None:
    gold = of_tokens("an/I-Term", "ion/B-Term", "x/I-Definition")
    found = score_rows(of_tokens("an/I-Term", "ion/I-Term", "x/O"), gold).as_json(resamples=100)
    classes = found["subtask_2"]["table"]
    assert classes["I-Term"] == pytest.approx(
        {"precision": 0.5, "recall": 1, "f1-score": 2 / 3, "support": 1}
    )
    assert classes["micro avg"]["f1-score"] == pytest.approx(2 / 5)
    assert found["subtask_1"] is None


def test_unscored_tag_of_a_prediction_is_told_and_counts_as_o() -> None:
    gold = of_tokens("an/B-Term", "ion/B-Secondary-Definition")
    found = score_rows(of_tokens("an/B-Term", "ion/B-Secondary-Definition"), gold)
    assert found.as_json(resamples=100)["subtask_2"]["table"]["micro avg"]["f1-score"] == 1
    [note] = found.notes["subtask_2"]
    assert note["where"] == "p/task_2.deft:2"
    assert "B-Secondary-Definition is not scored and counts as O" in note["what"]


@pytest.mark.parametrize(
    ("said", "where", "what"),
    [
        (["an/O"], "p/task_2.deft:1", "ends after 1 rows; gold goes on with 'ion' at g:2"),
        (["an/O", "eon/O"], "p/task_2.deft:2", "has 'eon' where gold has 'ion' at g:2"),
        (["an/O", "ion/O", "x/O"], "p/task_2.deft:3", "gold has no such row, it ends after 2"),
        ([], "p", "ends after 0 rows; gold goes on with 'an' at g:1"),
    ],
)
def test_row_that_is_not_golds_is_named(said: list[str], where: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        score_rows(of_tokens(*said), of_tokens("an/O", "ion/O", file="g"))
    assert (error.value.where, error.value.what) == (where, what)


def test_task_1_has_the_same_sentences_whatever_their_white_space() -> None:
    gold = TaskRows("g", sentences=sentences((" 1 . An ion .", "1"), (" It moves .", "0")))
    one = TaskRows("p", sentences=sentences(("1 . An ion .", "1"), ("It moves .", "1")))
    found = score_rows(one, gold)
    assert found.sentences and len(found.sentences.rows) == 1
    assert found.sentences.score == pytest.approx(2 / 3)


def test_files_of_task_3_must_be_golds() -> None:
    row = tokens("an/O")
    two = TaskRows("g", relations={"a": row, "b": row})
    with pytest.raises(InputError, match="holds no file of task 3 for b"):
        score_rows(TaskRows("p", relations={"a": row}), two)
    with pytest.raises(InputError, match="for b, which gold has not"):
        score_rows(two, TaskRows("g", relations={"a": row}))


def test_span_whose_tokens_disagree_has_several_relations() -> None:
    gold = tokens("an/B-Term/T2/T1/AKA", "ion/I-Term/T2/T1/Refers-To")
    other = tokens("an/B-Term/T2/T1/AKA", "ion/I-Term/T2/T1/AKA")
    found = score_rows(TaskRows("p", relations={"a": other}), TaskRows("g", relations={"a": gold}))
    classes = found.as_json(resamples=100)["subtask_3"]["table"]
    assert (classes["AKA"]["tp"], classes["Refers-To"]["fn"]) == (1, 1)


def test_unscored_relation_of_a_prediction_is_told() -> None:
    rows = TaskRows("p", relations={"a": tokens("an/B-Term/T2/T1/fragment")})
    found = score_rows(rows, rows)
    assert "fragment is not scored" in found.notes["subtask_3"][0]["what"]


def test_no_task_in_common_is_explained() -> None:
    with pytest.raises(InputError, match="has no task in common with g"):
        score_rows(of_tokens("an/O"), TaskRows("g", sentences=sentences(("a", "1"))))


def test_second_document_of_an_id_goes_with_the_second() -> None:
    second = replace(GOLD, text=GOLD.text.replace("ion", "nut"))
    found = defteval([GOLD, second], [GOLD, second], resamples=100)
    assert (found["missing"], found["texts_differ"]) == (0, 0)
