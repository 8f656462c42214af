"""The judge, driven by hand with canned answers."""

import json
from typing import Any

from tests.canned import EN, FAILURE, PROSE, RU, answered, data_of
from tests.verify.transfers import in_segments, untranslated

from donor.data import (
    NO_GUIDANCE,
    Check,
    Example,
    Finding,
    Guidance,
    TextLabel,
    Transfer,
)
from donor.llm import Failure, FailureKind, Request
from donor.verify import Judged, Unjudged, judge

RIGHT = {"right": True, "why": ""}
DONE = in_segments(
    ["An ion moves.", "The ion stops."],
    ["Ион движется.", "Ион стоит."],
    ("ion moves", "Ион движется"),
    ("stops", ""),
    ("ion", "Ион"),
)


def wrong(why: str) -> dict[str, object]:
    return {"right": False, "why": why}


def judged(
    done: Transfer, *canned: Any, guidance: Guidance = NO_GUIDANCE, values: Any = None
) -> tuple[Judged, list[Request]]:
    return answered(judge(done, EN, RU, guidance, values=values), *canned)


def test_all_is_shown_and_asked_in_one_request() -> None:
    found, [request] = judged(DONE, dict.fromkeys(["1", "2", "s1", "s3"], RIGHT))
    assert found == Judged(texts=2, spans=2)
    assert (request.task, request.document) == ("judge", "d")
    assert data_of(request) == {
        "source": {"1": "An <s1><s3>ion</s3> moves</s1>.", "2": "The ion stops."},
        "translation": {"1": "<s1><s3>Ион</s3> движется</s1>.", "2": "Ион стоит."},
        "spans": {
            "s1": {"label": "Term", "source": "ion moves", "translation": "Ион движется"},
            "s3": {"label": "Term", "source": "ion", "translation": "Ион"},
        },
    }


def test_what_it_finds_wrong_is_a_finding_in_its_words() -> None:
    answer = {"1": RIGHT, "2": wrong("It\nrests."), "s1": wrong(""), "s3": wrong("x" * 300)}
    found, _ = judged(DONE, answer)
    assert found.findings == (
        Finding(Check.JUDGED_TRANSLATION, "It rests.", 1),
        Finding(Check.JUDGED_SPAN, "no reason is given", 0, "T1"),
        Finding(Check.JUDGED_SPAN, "x" * 199 + "…", 0, "T3"),
    )
    assert (found.texts, found.spans) == (2, 2)


def test_side_texts_are_judged_by_their_names() -> None:
    done = in_segments(["An ion."], ["Ион."], side=("What moves?", "Что?"))
    found, [request] = judged(done, {"1": RIGHT, "2": wrong("moves is lost")})
    assert data_of(request)["translation"] == {"1": "Ион.", "2": "Что?"}
    assert found.findings == (
        Finding(Check.JUDGED_TRANSLATION, "side text question: moves is lost"),
    )


def test_a_span_is_marked_wherever_it_stands() -> None:
    done = in_segments(["An ion moves.", "It stops."], ["Движется.", "Ион стоит."], ("ion", "Ион"))
    _, [request] = judged(done, dict.fromkeys(["1", "2", "s1"], RIGHT))
    assert data_of(request)["translation"] == {"1": "Движется.", "2": "<s1>Ион</s1> стоит."}


def test_long_documents_go_in_parts_each_span_with_its_first_segment() -> None:
    done = in_segments(
        ["An ion moves.", "The ion stops."],
        ["Ион едет.", "Ион стоит."],
        ("moves. The", "едет. Ион"),
    )
    guidance = Guidance(chunk_characters=13)
    answers = ({"1": RIGHT, "s1": RIGHT}, {"2": RIGHT})
    found, requests = judged(done, *answers, guidance=guidance)
    assert found == Judged(texts=2, spans=1)
    assert [list(data_of(request)["spans"]) for request in requests] == [["s1"], []]


def test_a_failure_is_told_and_is_no_finding() -> None:
    done = in_segments(["An ion."], ["Ион."], ("ion", "Ион"))
    found, _ = judged(done, FAILURE)
    why = "failed-request: timeout: no answer in time"
    assert found == Judged(unjudged=(Unjudged("segment 1", why), Unjudged("span T1", why)))


def test_an_answer_of_no_use_is_corrected_once() -> None:
    done = in_segments(["An ion."], ["Ион."], ("ion", "Ион"))
    found, requests = judged(done, PROSE, {"1": RIGHT, "s1": RIGHT})
    assert found == Judged(texts=1, spans=1)
    assert len(requests) == 2


