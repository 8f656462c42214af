"""The oracle as a judge, what it makes of spoilt projections, and how much of it is right."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.canned import EN, RU
from tests.oracle.asking import gold_of, line, mind_of
from tests.oracle.judging import (
    BASELINE,
    FILES,
    LIES,
    METHODS,
    judge_baseline,
    judge_section,
    judged_row,
)
from tests.oracle.measuring import PAGE
from tests.verify.transfers import in_segments

from donor.data import TextLabel, Transfer
from donor.llm import Completion, Request, answered
from donor.translate import TranslationTask, translator_named
from donor.verify import Judged, compared, judge, to_translate_back

A_FEW = 120
TOLERANCE = 0.02
PAIR = line(
    "An ion moves. The ion stops.",
    "Ион едет. Тот ион стоит.",
    ("ion", "Ион", "Term"),
    ("stops", "", "Term"),
)


def judged(folder: Path, done: Transfer, values: Any = None, **habits: Any) -> Judged:
    """What the oracle judges, by the product's own prompts."""
    mind = mind_of(gold_of(folder, PAIR | {"labels": {"mood": "calm"}}), **habits)
    way = judge(done, EN, RU, values=values)
    return answered(way, lambda request: Completion(mind.answered(messages_of(request))))


def messages_of(request: Request) -> list[dict[str, str]]:
    return [{"role": one.role, "content": one.content} for one in request.messages]


def transfer(*spans: tuple[str, str], second: str = "Тот ион стоит.", **more: Any) -> Transfer:
    return in_segments(["An ion moves.", "The ion stops."], ["Ион едет.", second], *spans, **more)


def wrong(found: Judged) -> list[tuple[str, int | None, str | None]]:
    assert found.unjudged == ()
    return [(one.check, one.segment, one.span_id) for one in found.findings]


def test_what_gold_has_is_right(tmp_path: Path) -> None:
    found = judged(tmp_path, transfer(("ion", "Ион")))
    assert found == Judged(texts=2, spans=1)


def test_other_words_and_those_without_a_counterpart_are_wrong(tmp_path: Path) -> None:
    for spans in ([("ion", "едет")], [("ion", "Ион едет")], [("ion", "ион")]):
        assert wrong(judged(tmp_path, transfer(*spans))) == [("judged-span", 0, "T1")]
    assert wrong(judged(tmp_path, transfer(("stops", "стоит")))) == [("judged-span", 1, "T1")]


def test_another_translation_is_wrong(tmp_path: Path) -> None:
    found = judged(tmp_path, transfer(("ion", "Ион"), second="Тут нечто."))
    assert wrong(found) == [("judged-translation", 1, None)]


def test_labels_are_those_of_the_pair(tmp_path: Path) -> None:
    for value, findings in (("calm", []), ("tense", [("label-doubtful", None, None)])):
        done = transfer(labels=(TextLabel("mood", value),))
        assert wrong(judged(tmp_path, done, {"mood": ["calm", "tense"]})) == findings


def test_lies_are_the_opposite(tmp_path: Path) -> None:
    done = transfer(("ion", "едет"), labels=(TextLabel("mood", "calm"),))
    found = judged(tmp_path, done, {"mood": ["calm", "tense"]}, judge_lies=1.0)
    assert wrong(found) == [
        ("judged-translation", 0, None),
        ("judged-translation", 1, None),
        ("label-doubtful", None, None),
    ]


def test_a_target_is_translated_back(tmp_path: Path) -> None:
    done = transfer()
    mind = mind_of(gold_of(tmp_path, PAIR))
    document = to_translate_back(done)
    assert document is not None
    way = translator_named("llm")(TranslationTask(document, RU, EN))
    back = answered(way, lambda request: Completion(mind.answered(messages_of(request))))
    assert compared(done, back.translation).problem == ""
    assert back.translation.segments == done.source.segment_texts()


@pytest.mark.parametrize("file", FILES)
def test_a_judge_that_never_lies_finds_what_is_wrong_and_nothing_else(
    gold: Path, file: str
) -> None:
    found = judged_row(gold / f"{file}.jsonl", "tags", 0.0, limit=A_FEW)
    assert found.wrong > 0
    assert (found.precision, found.recall, found.unjudged) == (1.0, 1.0, 0)


def test_of_a_judge_that_lies_in_one_of_ten(gold: Path) -> None:
    found = judged_row(gold / "xquad-en-ru.jsonl", "tags", 0.1)
    print(f"judged-span: precision {found.precision:.0%}, recall {found.recall:.0%}")
    assert found.recall is not None
    assert found.recall >= 0.8
    assert found.found - found.right == pytest.approx(0.1 * found.placed, rel=0.3)


def test_the_kept_table_is_whole_and_good_enough() -> None:
    rows = judge_baseline()
    assert len(rows) == len(FILES) * len(METHODS) * len(LIES)
    for row in rows.values():
        assert row.unjudged == 0
        assert (row.recall or 0) >= (1 if not row.lying else 0.8), row
    assert judge_section(rows) in PAGE.read_text(encoding="utf-8")
    assert len(json.loads(BASELINE.read_text(encoding="utf-8"))) == len(rows)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, row in judge_baseline().items() if row.lying])
def test_the_judge_finds_as_much_as_it_did(gold: Path, name: str) -> None:
    kept = judge_baseline()[name]
    found = judged_row(gold / f"{kept.file}.jsonl", kept.method, kept.lying)
    assert found.recall == pytest.approx(kept.recall, abs=5 * TOLERANCE)
    assert found.precision == pytest.approx(kept.precision, abs=2 * TOLERANCE)
