"""SQuAD: paragraphs, questions and answers, and that every answer stands where it says."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats.pairs import PAIRS, target_of
from donor.formats.squad import SQUAD

OLD = {
    "data": [
        {
            "title": "Super_Bowl_50",
            "paragraphs": [
                {
                    "context": "The Denver Broncos 🏈 beat the Panthers in Santa Clara.",
                    "qas": [
                        {
                            "answers": [
                                {"answer_start": 4, "text": "Denver Broncos"},
                                {"answer_start": 4, "text": "Denver Broncos"},
                                {"answer_start": 0, "text": "The Denver Broncos"},
                            ],
                            "question": "Who won?",
                            "id": "56be4db0acb8001400a502ec",
                        },
                        {
                            "answers": [{"answer_start": 42, "text": "Santa Clara", "by": "c"}],
                            "question": "Where?",
                            "id": "56be4db0acb8001400a502ed",
                        },
                    ],
                },
                {"context": " Второй абзац.\n", "qas": [], "document_id": 7},
            ],
        },
        {
            "title": "Warsaw",
            "paragraphs": [
                {
                    "context": "Warszawa leży nad Wisłą.",
                    "qas": [
                        {
                            "answers": [{"answer_start": 18, "text": "Wisłą"}],
                            "question": "Nad czym?",
                            "id": "w1",
                        }
                    ],
                }
            ],
        },
    ],
    "version": "1.1",
}

NEW = {
    "version": "v2.0",
    "data": [
        {
            "title": "Normans",
            "paragraphs": [
                {
                    "qas": [
                        {
                            "question": "Where are they from?",
                            "id": "n1",
                            "answers": [{"text": "France", "answer_start": 23}],
                            "is_impossible": False,
                        },
                        {
                            "plausible_answers": [{"text": "Normandy", "answer_start": 11}],
                            "question": "Who ruled in 2000?",
                            "id": "n2",
                            "answers": [],
                            "is_impossible": True,
                        },
                    ],
                    "context": "They live: Normandy in France.",
                }
            ],
        }
    ],
}


def parsed(value: Any, **more: object) -> list[Document]:
    text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
    return list(SQUAD.parse(text.splitlines(keepends=True), file="own.json", **more))  # type: ignore[arg-type]


def written(documents: Iterable[Document]) -> Any:
    return json.loads("".join(SQUAD.serialize(documents)))


def answers(value: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The id of the question, the answer, and its context, of each."""
    for article in value["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                for answer in question["answers"] + question.get("plausible_answers", []):
                    yield question.get("id", ""), answer, paragraph["context"]


def check_answers(value: Any) -> int:
    """How many answers there are; each stands in its context where it says."""
    some = list(answers(value))
    for _, answer, context in some:
        start = answer["answer_start"]
        assert context[start : start + len(answer["text"])] == answer["text"]
    return len(some)


def one_paragraph(context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"data": [{"paragraphs": [{"context": context, "qas": list(questions)}]}]}


def asking(text: str, start: Any) -> dict[str, Any]:
    return {"id": "q", "question": "?", "answers": [{"text": text, "answer_start": start}]}


def test_paragraph_becomes_a_document() -> None:
    first, second, third = parsed(OLD)
    assert [first.id, second.id, third.id] == ["own:1", "own:2", "own:3"]
    assert first.side_texts == (
        SideText("question:56be4db0acb8001400a502ec", "Who won?"),
        SideText("question:56be4db0acb8001400a502ed", "Where?"),
    )
    assert first.spans[0] == Span(
        "56be4db0acb8001400a502ec:1",
        "answer",
        (Interval(4, 18),),
        {"question": "56be4db0acb8001400a502ec"},
    )
    assert [span.id[-2:] for span in first.spans] == [":1", ":2", ":3", ":1"]
    assert first.spans[3].surface(first.text) == "Santa Clara"
    assert second.segments == (Interval(1, 14),)


def test_unanswerable_question_has_plausible_answers() -> None:
    [document] = parsed(NEW)
    assert [(span.id, span.label, span.surface(document.text)) for span in document.spans] == [
        ("n1:1", "answer", "France"),
        ("n2:p1", "plausible_answer", "Normandy"),
    ]


@pytest.mark.parametrize("value", [OLD, NEW, {"data": [], "version": "1.1"}])
def test_file_comes_out_as_the_same_json(value: Any) -> None:
    documents = parsed(value)
    assert parsed(written(documents)) == documents
    assert not any(SQUAD.losses(document) for document in documents)
    if documents:
        assert written(documents) == value


def test_target_has_answers_in_its_own_context() -> None:
    first, *rest = parsed(OLD)
    text = "🏈🏈 В Санта-Кларе «Денвер Бронкос» победили."
    target = replace(
        first,
        text=text,
        segments=(Interval(0, len(text)),),
        spans=(
            replace(first.spans[1], fragments=(Interval(18, 32),)),
            replace(first.spans[3], fragments=(Interval(5, 16),)),
        ),
        side_texts=tuple(replace(side, text="Что?") for side in first.side_texts),
        language="ru",
    )
    again = written([target, *rest])
    assert check_answers(again) == 3
    who, where = again["data"][0]["paragraphs"][0]["qas"]
    assert who["answers"] == [{"text": "Денвер Бронкос", "answer_start": 18}]
    assert where["answers"] == [{"text": "Санта-Кларе", "answer_start": 5, "by": "c"}]
    assert (who["question"], again["version"]) == ("Что?", "1.1")
    assert again["data"][0]["title"] == "Super_Bowl_50"


@pytest.mark.parametrize(
    ("value", "gone", "left", "lost"),
    [
        (OLD, ("56be4db0acb8001400a502ed:1",), ["56be4db0acb8001400a502ec"], 1),
        (
            OLD,
            ("56be4db0acb8001400a502ec:1",),
            ["56be4db0acb8001400a502ec", "56be4db0acb8001400a502ed"],
            0,
        ),
        (NEW, ("n1:1",), ["n2"], 1),
        (NEW, ("n2:p1",), ["n1", "n2"], 0),
    ],
)
def test_question_goes_with_its_last_answer(
    value: Any, gone: tuple[str, ...], left: list[str], lost: int
) -> None:
    first, *rest = parsed(value)
    target = replace(first, spans=tuple(span for span in first.spans if span.id not in gone))
    again = written([target, *rest])
    assert [q["id"] for q in again["data"][0]["paragraphs"][0]["qas"]] == left
    assert SQUAD.losses(target)["questions without an answer"] == lost


def test_question_that_never_had_an_answer_stays() -> None:
    value = one_paragraph("a", {"id": "q", "question": "?", "answers": []}, {"question": "??"})
    documents = parsed(value)
    assert written(documents) == one_paragraph(
        "a",
        {"id": "q", "question": "?", "answers": []},
        {"question": "??", "answers": []},
    )
    assert not SQUAD.losses(documents[0])


def test_articles_without_their_first_paragraph_stay_apart() -> None:
    _, second, third = parsed(OLD)
    assert [article["title"] for article in written([second, third])["data"]] == [
        "Super_Bowl_50",
        "Warsaw",
    ]


def test_offsets_in_utf16_units_are_understood_and_kept() -> None:
    value = one_paragraph("😀 ok, ok", asking("ok", 3))
    [document] = parsed(value)
    assert document.spans[0].fragments == (Interval(2, 4),)
    assert written([document]) == value


def test_wrong_offset_is_mended_where_the_answer_stands_once() -> None:
    told: list[tuple[str, str]] = []
    [document] = parsed(one_paragraph("one two", asking("two", 5)), warn=lambda *w: told.append(w))
    assert document.spans[0].fragments == (Interval(4, 7),)
    assert told == [("own.json:9:14", "question q: the answer 'two' is not at 5 but at 4")]


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (asking("xyz", 0), "the answer 'xyz' is not at 0, and stands nowhere in the context"),
        (asking("o", 9), "not at 9, and stands several times"),
        (asking("o", -1), "not at -1, and stands several times"),
        (asking("o", "4"), "stands several times"),
        ({"id": "q", "question": 1, "answers": []}, "its question is not a string"),
        ({"id": "q", "question": "?", "answers": {"text": []}}, "answers is not a list"),
        ({"id": "q", "question": "?", "answers": ["x"]}, "answer 1 is not a JSON object"),
        ({"id": "q", "question": "?", "answers": [{}]}, "the text of answer 1 is not a string"),
    ],
)
def test_bad_answer_is_named_and_the_next_paragraph_is_read(question: Any, what: str) -> None:
    value = one_paragraph("one two", question)
    value["data"][0]["paragraphs"].append({"context": "fine", "qas": []})
    errors: list[FormatError] = []
    assert [document.id for document in parsed(value, refuse=errors.append)] == ["own:2"]
    assert errors[0].where.startswith("own.json:")
    assert what in errors[0].what
    assert errors[0].what.startswith("question q: ")
    with pytest.raises(FormatError):
        parsed(value)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('{"data": [\n}', "own.json:2:1", "not JSON"),
        ("[]", "own.json", "not an object with a list of articles"),
        ('{"data": [{"title": "x"}]}', "own.json", "data[0] has no list of paragraphs"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "own.json", "paragraph 1: context is not"),
    ],
)
def test_file_that_is_none_is_an_error(text: str, where: str, what: str) -> None:
    errors: list[FormatError] = []
    assert parsed(text, refuse=errors.append) == []
    assert errors[0].where == where
    assert what in errors[0].what


