"""Projection by quotes, driven by hand with canned answers."""

from dataclasses import replace
from typing import Any

import pytest
from tests.canned import FAILURE, PROSE, REFUSAL, answered, data_of
from tests.project.pairs import projection

from donor.data import Candidate, Declined, Example, Guidance, Interval, Quote, Reason, Span
from donor.errors import ConfigError
from donor.llm import Failure, FailureKind, Request
from donor.project import Projection, projector_named
from donor.project.quote import project


def projected(
    task: Projection, *canned: Any
) -> tuple[dict[str, Candidate | Declined], list[Request]]:
    answers, requests = answered(project(task), *canned)
    return {answer.span_id: answer for answer in answers}, requests


def quote(text: str, occurrence: object = 1) -> dict[str, object]:
    return {"text": text, "occurrence": occurrence}


ION = projection("An ion is an ion.", "Ион — это ион.", "ion")
WHOLE = Interval(0, 14)


def test_quoted_words_are_the_candidate() -> None:
    found, [request] = projected(ION, {"s1": [quote("ион", 2)]})
    assert found["T1"] == Candidate("T1", "quote", (Quote("ион", 2, within=WHOLE),))
    assert data_of(request) == {
        "source": {"1": "An <s1>ion</s1> is an ion."},
        "translation": {"1": "Ион — это ион."},
        "spans": {"s1": {"label": "Term", "words": "ion", "segment": "1"}},
    }


def test_each_fragment_may_have_its_quote() -> None:
    task = projection("hard and soft water", "жёсткая и мягкая вода", ("hard", "water"))
    found, [request] = projected(task, {"s1": [quote("жёсткая"), quote("вода")]})
    assert [part.surface for part in found["T1"].answer] == ["жёсткая", "вода"]
    assert data_of(request)["spans"]["s1"]["words"] == "hard … water"


@pytest.mark.parametrize("quotes", [[], [quote("")], [quote(" \n"), quote("")]])
def test_nothing_quoted_means_no_counterpart(quotes: list[dict[str, object]]) -> None:
    found, _ = projected(ION, {"s1": quotes})
    assert found["T1"] == Declined(
        "T1", "quote", Reason.NO_COUNTERPART, "the model points at nothing"
    )


def test_blank_quote_beside_words_is_left_out() -> None:
    found, _ = projected(ION, {"s1": [quote(" "), quote("ион")]})
    assert [part.surface for part in found["T1"].answer] == ["ион"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0", 0), ("-3", None), ("2", 2), ("2.0", 2), ("15", 14), ("1e300", 14), ("9" * 400, 14)],
)
def test_occurrence_is_a_number_that_the_text_can_have(said: str, kept: int | None) -> None:
    answer = f'{{"s1": [{{"text": "ион", "occurrence": {said}}}]}}'
    found, _ = projected(ION, answer)
    [part] = found["T1"].answer
    assert (part.occurrence, type(part.occurrence)) == (kept, type(kept))


@pytest.mark.parametrize("said", ["1.5", "true", '"1"', "null", "1e999", "9" * 5000])
def test_occurrence_that_is_no_whole_number_is_corrected(said: str) -> None:
    wrong = f'{{"s1": [{{"text": "ион", "occurrence": {said}}}]}}'
    found, requests = projected(ION, wrong, {"s1": [quote("ион", 2)]})
    assert found["T1"].answer == (Quote("ион", 2, within=WHOLE),)
    assert len(requests) == 2


class TestWithin:
    def test_occurrences_count_in_the_segment(self) -> None:
        task = projection(["An ion.", "A cell."], ["Ион.", "Клетка."], "cell")
        found, [request] = projected(task, {"s1": [quote("Клетка")]})
        [part] = found["T1"].answer
        assert part.within is not None
        assert part.within.of(task.target.text) == "Клетка."
        assert data_of(request)["spans"]["s1"]["segment"] == "2"

    def test_span_over_a_border_counts_in_both(self) -> None:
        task = projection(["a b", "c d", "e"], ["а б", "в г", "е"], ((2, 5),))
        found, [request] = projected(task, {"s1": [quote("б в")]})
        [part] = found["T1"].answer
        assert part.within == Interval(0, 7)
        assert part.occurrence is None, "a number counted in one segment says nothing over two"
        assert data_of(request)["spans"]["s1"]["segment"] == "1, 2"

    def test_span_between_the_segments_has_no_counterpart(self) -> None:
        found, requests = projected(projection(["a", "b"], ["а", "б"], ((1, 2),)))
        assert (found["T1"].reason, requests) == (Reason.NO_COUNTERPART, [])


