"""What the oracle answers while it spoils nothing, task by task."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.asking import answered, asked_of, conversation, gold_of, line, mind_of, pairs_of

ION = line(
    "An ion moves. The ion stops.", "Вот ион. А этот ион стоит.", ("ion", "ион"), ("ion#2", "ион#2")
)
TAGGED = ["An <s1>ion</s1> moves. The <s2>ion</s2> stops."]
CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "translate": (["An ion moves. The ion stops."], {"1": "Вот ион. А этот ион стоит."}),
    "joint": (TAGGED, {"1": "Вот <s1>ион</s1>. А этот <s2>ион</s2> стоит."}),
    "tags": (TAGGED, {"1": "Вот <s1>ион</s1>. А этот <s2>ион</s2> стоит."}),
    "quote": (
        TAGGED,
        {"s1": [{"text": "ион", "occurrence": 1}], "s2": [{"text": "ион", "occurrence": 2}]},
    ),
    "index-words": (
        TAGGED,
        {
            "s1": [{"segment": 1, "first": 2, "last": 2}],
            "s2": [{"segment": 1, "first": 5, "last": 5}],
        },
    ),
    "index-characters": (
        TAGGED,
        {
            "s1": [{"segment": 1, "start": 4, "end": 7}],
            "s2": [{"segment": 1, "start": 16, "end": 19}],
        },
    ),
}


def said(found: Any) -> Any:
    return json.loads(found.text)


@pytest.mark.parametrize("task", CASES)
def test_each_task_is_answered_in_its_form(tmp_path: Path, task: str) -> None:
    sources, expected = CASES[task]
    data = asked_of(task, sources, ["Вот ион. А этот ион стоит."])
    assert said(answered(pairs_of(tmp_path, ION), task, data)) == expected


@pytest.mark.parametrize("task", CASES)
def test_parts_of_a_text_are_found_in_it(tmp_path: Path, task: str) -> None:
    """A later chunk of a document: its second sentence, with the number that it has there."""
    sources, targets = ["The <s2>ion</s2> stops."], ["А этот ион стоит."]
    if task == "translate":
        sources = ["The ion stops."]
    data = json.loads(json.dumps(asked_of(task, sources, targets)).replace('"1":', '"2":', 2))
    if task == "index-words":
        data["translation"]["2"] = {str(n): w for n, w in enumerate(targets[0].split(), start=1)}
    if "spans" in data:
        data["source"], data["translation"] = (
            {"2": next(iter(data[side].values()))} for side in ("source", "translation")
        )
    expected = {
        "translate": {"2": "А этот ион стоит."},
        "joint": {"2": "А этот <s2>ион</s2> стоит."},
        "tags": {"2": "А этот <s2>ион</s2> стоит."},
        "quote": {"s2": [{"text": "ион", "occurrence": 1}]},
        "index-words": {"s2": [{"segment": 2, "first": 3, "last": 3}]},
        "index-characters": {"s2": [{"segment": 2, "start": 7, "end": 10}]},
    }
    assert said(answered(pairs_of(tmp_path, ION), task, data)) == expected[task]


def test_a_span_over_two_segments_has_its_part_in_each(tmp_path: Path) -> None:
    pair = line("See Dr. Who now.", "Вот д-р. Кто здесь.", ("Dr. Who", "д-р. Кто"))
    sources, targets = ["See <s1>Dr.</s1>", "<s1>Who</s1> now."], ["Вот д-р.", "Кто здесь."]
    pairs = pairs_of(tmp_path, pair)
    found = said(answered(pairs, "tags", asked_of("tags", sources, targets)))
    assert found == {"1": "Вот <s1>д-р.</s1>", "2": "<s1>Кто</s1> здесь."}
    found = said(answered(pairs, "index-words", asked_of("index-words", sources, targets)))
    assert found == {
        "s1": [{"segment": 1, "first": 2, "last": 2}, {"segment": 2, "first": 1, "last": 1}]
    }


def test_a_discontinuous_span_has_all_its_parts(tmp_path: Path) -> None:
    pair = line("soft, hard water", "вода мягкая, жёсткая")
    for side, places in (("source", [[0, 4], [11, 16]]), ("target", [[0, 4], [5, 11]])):
        pair[side]["spans"] = [{"fragments": places, "label": "T"}]
    pairs, tagged = pairs_of(tmp_path, pair), ["<s1>soft</s1>, hard <s1>water</s1>"]
    data = asked_of("tags", tagged, ["вода мягкая, жёсткая"])
    found = said(answered(pairs, "tags", data))
    assert found == {"1": "<s1>вода</s1> <s1>мягкая</s1>, жёсткая"}
    pair["target"]["spans"] = [{"start": 0, "end": 11, "label": "T"}]
    found = said(answered(pairs_of(tmp_path, pair), "tags", data))
    assert found == {"1": "<s1>вода мягкая</s1>, жёсткая<s1></s1>"}


def test_nested_and_crossing_spans_have_tags_in_order(tmp_path: Path) -> None:
    spans = (("a b", "а б"), ("b c", "б в"), ("b", "б"), ("a b c", "а б в"), ("b", "б"))
    pairs = pairs_of(tmp_path, line("a b c", "а б в", *spans))
    tagged = "<s4><s1>a <s2><s3><s5>b</s5></s3></s1> c</s2></s4>"
    found = said(answered(pairs, "tags", asked_of("tags", [tagged], ["а б в"])))
    assert found == {"1": "<s4><s1>а <s2><s3><s5>б</s5></s3></s1> в</s2></s4>"}


def test_no_counterpart_is_said_as_the_prompt_wants_it(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, line("Oh, an ion.", "Ион.", ("Oh", "", "A"), ("ion", "Ион")))
    tagged = ["<s1>Oh</s1>, an <s2>ion</s2>."]
    found = said(answered(pairs, "tags", asked_of("tags", tagged, ["Ион."])))
    assert found == {"1": "<s2>Ион</s2>.<s1></s1>"}
    data = asked_of("quote", tagged, ["Ион."])
    data["spans"]["s1"]["label"] = "A"
    found = said(answered(pairs, "quote", data))
    assert found == {"s1": [], "s2": [{"text": "Ион", "occurrence": 1}]}


def test_tags_have_the_letter_that_the_text_leaves_free(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, line("An <s1>ion</s1>.", "Это <s1>ион</s1>.", ("ion", "ион")))
    data = asked_of("tags", ["An <s1><t1>ion</t1></s1>."], ["Это <s1>ион</s1>."])
    assert said(answered(pairs, "tags", data)) == {"1": "Это <s1><t1>ион</t1></s1>."}


def test_equal_texts_are_told_apart_by_their_translation(tmp_path: Path) -> None:
    lines = [line("An ion.", text, ("ion", "ион")) for text in ("Вот ион.", "Это некий ион.")]
    data = asked_of("index-characters", ["An <s1>ion</s1>."], ["Это некий ион."])
    found = said(answered(pairs_of(tmp_path, *lines), "index-characters", data))
    assert found == {"s1": [{"segment": 1, "start": 10, "end": 13}]}


def test_equal_offsets_are_told_apart_by_label_and_number(tmp_path: Path) -> None:
    pair = line("ion", "это ион", ("ion", "это", "A"), ("ion", "ион", "B"))
    pairs = pairs_of(tmp_path, pair)
    found = said(answered(pairs, "tags", asked_of("tags", ["<s2>ion</s2>"], ["это ион"])))
    assert found == {"1": "это <s2>ион</s2>"}
    data = asked_of("quote", ["<s7>ion</s7>"], ["это ион"])
    data["spans"]["s7"]["label"] = "B"
    assert said(answered(pairs, "quote", data)) == {"s7": [{"text": "ион", "occurrence": 1}]}


def test_ids_pair_spans_wherever_they_stand(tmp_path: Path) -> None:
    pair = line("a b", "б а", ("a", "б"), ("b", "а"))
    for side, names in (("source", "xy"), ("target", "yx")):
        for span, name in zip(pair[side]["spans"], names, strict=True):
            span["id"] = name
    data = asked_of("tags", ["<s1>a</s1> <s2>b</s2>"], ["б а"])
    assert said(answered(pairs_of(tmp_path, pair), "tags", data)) == {"1": "<s2>б</s2> <s1>а</s1>"}


def test_words_within_words_are_no_occurrences_unless_asked_for(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, line("118 and 11", "118 и 11", ("11#2", "11#2")))
    data = asked_of("quote", ["118 and <s1>11</s1>"], ["118 и 11"])
    for counting, number in (("words", 1), ("all", 2)):
        found = said(answered(pairs, "quote", data, occurrences=counting))
        assert found == {"s1": [{"text": "11", "occurrence": number}]}


def test_white_space_is_no_difference(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, line("An  ion\u00a0moves.", "Вот  ион.", ("ion", "ион")))
    data = asked_of("index-characters", ["An <s1>ion</s1> moves."], ["Вот ион."])
    found = said(answered(pairs, "index-characters", data))
    assert found == {"s1": [{"segment": 1, "start": 4, "end": 7}]}


def test_several_documents_may_share_a_request(tmp_path: Path) -> None:
    lines = [
        line("An ion.", "Ион.", ("ion", "Ион")),
        line("A cell.", "Клетка.", ("cell", "Клетка")),
    ]
    data = asked_of("tags", ["A <s1>cell</s1>.", "An <s2>ion</s2>."], ["Клетка.", "Ион."])
    assert said(answered(pairs_of(tmp_path, *lines), "tags", data)) == {
        "1": "<s1>Клетка</s1>.",
        "2": "<s2>Ион</s2>.",
    }


def test_segments_together_are_translated_into_the_whole(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, line("One two. Three four five", "Раз и два, три, четыре и пять"))
    found = said(answered(pairs, "translate", {"1": "One two.", "2": "Three four", "3": "five"}))
    assert " ".join(found.values()) == "Раз и два, три, четыре и пять"
    assert all(found.values())


@pytest.mark.parametrize("task", CASES)
def test_an_unknown_text_is_said_to_be_unknown(tmp_path: Path, task: str) -> None:
    mind = mind_of(gold_of(tmp_path, ION))
    data = asked_of(task, ["Nobody <s1>knows</s1> this."], ["Это неизвестно."])
    assert mind.answered(conversation(task, data)) == "I do not know this text."
    assert mind.tally.counts()["unknown"] == 1