def test_question_id_used_twice_is_an_error() -> None:
    with pytest.raises(FormatError, match="question q: the id is used twice"):
        parsed(one_paragraph("one", asking("one", 0), asking("one", 0)))


def test_an_empty_answer_is_no_span_and_is_written_back_where_it_stood() -> None:
    told: list[tuple[str, str]] = []
    for answers in ([("", -1)], [("", -1), ("one", 0), ("", 0)], [("one", 0), ("", -1)]):
        own = [{"text": said, "answer_start": start} for said, start in answers]
        text = one_paragraph("one", {**asking("one", 0), "answers": own})
        [document] = parsed(text, warn=lambda *w: told.append(w))
        assert [span.surface("one") for span in document.spans] == ["one"] * (len(own) > 1)
        assert json.loads("".join(SQUAD.serialize([document]))) == text
        assert not SQUAD.losses(document)
    assert not told


def test_document_from_elsewhere_is_an_article_of_its_own() -> None:
    document = Document(
        "d:1",
        "en",
        "Anna ate. Bob too.",
        (Interval(0, 9), Interval(10, 18)),
        spans=(
            Span("T1", "PER", (Interval(0, 4), Interval(5, 8))),
            Span("s2", "answer", (Interval(10, 13),), {"question": "d:1", "text": "x"}),
        ),
        relations=(Relation("with", "s2", "T1"),),
        labels=(TextLabel("mood", "good"),),
        side_texts=(SideText("title", "x"), SideText("question", "Who?")),
        metadata={"own": 1},
    )
    assert written([document]) == {
        "version": "1.1",
        "data": [
            {
                "title": "d:1",
                "paragraphs": [
                    {
                        "context": "Anna ate. Bob too.",
                        "qas": [
                            {
                                "id": "d:1",
                                "question": "Who?",
                                "answers": [
                                    {"text": "Anna ate", "answer_start": 0},
                                    {"text": "Bob", "answer_start": 10},
                                ],
                            }
                        ],
                    }
                ],
            }
        ],
    }
    assert SQUAD.losses(document) == {
        "labels of spans": 1,
        "span ids": 2,
        "gaps inside spans": 1,
        "attributes": 1,
        "segments": 1,
        "relations": 1,
        "text labels": 1,
        "side texts": 1,
        "metadata": 1,
    }
    unasked = replace(document, side_texts=())
    assert SQUAD.losses(unasked)["spans without a question"] == 2


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (json.dumps(OLD), True),
        (json.dumps(NEW, indent=4)[:200], False),
        (json.dumps(OLD, indent=4)[:300], True),
        ('{"data": [{"text": "x"}]}', False),
        ('[{"data": 1, "paragraphs": 2, "context": 3}]', False),
    ],
)
def test_files_are_known_by_their_keys(head: str, ours: bool) -> None:
    assert SQUAD.sniff(head) is ours