class TestChunks:
    LONG = projection(
        ["a b", "c d", "e"],
        ["а б", "в г", "е"],
        ((0, 1),),
        ((2, 5),),
        guidance=Guidance(chunk_characters=3),
    )

    def test_span_over_two_requests_is_asked_for_in_both(self) -> None:
        found, [one, two] = projected(
            self.LONG, {"s1": [quote("а")], "s2": [quote("б")]}, {"s2": [quote("в")]}
        )
        assert data_of(one)["source"] == {"1": "<s1>a</s1> <s2>b</s2>"}
        assert data_of(two)["source"] == {"2": "<s2>c</s2> d"}
        assert data_of(two)["spans"] == {"s2": {"label": "Term", "words": "c", "segment": "2"}}
        assert found["T2"].answer == (
            Quote("б", 1, within=Interval(0, 3)),
            Quote("в", 1, within=Interval(4, 7)),
        )

    def test_span_whose_one_half_has_no_answer_has_none(self) -> None:
        found, _ = projected(self.LONG, {"s1": [quote("а")], "s2": [quote("б")]}, FAILURE)
        assert isinstance(found["T1"], Candidate)
        assert found["T2"].reason is Reason.FAILED_REQUEST

    def test_request_that_is_too_long_is_halved(self) -> None:
        overflow = Failure(FailureKind.CONTEXT_OVERFLOW, "too long")
        task = projection(["a", "b"], ["а", "б"], "a", "b")
        found, requests = projected(task, overflow, {"s1": [quote("а")]}, {"s2": [quote("б")]})
        assert [list(data_of(request)["spans"]) for request in requests[1:]] == [["s1"], ["s2"]]
        assert all(isinstance(answer, Candidate) for answer in found.values())


class TestGuidance:
    def test_guideline_labels_and_examples_stand_behind_the_prompt(self) -> None:
        shown = projection("An atom.", "Это атом, атом.", "atom")
        target = replace(shown.target, spans=(Span("T1", "Term", (Interval(10, 14),)),))
        guidance = Guidance(
            instructions="Leave out articles.",
            labels={"Term": "a word that is defined"},
            examples=(Example(shown.source, target),),
        )
        _, [request] = projected(replace(ION, guidance=guidance), {"s1": []})
        text = request.messages[0].content
        assert "Leave out articles." in text
        assert "- Term: a word that is defined" in text
        assert '"An <s1>atom</s1>."' in text
        assert '{"s1":[{"text":"атом","occurrence":2}]}' in text


@pytest.mark.parametrize(
    ("canned", "reason"),
    [
        ((PROSE, PROSE), Reason.INVALID_ANSWER),
        (({"s1": "ион"}, {"s2": []}), Reason.INVALID_ANSWER),
        (({"s1": [quote("ион") | {"label": "Term"}]}, PROSE), Reason.INVALID_ANSWER),
        ((FAILURE,), Reason.FAILED_REQUEST),
        ((PROSE, FAILURE), Reason.FAILED_REQUEST),
        ((REFUSAL,), Reason.REFUSED),
    ],
)
def test_without_a_valid_answer_the_span_is_declined(canned: tuple, reason: Reason) -> None:
    found, requests = projected(ION, *canned)
    assert isinstance(found["T1"], Declined)
    assert found["T1"].reason == reason
    assert found["T1"].detail
    assert len(requests) == len(canned)


class TestIds:
    three = ("An ion is a cell of water.", "Ион — клетка воды.", "ion", "cell", "water")

    def test_all_spans_are_asked_in_one_request(self) -> None:
        right = {"s1": [quote("Ион")], "s2": [], "s3": [quote("воды")]}
        found, [request] = projected(projection(*self.three), right)
        assert list(data_of(request)["spans"]) == ["s1", "s2", "s3"]
        assert [type(answer) for answer in found.values()] == [Candidate, Declined, Candidate]

    def test_missing_id_is_asked_for_again(self) -> None:
        right = {"s1": [quote("Ион")], "s2": [], "s3": []}
        _, [_, retry] = projected(projection(*self.three), {"s1": [], "s3": []}, right)
        assert 'key "s2" is missing' in retry.messages[-1].content

    def test_one_wrong_id_does_not_cost_the_others_their_quotes(self) -> None:
        first = {"s1": [quote("Ион")], "s2": [quote("клетка")]}
        second = {"s1": [quote("Ион") | {"more": 1}], "s2": [quote("воды")]}
        found, _ = projected(projection(*self.three), first, second)
        assert found["T1"].answer[0].surface == "Ион"
        assert found["T2"].answer[0].surface == "воды"
        assert found["T3"].reason == Reason.INVALID_ANSWER
        assert found["T3"].detail

    def test_id_keeps_its_number_in_a_cascade(self) -> None:
        task = projection(*self.three, only={"T3"})
        found, [request] = projected(task, {"s3": [quote("воды")]})
        assert list(found) == ["T3"]
        assert list(data_of(request)["spans"]) == ["s3"]
        assert data_of(request)["source"] == {"1": "An ion is a cell of <s3>water</s3>."}


def test_unknown_projector_lists_the_known() -> None:
    with pytest.raises(ConfigError, match="known: tags, quote"):
        projector_named("guess")
