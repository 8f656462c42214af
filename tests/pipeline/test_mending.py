"""What fails a check is asked for again, with the finding, and the records tell the story."""

from dataclasses import replace
from typing import Any

from tests.canned import FAILURE, answered, data_of

from donor.data import Check, Document, Interval, Reason, Repair, Span, Transfer
from donor.llm import Request
from donor.pipeline import journey, plan_of
from donor.pipeline.plan import Plan

PLAN = replace(plan_of(to="ru", cascade=("tags", "quote"), source="en"), repair=1)
TWICE = replace(PLAN, repair=2)


def document(text: str, *spans: str) -> Document:
    found = tuple(
        Span(f"T{n}", "Term", (Interval(text.index(words), text.index(words) + len(words)),))
        for n, words in enumerate(spans, start=1)
    )
    return Document("d", language="en", text=text, segments=(Interval(0, len(text)),), spans=found)


def travelled(source: Document, *canned: Any, plan: Plan = PLAN) -> tuple[Transfer, list[Request]]:
    return answered(journey(source, plan), *canned)


NUMBERED = document("The wall has 12 parts.")
WRONG, RIGHT = {"1": "Стенка имеет 30 частей."}, {"1": "Стенка имеет 12 частей."}


class TestSegments:
    def test_finding_goes_into_the_next_prompt(self) -> None:
        done, requests = travelled(NUMBERED, WRONG, RIGHT)
        said, remark = requests[1].messages[-2:]
        assert (said.role, remark.role) == ("assistant", "user")
        assert "Стенка имеет 30 частей." in said.content
        assert "12 became 30" in remark.content
        assert done.translation.segments == ("Стенка имеет 12 частей.",)
        assert done.findings == ()

    def test_translation_tells_that_it_was_mended(self) -> None:
        done, _ = travelled(NUMBERED, WRONG, RIGHT)
        [repair] = done.translation.repairs
        assert (repair.segment, repair.mended) == (0, True)
        assert "12 became 30" in repair.finding

    def test_translation_that_is_no_better_is_not_taken(self) -> None:
        done, _ = travelled(NUMBERED, WRONG, {"1": "Стенка имеет 31 часть."})
        assert done.translation.segments == ("Стенка имеет 30 частей.",)
        assert [finding.check for finding in done.findings] == [Check.NUMBERS_CHANGED]
        assert [one.mended for one in done.translation.repairs] == [False]

    def test_asks_as_often_as_the_plan_says(self) -> None:
        done, _ = travelled(NUMBERED, WRONG, WRONG, RIGHT, plan=TWICE)
        assert [one.mended for one in done.translation.repairs] == [False, True]
        assert done.findings == ()

    def test_failed_request_leaves_what_was_there(self) -> None:
        done, _ = travelled(NUMBERED, WRONG, FAILURE)
        assert done.translation.segments == ("Стенка имеет 30 частей.",)
        assert isinstance(done.translation.repairs[0], Repair)

    def test_only_the_segments_concerned_are_asked_for(self) -> None:
        text = "The wall has 12 parts. It is thin."
        source = replace(document(text), segments=(Interval(0, 22), Interval(23, len(text))))
        _, requests = travelled(source, {"1": WRONG["1"], "2": "Она тонкая."}, RIGHT)
        assert list(data_of(requests[1])) == ["1"]

    def test_without_repair_nothing_is_asked_again(self) -> None:
        done, requests = travelled(NUMBERED, WRONG, plan=replace(PLAN, repair=0))
        assert len(requests) == 1
        assert done.translation.repairs == ()


CELL = document("The cell wall.", "cell")
TEXT = {"1": "Стенка клетки."}
ASTRAY = {"1": "Стенка клетки<s1>.</s1>"}
TAGGED = {"1": "Стенка <s1>клетки</s1>."}
QUOTED = {"s1": [{"text": "клетки", "occurrence": 1}]}
FULL_STOP = {"s1": [{"text": ".", "occurrence": 1}]}


class TestSpans:
    def test_method_is_asked_again_with_the_finding(self) -> None:
        done, requests = travelled(CELL, TEXT, ASTRAY, TAGGED)
        assert [request.task for request in requests] == ["translate", "tags", "tags"]
        assert "covers no letter" in data_of(requests[2])["remarks"]["s1"]
        assert '"remarks"' in requests[2].messages[0].content
        [row] = done.spans
        assert row.placed is not None
        assert row.placed.fragments == (Interval(7, 13),)
        assert done.findings == ()

    def test_attempts_tell_the_story(self) -> None:
        done, _ = travelled(CELL, TEXT, ASTRAY, TAGGED)
        first, second = done.spans[0].attempts
        assert first.repairs == ""
        assert "covers no letter" in second.repairs

    def test_next_method_follows(self) -> None:
        done, requests = travelled(CELL, TEXT, ASTRAY, ASTRAY, QUOTED)
        assert [request.task for request in requests] == ["translate", "tags", "tags", "quote"]
        assert (done.spans[0].method, done.findings) == ("quote", ())

    def test_span_that_fails_everywhere_has_no_place(self) -> None:
        done, _ = travelled(CELL, TEXT, ASTRAY, ASTRAY, FULL_STOP)
        [row] = done.spans
        assert row.placed is None
        assert row.reason in (Reason.DOUBTFUL, Reason.NO_MATCH)
        assert len(row.attempts) == 3

    def test_no_counterpart_the_second_time_goes_on(self) -> None:
        empty = {"1": "Стенка клетки.<s1></s1>"}
        done, _ = travelled(CELL, TEXT, ASTRAY, empty, QUOTED)
        assert done.spans[0].method == "quote"

    def test_other_spans_keep_their_places(self) -> None:
        source = document("The cell wall.", "cell", "wall")
        tagged = {"1": "<s2>Стенка</s2> клетки<s1>.</s1>"}
        done, requests = travelled(source, TEXT, tagged, {"1": "Стенка <s1>клетки</s1>."})
        assert "<s2>" not in requests[2].messages[1].content
        assert [row.method for row in done.spans] == ["tags", "tags"]

    def test_request_without_remarks_is_as_it_was(self) -> None:
        _, plain = travelled(CELL, TEXT, TAGGED)
        assert "remarks" not in plain[1].messages[0].content
        assert "remarks" not in data_of(plain[1])
