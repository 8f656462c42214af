"""A judge and a translation back: what they find, what is asked again for it, what is counted."""

from dataclasses import replace
from typing import Any

from tests.canned import FAILURE, answered, data_of

from donor.data import (
    Candidate,
    Check,
    Declined,
    Document,
    Interval,
    Intervals,
    Ledger,
    Reason,
    Span,
    TextLabel,
    Transfer,
)
from donor.llm import Method, Request, asking
from donor.pipeline import journey, plan_of
from donor.pipeline.looking import label_values
from donor.pipeline.plan import Judge, Plan, Step
from donor.project import Projection

TEXT = "The cell wall protects the whole plant."
RUSSIAN = {"1": "Стенка клетки защищает всё растение."}
OTHER = {"1": "Клеточная стенка защищает растение целиком."}
TAGGED = {"1": "Стенка <s1>клетки</s1> защищает всё растение."}
WIDER = {"1": "<s1>Стенка клетки</s1> защищает всё растение."}
RIGHT = {"right": True, "why": ""}
ALL_RIGHT = {"1": RIGHT, "s1": RIGHT}

SOURCE = Document(
    "d",
    language="en",
    text=TEXT,
    segments=(Interval(0, len(TEXT)),),
    spans=(Span("T1", "Term", (Interval(4, 8),)),),
)
PLAN = replace(plan_of(to="ru", cascade=("tags",), source="en"), repair=1)
JUDGED = replace(PLAN, judge=Judge())
BACK = replace(PLAN, back_translate=True)


def wrong(key: str, why: str) -> dict[str, Any]:
    return {**ALL_RIGHT, key: {"right": False, "why": why}}


def travelled(
    plan: Plan, *canned: Any, source: Document = SOURCE
) -> tuple[Transfer, list[Request]]:
    return answered(journey(source, plan), *canned)


def tasks(requests: list[Request]) -> list[str]:
    return [request.task for request in requests]


class TestJudge:
    def test_what_it_finds_right_is_counted(self) -> None:
        done, requests = travelled(JUDGED, RUSSIAN, TAGGED, ALL_RIGHT)
        assert tasks(requests) == ["translate", "tags", "judge"]
        assert done.looked == {"judged texts": 1, "judged spans": 1}
        assert done.findings == ()

    def test_span_that_it_finds_wrong_is_asked_for_again(self) -> None:
        no = wrong("s1", "the wall does not belong to it")
        done, requests = travelled(JUDGED, RUSSIAN, WIDER, no, TAGGED, ALL_RIGHT)
        assert tasks(requests) == ["translate", "tags", "judge", "tags", "judge"]
        assert "the wall does not belong" in data_of(requests[3])["remarks"]["s1"]
        assert done.findings == ()
        [row] = done.spans
        assert row.placed is not None
        assert row.placed.surface(RUSSIAN["1"]) == "клетки"

    def test_same_answer_again_keeps_the_place_and_the_finding(self) -> None:
        no = wrong("s1", "too long")
        done, requests = travelled(JUDGED, RUSSIAN, WIDER, no, WIDER)
        assert tasks(requests) == ["translate", "tags", "judge", "tags"]
        assert [one.check for one in done.findings] == [Check.JUDGED_SPAN]
        assert done.spans[0].placed is not None
        assert len(done.spans[0].attempts) == 2
        repairs = Ledger.of(done).repairs
        assert (repairs["spans"], repairs["spans_mended"]) == (1, 0)

    def test_what_a_witness_says_afterwards_mends_nothing(self) -> None:
        def project(task: Projection) -> Method[tuple[Candidate, ...]]:
            yield from ()
            found = Intervals((Interval(7, 13),))
            return tuple(Candidate(one, "free", found) for one in task.span_ids)

        how = replace(JUDGED, cascade=(*JUDGED.cascade, Step("free", project, asks=False)))
        done, _ = travelled(how, RUSSIAN, WIDER, wrong("s1", "too long"), WIDER)
        assert [one.method for one in done.spans[0].attempts] == ["tags", "tags", "free"]
        assert Ledger.of(done).repairs["spans_mended"] == 0

    def test_answer_without_a_place_keeps_the_one_before(self) -> None:
        empty = {"1": f"{RUSSIAN['1']}<s1></s1>"}
        done, _ = travelled(JUDGED, RUSSIAN, WIDER, wrong("s1", "too long"), empty)
        assert done.spans[0].placed is not None

    def test_segment_that_it_finds_wrong_is_translated_again(self) -> None:
        tagged = {"1": "<s1>Клеточная</s1> стенка защищает растение целиком."}
        no = wrong("1", "wall of the cell")
        done, requests = travelled(JUDGED, RUSSIAN, TAGGED, no, OTHER, tagged, ALL_RIGHT)
        assert tasks(requests) == ["translate", "tags", "judge", "translate", "tags", "judge"]
        assert done.translation.segments == (OTHER["1"],)
        assert done.translation.repairs[0].mended
        assert done.findings == ()

    def test_translation_in_which_spans_lose_their_places_is_not_taken(self) -> None:
        def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
            yield from ()
            if task.target.text != RUSSIAN["1"]:
                return (Declined("T1", "free", Reason.NO_ALIGNMENT),)
            return (Candidate("T1", "free", Intervals((Interval(7, 13),))),)

        how = replace(JUDGED, cascade=(Step("free", project, asks=False),))
        done, requests = travelled(how, RUSSIAN, wrong("1", "wall of the cell"), OTHER)
        assert tasks(requests) == ["translate", "judge", "translate"]
        assert done.translation.segments == (RUSSIAN["1"],)
        assert [one.mended for one in done.translation.repairs] == [False]
        assert done.spans[0].placed is not None
        assert [one.check for one in done.findings] == [Check.JUDGED_TRANSLATION]

    def test_same_translation_again_is_not_mended(self) -> None:
        done, _ = travelled(JUDGED, RUSSIAN, TAGGED, wrong("1", "wall of the cell"), RUSSIAN)
        assert [one.mended for one in done.translation.repairs] == [False]
        assert [one.check for one in done.findings] == [Check.JUDGED_TRANSLATION]

    def test_translation_that_it_finds_wrong_again_is_not_mended(self) -> None:
        tagged = {"1": "<s1>Клеточная</s1> стенка защищает растение целиком."}
        no = wrong("1", "wall of the cell")
        done, _ = travelled(JUDGED, RUSSIAN, TAGGED, no, OTHER, tagged, no)
        assert done.translation.segments == (OTHER["1"],)
        assert [one.mended for one in done.translation.repairs] == [False]

    def test_without_repair_nothing_is_asked_again(self) -> None:
        plan = replace(JUDGED, repair=0)
        done, _ = travelled(plan, RUSSIAN, WIDER, wrong("s1", "too long"))
        assert [one.check for one in done.findings] == [Check.JUDGED_SPAN]

    def test_failed_judge_is_counted(self) -> None:
        done, _ = travelled(JUDGED, RUSSIAN, TAGGED, FAILURE)
        assert done.looked == {"not judged": 2}

    def test_another_model_may_judge(self) -> None:
        plan = replace(PLAN, judge=Judge("openai:gpt-4o"))
        way = asking(journey(SOURCE, plan), "openai:gpt-4o-mini", {"seed": 1})
        _, requests = answered(way, RUSSIAN, TAGGED, ALL_RIGHT)
        models = [request.model.partition(":")[2] for request in requests]
        assert models == ["gpt-4o-mini", "gpt-4o-mini", "gpt-4o"]
        assert requests[2].parameters == {"temperature": 0, "seed": 1}

    def test_labels_are_judged_by_the_values_of_the_dataset(self) -> None:
        source = replace(SOURCE, labels=(TextLabel("kind", "biology"),))
        values = label_values([source, replace(source, labels=(TextLabel("kind", "physics"),))])
        assert values == {"kind": ("biology", "physics")}
        plan = replace(JUDGED, label_values=values)
        done, _ = travelled(plan, RUSSIAN, TAGGED, ALL_RIGHT, {"l1": ["physics"]}, source=source)
        assert [one.check for one in done.findings] == [Check.LABEL_DOUBTFUL]
        assert done.looked["judged labels"] == 1