def of_gold(path: Path) -> dict[str, Any]:
    """The paragraphs of the pairs as a SQuAD file, each answer with a question."""
    paragraphs = []
    for pair in PAIRS.parse(path.read_text(encoding="utf-8").splitlines()):
        questions = [
            {
                "id": span.id,
                "question": f"Question {span.id}?",
                "answers": [{"text": span.surface(pair.text), "answer_start": span.extent.start}],
            }
            for span in pair.spans
        ]
        paragraphs.append({"context": pair.text, "qas": questions})
    return {"version": "1.1", "data": [{"title": "XQuAD", "paragraphs": paragraphs}]}


@pytest.mark.parametrize("name", ["xquad-en-ru", "xquad-en-es"])
def test_gold_answers_fit_their_contexts(gold: Path, name: str) -> None:
    path = gold / f"{name}.jsonl"
    value = of_gold(path)
    sources = parsed(value)
    assert written(sources) == value
    pairs = list(PAIRS.parse(path.read_text(encoding="utf-8").splitlines()))
    swapped = []
    for source, pair in zip(sources, pairs, strict=True):
        target = target_of(pair)
        found = {span.id: span.fragments for span in target.spans}
        spans = [
            replace(span, fragments=found[span.attributes["question"]])
            for span in source.spans
            if span.attributes["question"] in found
        ]
        swapped.append(
            replace(source, text=target.text, segments=target.segments, spans=tuple(spans))
        )
    again = written(swapped)
    assert check_answers(again) == 632
    surfaces = {
        span.id: span.surface(target_of(pair).text)
        for pair in pairs
        for span in target_of(pair).spans
    }
    assert {one: answer["text"] for one, answer, _ in answers(again)} == surfaces


