"""Several answers to the same question, and several methods: they vote."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.canned import answered

from donor.data import (
    Candidate,
    Document,
    Interval,
    Intervals,
    Reason,
    Span,
    SpanRow,
)
from donor.llm import Method, Request
from donor.pipeline import journey, plan_of
from donor.pipeline.plan import Plan, Step

TEXT = "The cell wall."
CELL = Document(
    "d",
    language="en",
    text=TEXT,
    segments=(Interval(0, len(TEXT)),),
    spans=(Span("T1", "Term", (Interval(4, 8),)),),
)
RUSSIAN = {"1": "Стенка клетки."}
WALL, RIGHT = {"1": "<s1>Стенка</s1> клетки."}, {"1": "Стенка <s1>клетки</s1>."}
BOTH = {"1": "<s1>Стенка клетки</s1>."}
NONE = {"1": "Стенка клетки.<s1></s1>"}
QUOTED = {"s1": [{"text": "клетки", "occurrence": 1}]}
QUOTED_WALL = {"s1": [{"text": "Стенка", "occurrence": 1}]}
NOWHERE: dict[str, Any] = {"s1": []}


def plan(*cascade: str, **more: Any) -> Plan:
    return replace(plan_of(to="ru", cascade=cascade, source="en"), **more)


def row_of(how: Plan, *canned: Mapping[str, Any]) -> tuple[SpanRow, list[Request]]:
    done, requests = answered(journey(CELL, how), RUSSIAN, *canned)
    return done.spans[0], requests


def surface(row: SpanRow) -> str:
    return row.placed.surface(RUSSIAN["1"]) if row.placed else ""


class TestSamples:
    HOT = plan("tags", samples=3, sample_parameters={"temperature": 0.7})

    def test_samples_are_asked_at_once_with_numbers_of_their_own(self) -> None:
        _, requests = row_of(self.HOT, RIGHT, RIGHT, RIGHT)
        assert [request.sample for request in requests[1:]] == [0, 1, 2]
        assert len({request.key for request in requests}) == 4

    def test_first_sample_is_what_a_run_without_samples_asks(self) -> None:
        _, alone = row_of(plan("tags"), RIGHT)
        _, several = row_of(self.HOT, RIGHT, RIGHT, RIGHT)
        assert several[1].key == alone[1].key
        assert several[2].parameters == {"temperature": 0.7}

    def test_most_decide_and_how_many_is_evidence(self) -> None:
        row, _ = row_of(self.HOT, WALL, RIGHT, RIGHT)
        assert surface(row) == "клетки"
        assert [attempt.sample for attempt in row.attempts] == [0, 1, 2]
        assert [dict(attempt.evidence) for attempt in row.attempts] == [{}, {"votes": 2 / 3}, {}]

    def test_first_sample_decides_between_equals(self) -> None:
        row, _ = row_of(self.HOT, WALL, RIGHT, NONE)
        assert surface(row) == "Стенка"

    def test_without_the_first_nothing_is_guessed(self) -> None:
        row, _ = row_of(self.HOT, NONE, RIGHT, WALL)
        assert (row.placed, row.reason) == (None, Reason.AMBIGUOUS)
        assert "2 places" in row.detail

    def test_disagreement_goes_on_to_the_next_method(self) -> None:
        how = plan("tags", "quote", samples=3)
        row, _ = row_of(how, NONE, RIGHT, WALL, QUOTED, QUOTED, QUOTED)
        assert (row.method, surface(row)) == ("quote", "клетки")

    def test_translation_is_not_sampled(self) -> None:
        _, requests = row_of(self.HOT, RIGHT, RIGHT, RIGHT)
        assert [request.task for request in requests] == ["translate", "tags", "tags", "tags"]


class TestVote:
    ALL = plan("tags", "quote", "index", vote=True)

    @pytest.mark.parametrize(
        ("tagged", "quoted", "words", "found"),
        [
            (RIGHT, QUOTED, (2, 2), "клетки"),
            (WALL, QUOTED, (2, 2), "клетки"),
            (WALL, QUOTED, (1, 2), "Стенка"),
            (NONE, QUOTED, (1, 1), "клетки"),
        ],
        ids=["all agree", "two of three", "first of three", "first that says one"],
    )
    def test_most_methods_decide(
        self, tagged: Any, quoted: Any, words: tuple[int, int], found: str
    ) -> None:
        items = [{"segment": 1, "first": words[0], "last": words[1]}]
        row, requests = row_of(self.ALL, tagged, quoted, {"s1": items})
        assert [request.task for request in requests[1:]] == ["tags", "quote", "index-words"]
        assert surface(row) == found

    def test_agreement_is_evidence(self) -> None:
        row, _ = row_of(plan("tags", "quote", vote=True), WALL, QUOTED_WALL)
        assert dict(row.attempts[0].evidence) == {"methods": 1.0}

    @pytest.mark.parametrize(
        ("quoted", "found", "agreeing"),
        [(QUOTED, "клетки", 1.0), (QUOTED_WALL, "клетки", 0.5), (NOWHERE, "клетки", 0.5)],
        ids=["agrees", "differs", "has no place"],
    )
    def test_translator_that_marks_spans_votes_too(
        self, quoted: Any, found: str, agreeing: float
    ) -> None:
        how = replace(plan_of(to="ru", cascade=("quote",), translator="joint"), vote=True)
        done, _ = answered(journey(CELL, how), RIGHT, quoted)
        [row] = done.spans
        assert (row.method, surface(row), row.winner) == ("joint", found, 0)
        assert [attempt.method for attempt in row.attempts] == ["joint", "quote"]
        assert dict(row.attempts[0].evidence)["methods"] == agreeing

    def test_answer_of_a_voter_is_not_that_of_the_translator(self) -> None:
        how = replace(plan_of(to="ru", cascade=("quote", "index"), translator="joint"), vote=True)
        items = {"s1": [{"segment": 1, "first": 1, "last": 1}]}
        done, _ = answered(journey(CELL, how), RIGHT, QUOTED_WALL, items)
        assert (done.spans[0].method, surface(done.spans[0])) == ("quote", "Стенка")


class TestWitness:
    @staticmethod
    def says(place: Interval) -> Step:
        def project(task: Any) -> Method[tuple[Candidate, ...]]:
            yield from ()
            found = Intervals((place,))
            return tuple(Candidate(one, "free", found) for one in sorted(task.span_ids))

        return Step("free", project, asks=False)

    def test_method_without_requests_speaks_of_placed_spans_too(self) -> None:
        how = plan("tags")
        how = replace(how, cascade=(*how.cascade, self.says(Interval(0, 6))))
        row, _ = row_of(how, RIGHT)
        assert (row.method, surface(row)) == ("tags", "клетки")
        assert [attempt.method for attempt in row.attempts] == ["tags", "free"]

    def test_it_places_what_is_open(self) -> None:
        how = plan("tags")
        how = replace(how, cascade=(*how.cascade, self.says(Interval(7, 13))))
        row, _ = row_of(how, NONE)
        assert (row.method, surface(row)) == ("free", "клетки")