class TestTranslationBack:
    def test_source_that_comes_back_is_no_finding(self) -> None:
        done, requests = travelled(BACK, RUSSIAN, {"1": TEXT}, TAGGED)
        assert tasks(requests) == ["translate", "translate-back", "tags"]
        assert "from Russian into English" in requests[1].messages[0].content
        assert data_of(requests[1]) == RUSSIAN
        assert (done.findings, done.looked) == ((), {"translated back": 1})
        assert done.back == (TEXT,)

    def test_another_text_is_translated_again_before_spans_are_placed(self) -> None:
        nonsense = {"1": "Nobody knew why it rained on Tuesday at noon."}
        tagged = {"1": "<s1>Клеточная</s1> стенка защищает растение целиком."}
        done, requests = travelled(BACK, RUSSIAN, nonsense, OTHER, {"1": TEXT}, tagged)
        assert tasks(requests)[:4] == ["translate", "translate-back", "translate", "translate-back"]
        assert done.translation.segments == (OTHER["1"],)
        assert done.findings == ()
        assert done.back == (TEXT,)

    def test_text_back_belongs_to_the_translation_that_is_kept(self) -> None:
        nonsense = {"1": "Nobody knew why it rained on Tuesday at noon."}
        done, _ = travelled(BACK, RUSSIAN, nonsense, OTHER, nonsense, TAGGED)
        assert done.translation.segments == (RUSSIAN["1"],)
        assert done.back == (nonsense["1"],)

    def test_text_back_of_a_new_translation_that_failed_is_not_known(self) -> None:
        nonsense = {"1": "Nobody knew why it rained on Tuesday at noon."}
        tagged = {"1": "<s1>Клеточная</s1> стенка защищает растение целиком."}
        done, _ = travelled(BACK, RUSSIAN, nonsense, OTHER, FAILURE, tagged)
        assert done.translation.segments == (OTHER["1"],)
        assert done.back == ()

    def test_failure_is_counted_and_no_finding(self) -> None:
        done, _ = travelled(BACK, RUSSIAN, FAILURE, TAGGED)
        assert (done.findings, done.looked) == ((), {"not translated back": 1})