TEXT = st.text('ab 😀я漢\u0301\n"\\', max_size=15)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    ids = iter(range(1000))

    def answered(context: str) -> list[dict[str, Any]]:
        places = st.tuples(st.integers(0, 15), st.integers(0, 15)).map(sorted)
        drawn = [pair for pair in draw(st.lists(places, max_size=2)) if pair[1] <= len(context)]
        return [
            {"text": context[a:b], "answer_start": a} | draw(st.sampled_from([{}, {"by": 1}]))
            for a, b in drawn
            if a < b
        ]

    def asked(context: str) -> dict[str, Any]:
        question: dict[str, Any] = {"id": f"q{next(ids)}", "question": draw(TEXT)}
        if draw(st.booleans()):
            return question | {"answers": answered(context)}
        plausible = {"plausible_answers": answered(context), "is_impossible": True}
        return question | {"answers": []} | plausible

    def paragraph() -> dict[str, Any]:
        context = draw(TEXT)
        return {"context": context, "qas": [asked(context) for _ in range(draw(st.integers(0, 2)))]}

    articles = [
        {"title": draw(TEXT), "paragraphs": [paragraph() for _ in range(draw(st.integers(1, 2)))]}
        for _ in range(draw(st.integers(1, 2)))
    ]
    return {"version": draw(st.sampled_from(["1.1", "v2.0"])), "data": articles}


@given(files())
def test_squad_loses_nothing(value: dict[str, Any]) -> None:
    documents = parsed(value)
    assert written(documents) == value
    assert parsed(written(documents)) == documents
