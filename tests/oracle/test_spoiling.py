"""Each way of spoiling, in the form of each task: what is answered is really wrong."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.oracle.asking import answered, asked_of, line, pairs_of
from tests.servers.gold_model.spoiling import KINDS, inflected

SOURCE = "The <s1>big cell</s1> here, the cell there and the <s2>big cell</s2>."
TARGET = "Вот «большая клетка» тут, клетка там и большая клетка."
PAIR = line(
    SOURCE.replace("<s1>", "").replace("</s1>", "").replace("<s2>", "").replace("</s2>", ""),
    TARGET,
    ("big cell", "большая клетка"),
    ("big cell#2", "большая клетка#2"),
)
RIGHT = {
    "tags": "Вот «<s1>большая клетка</s1>» тут, клетка там и <s2>большая клетка</s2>.",
    "quote": ["большая клетка", 1],
    "index-words": [1, 2, 3],
    "index-characters": [1, 5, 19],
}
# What the answer about s1 becomes; several where chance decides.
SPOILT = {
    "tags": {
        "lemma": ["Вот «<s1>большая клетки</s1>» тут, клетка там и <s2>большая клетка</s2>."],
        "case": [
            "Вот «<s1>БОЛЬШАЯ КЛЕТКА</s1>» тут, клетка там и <s2>большая клетка</s2>.",
            "Вот «<s1>Большая Клетка</s1>» тут, клетка там и <s2>большая клетка</s2>.",
        ],
        "added": [
            "<s1>Вот «большая клетка</s1>» тут, клетка там и <s2>большая клетка</s2>.",
            "Вот «<s1>большая клетка» тут</s1>, клетка там и <s2>большая клетка</s2>.",
        ],
        "quotes": [
            "Вот «<s1>«большая клетка»</s1>» тут, клетка там и <s2>большая клетка</s2>.",
            'Вот «<s1>"большая клетка"</s1>» тут, клетка там и <s2>большая клетка</s2>.',
            "Вот «<s1>“большая клетка”</s1>» тут, клетка там и <s2>большая клетка</s2>.",
        ],
        "dropped": ["Вот «большая клетка» тут, клетка там и <s2>большая клетка</s2>."],
        "duplicate": [
            "<s1>Вот</s1> «<s1>большая клетка</s1>» тут, клетка там и <s2>большая клетка</s2>.",
            "Вот «<s1>большая клетка</s1>» <s1>тут</s1>, клетка там и <s2>большая клетка</s2>.",
        ],
        "altered": [
            "Вот «<s1>яашьлоб клетка</s1>» тут, клетка там и <s2>большая клетка</s2>.",
            "Вот «<s1>большая актелк</s1>» тут, клетка там и <s2>большая клетка</s2>.",
        ],
        "occurrence": [
            "Вот «большая клетка» тут, клетка там и <s2><s1>большая клетка</s1></s2>.",
            "Вот «большая клетка» тут, клетка там и <s1><s2>большая клетка</s2></s1>.",
        ],
        "outside": ["Вот «<s10>большая клетка</s10>» тут, клетка там и <s2>большая клетка</s2>."],
    },
    "quote": {
        "lemma": [["большая клетки", 1]],
        "case": [["БОЛЬШАЯ КЛЕТКА", 1], ["Большая Клетка", 1]],
        "added": [
            ["Вот «большая клетка", 1],
            ["большая клетка» тут", 1],
            *([f"{word} большая клетка", 1] for word in ("в", "на", "о")),
        ],
        "quotes": [["«большая клетка»", 1], ['"большая клетка"', 1], ["“большая клетка”", 1]],
        "dropped": [None],
        "duplicate": ["twice"],
        "altered": [["яашьлоб клетка", 1], ["большая актелк", 1]],
        "occurrence": [["большая клетка", 2]],
        "outside": [["big cell", 1]],
    },
    "index-words": {
        "lemma": [[1, 2, 2]],
        "case": ["S1"],
        "added": [[1, 1, 3], [1, 2, 4]],
        "quotes": [[1, '"2"', '"3"']],
        "dropped": [None],
        "duplicate": ["twice"],
        "altered": [[1, 4, 2]],
        "occurrence": [[1, 1, 2], [1, 3, 4]],
        "outside": [[91, 2, 3], *([1, 2, last] for last in range(10, 15))],
    },
    "index-characters": {
        "lemma": [[1, 5, 18]],
        "case": ["S1"],
        "added": [[1, 0, 19], [1, 5, 24]],
        "quotes": [[1, 5, 20]],
        "dropped": [None],
        "duplicate": ["twice"],
        "altered": [[1, 19, 5]],
        "occurrence": [[1, 39, 53]],
        "outside": [[91, 5, 19], *([1, 5, end] for end in range(55, 60))],
    },
}  # fmt: skip


def about_first(text: str) -> object:
    """What an answer says of s1: the tagged text, else the values of its one place."""
    pairs = json.loads(text, object_pairs_hook=list)
    if isinstance(pairs[0][1], str):
        return pairs[0][1]
    found = [places for name, places in pairs if name == "s1"]
    if any(name == "S1" for name, _ in pairs):
        return "S1"
    if len(found) != 1:
        return "twice" if found else None
    return [value for _, value in found[0][0]]


@pytest.mark.parametrize("task", SPOILT)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_spoiling_is_what_it_says(tmp_path: Path, task: str, kind: str) -> None:
    pairs = pairs_of(tmp_path, PAIR)
    data = asked_of(task, [SOURCE], [TARGET])
    expected = SPOILT[task][kind]
    found = []
    for seed in range(400):
        answer = answered(pairs, task, data, spoil=0.5, seed=seed, kinds=(kind,))
        first, second = (spoilt for _, spoilt in answer.said)
        if first and not second:
            assert first == kind
            found.append(about_first(answer.text))
    assert RIGHT[task] not in found
    assert all(answer in expected for answer in found), found
    assert all(answer in found or "<s2><s1>" in str(answer) for answer in expected), found


def test_all_tasks_have_all_kinds() -> None:
    assert all(set(kinds) == set(KINDS) for kinds in SPOILT.values())


@pytest.mark.parametrize("task", SPOILT)
def test_kinds_and_rate_are_as_asked(tmp_path: Path, task: str) -> None:
    pairs, data = pairs_of(tmp_path, PAIR), asked_of(task, [SOURCE], [TARGET])
    kinds: Counter[str] = Counter()
    for seed in range(2000):
        kinds.update(kind for _, kind in answered(pairs, task, data, spoil=0.2, seed=seed).said)
    assert 0.18 < 1 - kinds[""] / 4000 < 0.22
    assert all(kinds[kind] > 40 for kind in KINDS)


def test_a_correction_is_answered_anew(tmp_path: Path) -> None:
    pairs, data = pairs_of(tmp_path, PAIR), asked_of("quote", [SOURCE], [TARGET])
    patterns = {
        attempt: [
            tuple(
                kind for _, kind in answered(pairs, "quote", data, attempt, spoil=0.5, seed=n).said
            )
            for n in range(50)
        ]
        for attempt in (1, 2)
    }
    assert patterns[1] != patterns[2]


@pytest.mark.parametrize("text", ["細胞と細胞", "১২ ৩৪", "…", "<s9>", "الخلية والخلية", "🙂 🙂"])
@pytest.mark.parametrize("task", SPOILT)
def test_any_script_can_be_spoilt(tmp_path: Path, task: str, text: str) -> None:
    """What a script does not have, such as case, is left out; something is always wrong."""
    pairs = pairs_of(tmp_path, line("cell", text, ("cell", text)))
    data = asked_of(task, ["<s1>cell</s1>"], [text])
    right = answered(pairs, task, data).text
    for seed in range(60):
        answer = answered(pairs, task, data, spoil=1.0, seed=seed)
        assert [bool(kind) for _, kind in answer.said] == [True]
        assert answer.text != right


@pytest.mark.parametrize(
    "word, form",
    [("клетка", "клетки"), ("ион", "иона"), ("море", "моря"), ("cells", "cell"), ("cell", "cells")],
)
def test_inflected(word: str, form: str) -> None:
    assert inflected(word) == form
