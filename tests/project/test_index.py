"""Projection by numbers of words and by offsets, driven by hand with canned answers."""

from dataclasses import replace
from typing import Any

import pytest
from tests.canned import answered, data_of
from tests.project.pairs import projection

from donor.data import Candidate, Declined, Example, Guidance, Interval, Intervals, Reason, Span
from donor.project import Projection, projector_named
from donor.project.index import by_characters, by_words

ION = projection(["An ion.", "An ion is here."], ["Ион.", "Вот и ион-2, да."], ((11, 14),))


def found(project: Any, task: Projection, answer: Any) -> list[str] | tuple[Reason, str]:
    """The words of the intervals, or the reason why there are none."""
    [one], _ = answered(project(task), {"s1": answer})
    if isinstance(one, Declined):
        return one.reason, one.detail
    assert isinstance(one, Candidate)
    assert isinstance(one.answer, Intervals)
    return [place.of(task.target.text) for place in one.answer.ranges]


def run(first: float, last: float, segment: float = 2) -> dict[str, float]:
    return {"segment": segment, "first": first, "last": last}


def stretch(start: float, end: float, segment: float = 2) -> dict[str, float]:
    return {"segment": segment, "start": start, "end": end}


def test_words_and_signs_are_numbered_from_one() -> None:
    _, [request] = answered(by_words(ION), {"s1": []})
    assert data_of(request)["translation"] == {
        "1": {"1": "Ион", "2": "."},
        "2": {"1": "Вот", "2": "и", "3": "ион-2", "4": ",", "5": "да", "6": "."},
    }
    assert data_of(request)["spans"] == {"s1": {"label": "Term", "words": "ion", "segment": "2"}}
    assert request.task == "index-words"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ([run(3, 3)], ["ион-2"]),
        ([run(2, 3)], ["и ион-2"]),
        ([run(3.0, 3.0, 2.0)], ["ион-2"]),
        ([run(1, 1), run(5, 5)], ["Вот", "да"]),
        ([run(1, 1, 1)], ["Ион"]),
        ([], (Reason.NO_COUNTERPART, "the model points at nothing")),
        (
            [run(6, 7)],
            (Reason.OUT_OF_RANGE, "the answer says words 6 to 7, segment 2 has words 1 to 6"),
        ),
        (
            [run(0, 1)],
            (Reason.OUT_OF_RANGE, "the answer says words 0 to 1, segment 2 has words 1 to 6"),
        ),
        (
            [run(3, 2)],
            (Reason.OUT_OF_RANGE, "the answer says words 3 to 2, segment 2 has words 1 to 6"),
        ),
        (
            [run(1, 1, 3)],
            (Reason.OUT_OF_RANGE, "the answer speaks of segment 3, which was not shown"),
        ),
    ],
)
def test_runs_of_words(answer: Any, wanted: object) -> None:
    assert found(by_words, ION, answer) == wanted


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ([stretch(6, 11)], ["ион-2"]),
        ([stretch(4, 11)], ["и ион-2"]),
        ([stretch(0, 3, 1)], ["Ион"]),
        (
            [stretch(14, 17)],
            (Reason.OUT_OF_RANGE, "the answer says 14 to 17, segment 2 has 16 characters"),
        ),
        (
            [stretch(3, 3)],
            (Reason.OUT_OF_RANGE, "the answer says 3 to 3, segment 2 has 16 characters"),
        ),
        (
            [stretch(-1, 3)],
            (Reason.OUT_OF_RANGE, "the answer says -1 to 3, segment 2 has 16 characters"),
        ),
        ([stretch(1, 4)], (Reason.OFF_BY_ONE, "'от ' cuts a word, in 'Вот и ион'")),
        ([stretch(0, 2)], (Reason.OFF_BY_ONE, "'Во' cuts a word, in 'Вот и и'")),
    ],
)
def test_offsets(answer: Any, wanted: object) -> None:
    assert found(by_characters, ION, answer) == wanted


def test_offset_far_within_a_word_is_invalid() -> None:
    task = projection("a notebook", "записная книжка", "notebook")
    reason, detail = found(by_characters, task, [stretch(3, 15, 1)])
    assert (reason, detail) == (
        Reason.INVALID_ANSWER,
        "'исная книжка' cuts a word, in 'записная книжка'",
    )


def test_span_that_cuts_a_word_itself_may_do_so_again() -> None:
    task = projection("the 50km race", "забег на 50км", "50")
    assert found(by_characters, task, [stretch(9, 11, 1)]) == ["50"]


def test_examples_show_the_right_numbers() -> None:
    target = replace(ION.target, spans=(Span("T1", "Term", (Interval(11, 16),)),))
    guidance = Guidance(examples=(Example(ION.source, target),))
    for project, right in (
        (by_words, '{"s1":[{"segment":2,"first":3,"last":3}]}'),
        (by_characters, '{"s1":[{"segment":2,"start":6,"end":11}]}'),
    ):
        _, [request] = answered(project(replace(ION, guidance=guidance)), {"s1": []})
        assert right in request.messages[0].content


def test_index_is_by_words() -> None:
    assert projector_named("index") is projector_named("index-words")
