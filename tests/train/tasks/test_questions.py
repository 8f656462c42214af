"""Answers to questions: the place that a model points at is what comes out, in any window."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.asked import oracle
from tests.train.tokenizing import byte_level, pieces

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.errors import InputError
from donor.formats import read, write
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.questions import QUESTIONS
from donor.train.tasks.task import check_known, settings_of, task_named

PIECES = (
    "An ion", " is (charged)", "\nФотосинтез — процесс", " ไอออนคือ", "🤖👍🏽", " don't",
    "​", " Li-ion", " ", "的", " where",
)  # fmt: skip
WORDPIECE = wordpiece(PIECES * 3)
TOKENIZERS = (
    WORDPIECE,
    byte_level(PIECES * 20),
    byte_level(PIECES * 20, trimmed=False),
    pieces(PIECES * 20),
)
TEXT = "Ions move from the anode to the cathode."


def document(text: str, *asked: tuple[str, str], name: str = "d", **more: Any) -> Document:
    """A text with questions, each as its name and its answer; "" where there is none."""
    spans = tuple(
        Span(f"{of}:{n}", "answer", (Interval(text.index(a), text.index(a) + len(a)),),
             {"question": of})
        for n, (of, a) in enumerate(asked, start=1) if a
    )  # fmt: skip
    sides = tuple(SideText(f"question:{of}", f"where {of}?") for of, _ in asked)
    return Document(name, "en", text, (Interval(0, len(text)),), spans=spans, side_texts=sides,
                    **more)  # fmt: skip


def answers(found: Document) -> list[tuple[str, str]]:
    return [(s.attributes["question"], s.extent.of(found.text)) for s in found.spans]


@st.composite
def answered(draw: st.DrawFn) -> tuple[Document, list[Interval | None]]:
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25)))
    places: list[Interval | None] = []
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 12)))
        places.append(draw(st.sampled_from([Interval(start, end), None])))
    spans = tuple(
        Span(f"q{n}:1", "answer", (place,), {"question": f"q{n}"})
        for n, place in enumerate(places) if place
    )  # fmt: skip
    sides = tuple(SideText(f"question:q{n}", "where " * (5 * n)) for n in range(len(places)))
    segments = (Interval(0, len(text)),)
    return Document("d", "und", text, segments, spans=spans, side_texts=sides), places


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(asked=answered(), longest=st.integers(30, 60), stride=st.integers(15, 70))
def test_true_ends_give_back_the_answers(
    tokenizer: Any, asked: tuple[Document, list[Interval | None]], longest: int, stride: int
) -> None:
    """… widened to whole tokens; an answer longer than what two windows share may be missed."""
    wanted, places = asked
    settings = Settings(max_length=longest, stride=stride)
    [found] = oracle(QUESTIONS, [wanted], tokenizer, settings, labels=())
    said = {span.attributes["question"]: span.extent for span in found.spans}
    encoding = tokenizer(wanted.text, return_offsets_mapping=True)["offset_mapping"]
    words = [(a, wanted.text[a:b]) for a, b in encoding]
    starts = [(a + len(word) - len(word.lstrip()), len(word.strip())) for a, word in words]
    tokens = [Interval(a, a + length) for a, length in starts if length]
    for n, place in enumerate(places):
        own = [one for one in tokens if place and one.overlaps(place)]
        if not own:
            assert f"q{n}" not in said
        elif len(own) <= min(stride, (longest - 4) // 4):
            assert said[f"q{n}"] == Interval(own[0].start, own[-1].end)


def test_question_without_an_answer_has_none_only_where_that_is_learnt() -> None:
    wanted = document(TEXT, ("a", "anode"), ("b", ""))
    assert answers(oracle(QUESTIONS, [wanted], WORDPIECE, Settings(), ())[0]) == [("a", "anode")]
    always = QUESTIONS.settled([document(TEXT, ("a", "anode"))])
    assert settings_of(always) == {"main": "f1", "longest": 5, "no_answer": False}
    [found] = oracle(always, [wanted], WORDPIECE, Settings(), ())
    assert [name for name, _ in answers(found)] == ["a", "b"]
    assert QUESTIONS.settled([wanted]).no_answer is True
    assert task_named("qa", settings_of(always)) == always


def test_answer_is_no_longer_than_the_longest_of_train() -> None:
    wanted = document(TEXT, ("a", "anode"))
    settled = QUESTIONS.settled([wanted])
    examples = settled.examples([wanted], learning=False)
    [feature] = settled.features(examples, (), WORDPIECE, Settings(), learning=False)
    starts = np.zeros(len(feature))
    ends = starts.copy()
    context = [n for n, place in enumerate(feature.places) if place]
    starts[context[0]] = ends[context[-1]] = 9.0
    [place] = settled.said(examples, [feature], [(starts, ends)], ())
    assert 0 < len(place) <= 5
    [place] = QUESTIONS.said(examples, [feature], [(starts, ends)], ())
    assert place.of(TEXT) == TEXT


def test_answer_that_one_window_cuts_is_learnt_in_another() -> None:
    text = " ".join([*["where"] * 20, "An ion is", *["where"] * 20])
    wanted = document(text, ("a", "An ion is"))
    settings = Settings(max_length=16, stride=6)
    examples = QUESTIONS.examples([wanted], learning=True)
    features = QUESTIONS.features(examples, (), WORDPIECE, settings, learning=True)
    assert len(features) > 4
    assert {(0, 0)} < {feature.target for feature in features}
    assert answers(oracle(QUESTIONS, [wanted], WORDPIECE, settings, ())[0]) == answers(wanted)


def test_rows_of_hugging_face_are_asked_too() -> None:
    wanted = Document(
        "d", "en", TEXT, (Interval(0, len(TEXT)),),
        spans=(Span("q2.a1", "answer", (Interval(19, 24),)),),
        side_texts=(SideText("question 1", "what?"), SideText("question 2", "from where?")),
    )  # fmt: skip
    [found] = oracle(QUESTIONS, [wanted], WORDPIECE, Settings(), ())
    assert found.spans == wanted.spans
    assert QUESTIONS.measured([found], [wanted])["exact_match"].score == 1.0


def test_equal_names_and_ids_do_not_mix() -> None:
    one = document(TEXT, ("a", "anode"), ("a", ""))
    other = document("At the cathode.", ("a", "cathode"))
    found = oracle(QUESTIONS, [one, other], WORDPIECE, Settings(), ())
    assert answers(found[0]) == [("a", "anode")] * 2
    assert len({span.id for span in found[0].spans}) == 2
    assert answers(found[1]) == [("a", "cathode")]


def test_only_answers_are_left_and_empty_texts_have_none() -> None:
    wanted = document(TEXT, ("a", "anode"), labels=(TextLabel("topic", "x"),))
    other = Span("T1", "Term", (Interval(0, 4),))
    wanted = replace(wanted, spans=(*wanted.spans, other))
    empty = document("", ("a", ""), name="e")
    found = oracle(QUESTIONS, [wanted, empty], WORDPIECE, Settings(), ())
    assert [span.label for span in found[0].spans] == ["answer"]
    assert (found[0].labels, found[1].spans) == ((), ())


def test_answers_are_written_and_read_as_squad(tmp_path: Path) -> None:
    (tmp_path / "gold.json").write_text(
        json.dumps({"data": [{"paragraphs": [{"context": TEXT, "qas": [
            {"id": "a", "question": "where?", "answers": [{"text": "anode", "answer_start": 19}]},
            {"id": "b", "question": "who?", "answers": [], "is_impossible": True},
        ]}]}]})
    )  # fmt: skip
    gold = list(read(tmp_path / "gold.json"))
    found = oracle(QUESTIONS, gold, WORDPIECE, Settings(), ())
    assert [one.spans for one in found] == [one.spans for one in gold]
    write(found, tmp_path / "said.json", format="squad")
    again = list(read(tmp_path / "said.json"))
    assert QUESTIONS.measured(again, gold)["exact_match"].total == (2, 2)


def test_squad_says_what_the_model_decides(tmp_path: Path) -> None:
    (tmp_path / "gold.json").write_text(
        json.dumps({"data": [{"paragraphs": [{"context": TEXT, "qas": [
            {"id": "a", "question": "where?", "answers": [{"text": "anode", "answer_start": 19}],
             "is_impossible": False},
            {"id": "b", "question": "who?", "answers": [], "is_impossible": True,
             "plausible_answers": [{"text": "Ions", "answer_start": 0}]},
        ]}]}]})
    )  # fmt: skip
    gold = list(read(tmp_path / "gold.json"))
    examples = QUESTIONS.examples(gold, learning=False)
    said = QUESTIONS.predicted(gold, examples, [None, Interval(0, 4)])
    assert not write(said, tmp_path / "said.json", format="squad")
    [article] = json.loads((tmp_path / "said.json").read_text())["data"]
    assert article["paragraphs"][0]["qas"] == [
        {"question": "where?", "id": "a", "is_impossible": True, "answers": []},
        {"question": "who?", "id": "b", "is_impossible": False,
         "answers": [{"text": "Ions", "answer_start": 0}]},
    ]  # fmt: skip


def test_equal_texts_contradict_if_their_answers_differ() -> None:
    one, other = document(TEXT, ("a", "anode")), document(TEXT, ("b", "anode"))
    targets = [e.target for e in QUESTIONS.examples([one, other], learning=True)]
    assert targets[0] == targets[1]
    assert str(targets[0]) == "19-24"
    [none] = QUESTIONS.examples([document(TEXT, ("a", ""))], learning=True)
    assert str(none.target) == "no answer"


def test_questions_that_are_named_do_not_count() -> None:
    gold = [document(TEXT, ("a", "anode"), ("b", "cathode"))]
    said = [replace(gold[0], spans=gold[0].spans[:1])]
    assert QUESTIONS.measured(said, gold)["f1"].score == 0.5
    assert QUESTIONS.measured(said, gold, without={("d", 1)})["f1"].score == 1.0
    assert QUESTIONS.measured(said, gold, without={("d", 0), ("d", 1)})["f1"].score is None


def test_data_without_an_answer_are_refused() -> None:
    with pytest.raises(InputError, match="no question with an answer"):
        check_known(QUESTIONS, [document(TEXT, ("a", ""))], "dev", ())
    with pytest.raises(InputError, match="there is no document in it"):
        check_known(QUESTIONS, [], "dev", ())
    check_known(QUESTIONS, [document(TEXT, ("a", "anode"))], "dev", ())
