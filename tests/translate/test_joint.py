"""Translation and projection in one request, driven by hand with canned answers."""

from typing import Any

import pytest
from tests.canned import EN, PROSE, RU, answered, data_of

from donor.data import (
    Candidate,
    Declined,
    Document,
    Example,
    Guidance,
    Interval,
    Intervals,
    Reason,
    Span,
)
from donor.llm import Request
from donor.translate import Translated, TranslationTask
from donor.translate.joint import translate

SOURCE = Document(
    "d",
    "en",
    "A cell wall. It grows.",
    (Interval(0, 12), Interval(13, 22)),
    spans=(
        Span("T1", "Term", (Interval(2, 11),)),
        Span("T2", "Term", (Interval(2, 6),)),
        Span("T3", "Term", (Interval(13, 15),)),
    ),
)
RIGHT = {"1": "<s1>Стенка <s2>клетки</s2></s1>.", "2": "<s3>Она</s3> растёт."}


def translated(
    *canned: Any, guidance: Guidance | None = None
) -> tuple[Translated, dict[str, Any], list[Request]]:
    """What came back, what each span got, and what was asked."""
    task = TranslationTask(SOURCE, EN, RU, guidance or Guidance())
    found, requests = answered(translate(task), *canned)
    target = None if found.translation.problem else found.translation.document(SOURCE)
    spans: dict[str, Any] = {}
    for answer in found.candidates:
        if isinstance(answer, Declined):
            spans[answer.span_id] = answer.reason
        else:
            assert isinstance(answer, Candidate)
            assert isinstance(answer.answer, Intervals)
            assert target is not None
            spans[answer.span_id] = [place.of(target.text) for place in answer.answer.ranges]
    return found, spans, requests


def test_one_request_brings_both() -> None:
    found, spans, [request] = translated(RIGHT)
    assert data_of(request) == {
        "source": {"1": "A <s1><s2>cell</s2> wall</s1>.", "2": "<s3>It</s3> grows."}
    }
    assert found.translation.segments == ("Стенка клетки.", "Она растёт.")
    assert spans == {"T1": ["Стенка клетки"], "T2": ["клетки"], "T3": ["Она"]}
    assert {candidate.method for candidate in found.candidates} == {"joint"}


def test_white_space_that_is_put_in_order_moves_no_tag() -> None:
    answer = {"1": "\n <s1> Стенка  <s2>клетки</s2></s1>. ", "2": "<s3>Она</s3>\n растёт."}
    found, spans, _ = translated(answer)
    assert found.translation.segments == ("Стенка клетки.", "Она растёт.")
    assert spans == {"T1": ["Стенка  клетки".replace("  ", " ")], "T2": ["клетки"], "T3": ["Она"]}


def test_empty_tags_are_no_counterpart() -> None:
    _, spans, _ = translated(RIGHT | {"2": "Растёт.<s3></s3>"})
    assert spans["T3"] is Reason.NO_COUNTERPART


def test_wrong_tags_are_asked_for_again_and_the_translation_stays() -> None:
    wrong = {"1": "<s1>Стенка клетки</s1>.", "2": "<s3>Она</s3> растёт."}
    found, spans, requests = translated(wrong, wrong, {"1": wrong["1"]}, {"1": wrong["1"]})
    assert len(requests) == 4
    assert "tag <s2> stands 0 times" in requests[1].messages[-1].content
    assert found.translation.problem == ""
    assert found.translation.segments == ("Стенка клетки.", "Она растёт.")
    # One wrong id costs the others nothing.
    assert spans == {"T1": ["Стенка клетки"], "T2": Reason.INVALID_ANSWER, "T3": ["Она"]}


def test_without_a_translation_there_is_no_candidate() -> None:
    found, spans, _ = translated(*[PROSE] * 6)
    assert found.translation.problem.startswith("invalid-answer: segment 1: ")
    assert spans == {}


def test_example_shows_both_sides_with_tags() -> None:
    target = Document(
        "d", "ru", "Ион.", (Interval(0, 4),), spans=(Span("T1", "Term", (Interval(0, 3),)),)
    )
    source = Document(
        "d", "en", "An ion.", (Interval(0, 7),), spans=(Span("T1", "Term", (Interval(3, 6),)),)
    )
    _, _, [request] = translated(RIGHT, guidance=Guidance(examples=(Example(source, target),)))
    assert '{"source":{"1":"An <s1>ion</s1>."}}\nthe answer is\n{"1":"<s1>Ион</s1>."}' in (
        request.messages[0].content
    )


@pytest.mark.parametrize("text", ["a <s1> b", "</S>"])
def test_letter_of_the_tags_is_free_in_the_text(text: str) -> None:
    span = Span("T1", "Term", (Interval(0, 1),))
    source = Document("d", "en", text, (Interval(0, len(text)),), spans=(span,))
    found, [request] = answered(translate(TranslationTask(source, EN, RU)), {"1": "<t1>а</t1>"})
    assert data_of(request)["source"]["1"].startswith(f"<t1>{text[0]}</t1>")
    assert found.translation.segments == ("а",)