def test_sound_keys_of_a_broken_answer_are_kept() -> None:
    done = in_segments(["An ion."], ["Ион."], ("ion", "Ион"))
    broken = {"1": RIGHT, "s1": {"right": "yes", "why": ""}}
    found, _ = judged(done, broken, broken)
    assert (found.texts, found.spans) == (1, 0)
    assert [one.what for one in found.unjudged] == ["span T1"]


def test_what_is_too_large_is_asked_for_in_halves() -> None:
    too_large = Failure(FailureKind.CONTEXT_OVERFLOW, "too long")
    answers = ({"1": RIGHT, "s1": RIGHT, "s3": RIGHT}, {"2": RIGHT})
    found, _ = judged(DONE, too_large, *answers)
    assert found == Judged(texts=2, spans=2)


def test_without_a_translation_nothing_is_asked() -> None:
    assert judged(untranslated("An ion.", "refused: no")) == (Judged(), [])


def test_what_the_user_says_is_in_the_prompt() -> None:
    example = in_segments(["An ion moves."], ["Ион и едет."], ("An", "Ион"), ("ion", "Ион"))
    assert example.target is not None
    guidance = Guidance(
        instructions="Mark terms.",
        labels={"Term": "a term"},
        examples=(Example(example.source, example.target),),
    )
    _, [request] = judged(DONE, dict.fromkeys(["1", "2", "s1", "s3"], RIGHT), guidance=guidance)
    system = request.messages[0].content
    assert "Mark terms." in system
    assert "- Term: a term" in system
    message, _, answer = system.rpartition("\nthe answer is\n")
    assert json.loads(answer) == {
        "1": RIGHT,
        "s1": RIGHT,
        "s2": {"right": False, "why": "'и' does not belong to it."},
    }
    assert '"translation":{"1":"<s2><s1>Ион</s1> и</s2> едет."}' in message


SENTIMENT = {"sentiment": ["negative", "positive"]}
LIKED = in_segments(
    ["We liked it."],
    ["Нам не понравилось."],
    side=("Why?", "Почему?"),
    labels=(TextLabel("sentiment", "positive"), TextLabel("topic", "food", 0)),
)
PLACES = {"1": RIGHT, "2": RIGHT}


class TestLabels:
    def test_the_target_text_alone_is_labelled(self) -> None:
        answer = {"l1": ["negative"]}
        found, requests = judged(LIKED, PLACES, answer, values=SENTIMENT)
        assert [request.task for request in requests] == ["judge", "judge-labels"]
        assert data_of(requests[1]) == {
            "text": {"1": "Нам не понравилось."},
            "side_texts": {"question": "Почему?"},
            "labels": {
                "l1": {"name": "sentiment", "of": "whole", "values": ["negative", "positive"]}
            },
        }
        what = "sentiment is 'positive', of the translation alone the judge says 'negative'"
        assert found.findings == (Finding(Check.LABEL_DOUBTFUL, what),)
        assert found.labels == 1
        assert found.unjudged == (Unjudged("label topic of segment 1", "its values are not known"),)

    def test_agreement_is_no_finding(self) -> None:
        found, _ = judged(LIKED, PLACES, {"l1": ["positive"]}, values=SENTIMENT)
        assert found.findings == ()

    def test_several_values_of_one_name_are_one_question(self) -> None:
        labels = tuple(TextLabel("topic", value, 0) for value in ("food", "price"))
        done = in_segments(["Dear food."], ["Дорогая еда."], labels=labels)
        values = {"topic": ["food", "price", "staff"]}
        found, _ = judged(done, {"1": RIGHT}, {"l1": ["price", "staff"]}, values=values)
        what = "topic is 'food', of the translation alone the judge says 'price' or 'staff'"
        assert found.findings == (Finding(Check.LABEL_DOUBTFUL, what, 0),)
        assert found.labels == 2

    def test_a_value_that_is_none_is_asked_for_again(self) -> None:
        answers = ({"l1": ["so-so"]}, {"l1": []})
        found, requests = judged(LIKED, PLACES, *answers, values=SENTIMENT)
        assert len(requests) == 3
        assert found.labels == 0
        assert [one.reason for one in found.unjudged] == [
            "its values are not known",
            "invalid-answer: label sentiment has no value",
        ]

    def test_one_value_or_very_many_are_no_choice(self) -> None:
        for values in (["positive"], [str(n) for n in range(101)]):
            found, requests = judged(LIKED, PLACES, values={"sentiment": values})
            assert len(requests) == 1
            assert found.unjudged[0] == Unjudged("label sentiment", "it is no choice of classes")
