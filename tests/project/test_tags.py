"""Projection by tags, driven by hand with canned answers."""

from typing import Any

import pytest
from tests.canned import FAILURE, PROSE, REFUSAL, answered, data_of
from tests.project.pairs import projection

from donor.data import Candidate, Declined, Guidance, Interval, Intervals, Quote, Reason
from donor.llm import Request
from donor.project import Projection
from donor.project.tags import project


def projected(
    task: Projection, *canned: Any
) -> tuple[dict[str, Candidate | Declined], list[Request]]:
    answers, requests = answered(project(task), *canned)
    return {answer.span_id: answer for answer in answers}, requests


def surfaces(task: Projection, *canned: Any) -> dict[str, list[str] | Reason]:
    """What each span got: the words of its intervals, or the reason why nothing."""
    return {
        span_id: answer.reason if isinstance(answer, Declined) else words(answer, task)
        for span_id, answer in projected(task, *canned)[0].items()
    }


def words(candidate: Candidate, task: Projection) -> list[str]:
    assert isinstance(candidate.answer, Intervals)
    return [interval.of(task.target.text) for interval in candidate.answer.ranges]


WALL = projection("the cell wall", "стенка клетки", "cell wall", "cell")
RIGHT = "<s1>стенка <s2>клетки</s2></s1>"


def test_tagged_words_are_the_candidate() -> None:
    found, [request] = projected(WALL, {"1": RIGHT})
    assert words(found["T1"], WALL) == ["стенка клетки"]
    assert words(found["T2"], WALL) == ["клетки"]
    assert found["T1"].method == "tags"
    assert data_of(request) == {
        "source": {"1": "the <s1><s2>cell</s2> wall</s1>"},
        "translation": {"1": "стенка клетки"},
    }


def test_tags_may_cross() -> None:
    answer = {"1": "<s1>стенка <s2>кле</s1>тки</s2>"}
    assert surfaces(WALL, answer) == {"T1": ["стенка кле"], "T2": ["клетки"]}


def test_offsets_count_in_the_whole_target() -> None:
    task = projection(["An ion.", "A cell."], ["Ион.", "Клетка."], "cell")
    assert surfaces(task, {"2": "<s1>Клетка</s1>."}) == {"T1": ["Клетка"]}


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (RIGHT + ".", "the text differs from the translation: '.' for 'the end'"),
        ("<s1>стена <s2>клетки</s2></s1>", "'а клетки' for 'ка клетки'"),
        ("<s1>стенка клетки</s1>", "tag <s2> stands 0 times, expected 1"),
        ("<s1>стенка</s1> <s1>клетки</s1><s2></s2>", "tag <s1> stands 2 times, expected 1"),
        ("<s1>стенка <s2>клетки</s2>", "tag <s1> does not close"),
        ("<s1>стенка клетки</s2></s1>", "tag </s2> closes what is not open"),
        ("<s1><s1>стенка <s2>клетки</s2></s1>", "tag <s1> opens twice before it closes"),
        (RIGHT + "<s3></s3>", "tag <s3> is not in the source segment"),
        (RIGHT.replace("s2", "s1000002"), "the text differs from the translation"),
        (RIGHT.replace("s2", "s٢"), "the text differs from the translation"),
        ("", "the text differs from the translation: 'the end' for 'стенка клетки'"),
    ],
)
def test_wrong_answer_is_corrected_once(wrong: str, problem: str) -> None:
    found, [_, retry] = projected(WALL, {"1": wrong}, {"1": RIGHT})
    assert words(found["T1"], WALL) == ["стенка клетки"]
    assert retry.messages[-1].content.startswith("That answer cannot be used: segment 1: ")
    assert problem in retry.messages[-1].content


@pytest.mark.parametrize(
    ("canned", "reason", "detail"),
    [
        ((PROSE, PROSE), Reason.INVALID_ANSWER, "the answer holds no JSON object"),
        (({"1": "ион"}, {"1": "<s1>"}), Reason.TEXT_ALTERED, "without its tags"),
        ((FAILURE,), Reason.FAILED_REQUEST, "timeout: no answer in time"),
        (({"1": "ион"}, FAILURE), Reason.FAILED_REQUEST, "timeout: no answer in time"),
        ((REFUSAL,), Reason.REFUSED, "I will not"),
    ],
)
def test_without_a_valid_answer_all_are_declined(canned, reason, detail) -> None:  # type: ignore[no-untyped-def]
    found, _ = projected(WALL, *canned)
    assert {answer.reason for answer in found.values()} == {reason}
    assert all(answer.detail.startswith(detail) for answer in found.values())
    assert list(found) == ["T1", "T2"]


