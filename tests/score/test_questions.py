"""Answers against the scorers of SQuAD 1.1 and 2.0."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.data import Document, Interval, SideText, Span
from donor.formats.squad import SQUAD
from donor.score import score
from donor.score.metric import added
from donor.score.questions import answer_scores, normalised, qa_rows, questions_of


@pytest.fixture
def squad(scorers: Path) -> dict[str, Any]:
    names = ("gold_v1.1", "gold_v2.0", "predictions", "na_probs", "expected")
    return {
        name: json.loads((scorers / f"squad/{name}.json").read_text(encoding="utf-8"))
        for name in names
    }


def answers(value: dict[str, Any]) -> dict[str, list[str]]:
    """Of the file, by the question, through the documents that the format makes of it."""
    found: dict[str, list[str]] = {}
    for document in SQUAD.parse([json.dumps(value)]):
        found |= questions_of(document) or {}
    return found


def test_version_1_scores_as_in_its_script(squad: dict[str, Any]) -> None:
    rows = qa_rows(squad["predictions"], answers(squad["gold_v1.1"]))
    total, expected = added(rows, 10), squad["expected"]["v1.1"]
    assert 100 * total[0] / total[2] == pytest.approx(expected["exact_match"])
    assert 100 * total[1] / total[2] == pytest.approx(expected["f1"])
    assert (total[2], total[9]) == (expected["total"], 1)


def test_each_question_scores_as_in_the_scripts(squad: dict[str, Any]) -> None:
    for gold, version in (("gold_v1.1", "v1.1"), ("gold_v2.0", "v2.0")):
        wanted = answers(squad[gold])
        for name, scores in squad["expected"][version]["per_question"].items():
            found = answer_scores(squad["predictions"].get(name, ""), wanted[name])
            assert found == pytest.approx((scores["exact"], scores["f1"])), name


def test_version_2_scores_as_in_its_script(squad: dict[str, Any]) -> None:
    """A prediction that is missing is left out there, and wrong here."""
    said = squad["predictions"]
    gold = {name: one for name, one in answers(squad["gold_v2.0"]).items() if name in said}
    total, expected = added(qa_rows(said, gold), 10), squad["expected"]["v2.0"]["no_na_probs"]
    for at, prefix in ((0, ""), (3, "HasAns_"), (6, "NoAns_")):
        exact, f1, questions = total[at : at + 3]
        assert questions == expected[f"{prefix}total"]
        assert 100 * exact / questions == pytest.approx(expected[f"{prefix}exact"])
        assert 100 * f1 / questions == pytest.approx(expected[f"{prefix}f1"])


@pytest.mark.parametrize(
    ("answer", "same"),
    [("The  Cat.", "cat"), ("a", ""), ("the-cat", "thecat"), ("anthem", "anthem"), ("…", "…")],
)
def test_answers_are_compared_as_the_script_does(answer: str, same: str) -> None:
    assert normalised(answer) == same


TEXT = "The ion moves through the cell."


def asked(*answered: tuple[str, int, int], questions: str = "q1 q2", name: str = "d") -> Document:
    spans = tuple(
        Span(f"{question}:{n}", "answer", (Interval(start, end),), {"question": question})
        for n, (question, start, end) in enumerate(answered)
    )
    sides = tuple(SideText(f"question:{one}", "What?") for one in questions.split())
    return Document(name, "en", TEXT, (Interval(0, len(TEXT)),), spans=spans, side_texts=sides)


def test_scores_of_documents() -> None:
    gold = asked(("q1", 0, 7))
    found = score([asked(("q1", 4, 7), ("q2", 4, 7))], [gold])["qa"]
    assert (found["exact_match"], found["f1"], found["questions"]) == (0.5, 0.5, 2)
    assert found["has_answer"] == {"exact_match": 1.0, "f1": 1.0, "questions": 1}
    assert found["no_answer"] == {"exact_match": 0.0, "f1": 0.0, "questions": 1}
    assert "articles:en" in found["signature"]


def test_missing_question_is_wrong_and_counted() -> None:
    found = score([asked(("q1", 4, 7), questions="q1")], [asked(("q1", 4, 7))])["qa"]
    assert (found["exact_match"], found["missing"]) == (0.5, 1)


def test_answers_in_another_text_can_be_scored() -> None:
    gold = asked(("q1", 4, 7))
    answer = Span("s", "answer", (Interval(4, 7),), {"question": "q1"})
    edges = (Interval(0, 7),)
    other = Document("d", "en", "Oh: ion", edges, spans=(answer,), side_texts=gold.side_texts)
    found = score([other], [gold])
    assert (found["spans"], found["qa"]["exact_match"]) == (None, 1.0)


def test_rows_of_hugging_face_are_questions_too() -> None:
    spans = (Span("q1.a1", "answer", (Interval(4, 7),)),)
    sides = (SideText("question 1", "What?"), SideText("question 2", "Who?"))
    one = Document("d", "en", TEXT, (Interval(0, len(TEXT)),), spans=spans, side_texts=sides)
    assert questions_of(one) == {"1": ["ion"], "2": []}


def test_nothing_asked_is_no_score() -> None:
    one = Document("d", "en", TEXT, (Interval(0, len(TEXT)),))
    assert score([one], [one])["qa"] is None