@pytest.mark.parametrize(
    ("copy", "words"),
    [
        ('<s1>"Ион" -  это</s1> еще атом.', "«Ион» — это"),
        (" «Ион» — это <s1> ещё</s1>  атом. ", " ещё"),
        ("«<s1>Ион</s1>»\u00a0— это ещё атом.", "Ион"),
    ],
)
def test_another_kind_of_sign_or_space_is_no_change(copy: str, words: str) -> None:
    task = projection("An ion.", "«Ион» — это ещё атом.", "ion")
    assert surfaces(task, {"1": copy})["T1"] == [words]


def test_long_document_goes_in_chunks() -> None:
    guidance = Guidance(chunk_characters=3)
    task = projection(["a b", "c d"], ["а б", "в г"], ((2, 5),), guidance=guidance)
    found, requests = projected(task, {"1": "а <s1>б</s1>"}, {"2": "<s1>в</s1> г"})
    assert words(found["T1"], task) == ["б", "в"]
    assert [list(data_of(request)["source"]) for request in requests] == [["1"], ["2"]]


def test_empty_pair_means_no_counterpart() -> None:
    found, _ = projected(WALL, {"1": "<s1>стенка клетки</s1><s2></s2>"})
    assert words(found["T1"], WALL) == ["стенка клетки"]
    assert found["T2"] == Declined(
        "T2", "tags", Reason.NO_COUNTERPART, "the model put empty tags: no counterpart"
    )


TWO = projection(["An ion.", "A cell."], ["Ион.", "Клетка."], "ion", "cell")
GOOD = {"1": "<s1>Ион</s1>.", "2": "<s2>Клетка</s2>."}


class TestSegments:
    def test_those_that_pass_are_kept(self) -> None:
        half = {**GOOD, "2": "Клетка."}
        assert surfaces(TWO, half, half) == {"T1": ["Ион"], "T2": Reason.INVALID_ANSWER}

    def test_one_may_pass_at_first_and_the_other_later(self) -> None:
        first, second = {**GOOD, "2": "Клетка."}, {**GOOD, "1": "Ион."}
        assert surfaces(TWO, first, second) == {"T1": ["Ион"], "T2": ["Клетка"]}

    def test_what_passed_survives_a_failed_retry(self) -> None:
        half = {**GOOD, "1": "Ион."}
        assert surfaces(TWO, half, FAILURE) == {
            "T1": Reason.FAILED_REQUEST,
            "T2": ["Клетка"],
        }

    def test_only_the_segments_of_wanted_spans_are_asked(self) -> None:
        task = projection(["An ion.", "A cell."], ["Ион.", "Клетка."], "ion", "cell", only={"T2"})
        found, [request] = projected(task, {"2": GOOD["2"]})
        assert list(found) == ["T2"]
        assert data_of(request) == {
            "source": {"2": "A <s2>cell</s2>."},
            "translation": {"2": "Клетка."},
        }

    def test_span_over_a_border_is_tagged_in_both(self) -> None:
        task = projection(["a b", "c d"], ["а б", "в г"], ((2, 5),))
        found, [request] = projected(task, {"1": "а <s1>б</s1>", "2": "<s1>в</s1> г"})
        assert data_of(request)["source"] == {"1": "a <s1>b</s1>", "2": "<s1>c</s1> d"}
        assert words(found["T1"], task) == ["б", "в"]

    def test_span_over_a_border_needs_both(self) -> None:
        task = projection(["a b", "c d"], ["а б", "в г"], ((2, 5),))
        half = {"1": "а <s1>б</s1>", "2": "в г"}
        assert surfaces(task, half, half) == {"T1": Reason.INVALID_ANSWER}

    def test_part_without_words_is_not_asked_for(self) -> None:
        task = projection(["a b", " ", "c"], ["а б", " ", "в"], ((2, 5),))
        assert surfaces(task, {"1": "а <s1>б</s1>"}) == {"T1": ["б"]}

    def test_span_between_the_segments_is_declined_unasked(self) -> None:
        found, requests = projected(projection(["a", "b"], ["а", "б"], ((1, 2),)))
        assert requests == []
        assert found["T1"] == Declined(
            "T1", "tags", Reason.NO_COUNTERPART, "the span lies between the segments"
        )


class TestRescued:
    """After two answers that fail, the ids that are sound by themselves are kept."""

    three = projection("An ion, a cell, an atom.", "Ион, клетка, атом.", "ion", "cell", "atom")

    @pytest.mark.parametrize(
        "wrong",
        [
            "<s1>Ион</s1>, клетка, <s3>атом</s3>.",
            "<s1>Ион</s1>, <s2>клетка</s2>, <s2></s2><s3>атом</s3>.",
            "<s1>Ион</s1>, <s2>клетка, <s3>атом</s3>.",
            "<s1>Ион</s1>, </s2>клетка<s2>, <s3>атом</s3>.",
            "<s1>Ион</s1>, <s20>клетка</s20>, <s3>атом</s3>.",
        ],
    )
    def test_one_wrong_id_does_not_cost_the_others_their_place(self, wrong: str) -> None:
        found = surfaces(self.three, {"1": wrong}, {"1": wrong})
        assert found == {"T1": ["Ион"], "T2": Reason.INVALID_ANSWER, "T3": ["атом"]}

    def test_the_first_answer_may_know_what_the_second_does_not(self) -> None:
        first, second = "<s1>Ион</s1>, клетка, атом.", "Ион, <s2>клетка</s2>, атом."
        found = surfaces(self.three, {"1": first}, {"1": second})
        assert found == {"T1": ["Ион"], "T2": ["клетка"], "T3": Reason.INVALID_ANSWER}

    def test_what_stands_in_an_altered_text_is_quoted_with_its_neighbours(self) -> None:
        wrong = {"1": "<s1>Иону</s1>, <s2>клетка</s2>, и <s3>атом</s3>."}
        found, _ = projected(self.three, wrong, wrong)
        within = Interval(0, 18)
        assert [found[name].answer for name in ("T1", "T2", "T3")] == [
            (Quote("Иону", after=", клетка, и атом.", within=within),),
            (Quote("клетка", before="Иону,", after=", и атом.", within=within),),
            (Quote("атом", before="Иону, клетка, и", after=".", within=within),),
        ]

    def test_an_answer_without_one_of_its_segments_still_has_the_others(self) -> None:
        half = {"1": GOOD["1"]}
        assert surfaces(TWO, half, half) == {"T1": ["Ион"], "T2": Reason.INVALID_ANSWER}


class TestDiscontinuous:
    task = projection("hard and soft water", "жёсткая и мягкая вода", ("hard", "water"))

    def test_tag_stands_once_for_each_fragment(self) -> None:
        found, [request] = projected(self.task, {"1": "<s1>жёсткая</s1> и мягкая <s1>вода</s1>"})
        assert data_of(request)["source"] == {"1": "<s1>hard</s1> and soft <s1>water</s1>"}
        assert words(found["T1"], self.task) == ["жёсткая", "вода"]

    def test_counterpart_may_be_in_one_piece(self) -> None:
        answer = {"1": "<s1>жёсткая</s1> и мягкая вода"}
        assert surfaces(self.task, answer) == {"T1": ["жёсткая"]}

    def test_more_pieces_than_fragments_are_wrong(self) -> None:
        answer = {"1": "<s1>жёсткая</s1> <s1>и</s1> мягкая <s1>вода</s1>"}
        assert surfaces(self.task, answer, answer) == {"T1": Reason.INVALID_ANSWER}


def test_tags_in_the_text_are_not_ours() -> None:
    task = projection("the <s1> tag", "тег <s1>", "tag")
    found, [request] = projected(task, {"1": "<t1>тег</t1> <s1>"})
    assert data_of(request)["source"] == {"1": "the <s1> <t1>tag</t1>"}
    assert words(found["T1"], task) == ["тег"]
