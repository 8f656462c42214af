"""Copies between splits against brute force and the DEFT corpus; contradictory labels."""

import json
import re
from pathlib import Path
from random import Random

from donor.formats import read
from donor.train.examples import Example
from donor.train.hygiene import (
    JACCARD,
    Unit,
    contradictions,
    copies,
    examples_as_units,
    hygiene,
    normalised,
    shingles,
)

TEN = "one two three four five six seven eight nine ten"


def test_equal_texts_differ_in_white_space_and_case_alone():
    train = [Unit("An ion\nmoves.", where="a"), Unit("an ION  moves.", where="b")]
    (found,) = copies([Unit("an ion moves."), Unit("an ion stays.")], train)
    assert (found.number, found.exact, found.jaccard) == (0, True, 1.0)
    assert found.train == tuple(train)


def test_a_text_with_other_signs_is_near_and_not_equal():
    (found,) = copies([Unit("An ion moves")], [Unit("An ion: moves.")])
    assert (found.exact, found.jaccard) == (False, 1.0)


def test_near_texts_share_four_fifths_of_their_runs_of_words():
    near, far = f"{TEN} eleven", f"zero {TEN} eleven"
    (found,) = copies([Unit(near), Unit(far)], [Unit(TEN)])
    assert (found.number, round(found.jaccard, 3)) == (0, round(6 / 7, 3))


def test_the_most_alike_of_train_comes_first():
    texts = [f"{TEN} eleven", f"{TEN}!"]
    (found,) = copies([Unit(TEN)], [Unit(text) for text in texts])
    assert [unit.text for unit in found.train] == texts[::-1]


def test_texts_without_a_word_are_equal_at_most():
    found = copies([Unit("… !"), Unit("?")], [Unit("…  !"), Unit("—")])
    assert [copy.exact for copy in found] == [True]


def test_each_character_of_a_script_without_spaces_is_a_word():
    text = "离子是带电荷的原子或原子团因失去或得到电子而形成"
    (found,) = copies([Unit(text + "的")], [Unit(text)])
    assert not found.exact


def test_near_ones_are_those_of_brute_force():
    chance = Random(7)
    base = [[str(chance.randrange(40)) for _ in range(chance.randrange(1, 60))] for _ in range(60)]
    train, evaluation = [Unit(" ".join(words)) for words in base], []
    for words in base * 4:
        changed = list(words)
        for _ in range(chance.randrange(4)):
            changed[chance.randrange(len(changed))] = str(chance.randrange(40))
        evaluation.append(Unit(" ".join(changed[chance.randrange(2) :])))
    found = {copy.number: copy for copy in copies(evaluation, train)}
    wanted = {}
    for number, unit in enumerate(evaluation):
        mine = shingles(normalised(unit.text))
        others = [shingles(normalised(other.text)) for other in train]
        alike = [len(mine & one) / len(mine | one) if mine | one else 0.0 for one in others]
        if unit.text in {other.text for other in train}:
            wanted[number] = 1.0
        elif max(alike) >= JACCARD:
            wanted[number] = max(alike)
    assert {number: copy.jaccard for number, copy in found.items()} == wanted
    assert 5 < sum(not copy.exact for copy in found.values()) < len(found)


def test_contradictions_are_equal_texts_with_different_labels():
    train = [
        Unit("An ion.", "yes", "a"),
        Unit("an  ion.", "no", "b"),
        Unit("AN ION.", "no", "c"),
        Unit("An atom.", "yes"),
        Unit("An atom.", None),
    ]
    (found,) = contradictions(train)
    assert found.as_json() == {
        "text": "An ion.",
        "labels": [{"label": "no", "where": ["b", "c"]}, {"label": "yes", "where": ["a"]}],
    }


def test_units_of_examples_say_document_and_number():
    one = Example("d", 1, ("A man.", "Someone."), target=("b", "a"))
    assert examples_as_units([one]) == [(Unit("A man. ‖ Someone.", ("a", "b"), "d#1"), ("d", 1))]


def test_the_whole_is_json_with_counts_and_lists():
    train = [Unit("An ion.", "yes", "a"), Unit("An ion.", "no", "b"), Unit(TEN, "no", "c")]
    dev = [Unit("an ion.", "yes", "d"), Unit("an ion.", "yes", "e"), Unit(f"{TEN} more", "no", "f")]
    found = json.loads(json.dumps(hygiene(train, dev=dev, test=[Unit("else")]).as_json()))
    assert found["train"].items() >= {
        ("units", 3),
        ("repeated_texts", 1),
        ("contradictory_texts", 1),
    }
    evaluated = found["evaluations"]["dev"]
    assert evaluated["exact"] == {"units": 2, "texts": 1}
    assert (evaluated["near"], evaluated["left"]) == ({"units": 1}, 0)
    assert [copy["where"] for copy in evaluated["copies"]] == ["d", "e", "f"]
    assert evaluated["copies"][2]["train"] == [{"where": "c", "label": "no", "text": TEN}]
    assert found["evaluations"]["test"]["left"] == 1


def sentences(folder: Path, *, as_tokens: bool) -> list[Unit]:
    """Each sentence, and whether a Definition has its first fragment in it."""
    found = []
    for document in read(folder):
        for number, segment in enumerate(document.segments):
            text = segment.of(document.text)
            if as_tokens:
                tokens = (token for token in document.tokens if segment.contains(token))
                text = " ".join(token.of(document.text) for token in tokens)
            label = any(
                span.label == "Definition" and span.fragments[0].overlaps(segment)
                for span in document.spans
            )
            found.append(Unit(text, label, f"{document.id}#{number}"))
    return found


def test_figures_of_the_deft_corpus(deft: Path):
    """193 dev texts stand in train; 307 of 1,646 repeated ones of train contradict themselves.

    A sentence is there its tokens with single spaces between them, and a number with a dot, such
    as `1997 .`, is none, since it looks like the marker of a window; twelve of those are repeated.
    As Donor's text spaces the tokens, some more are equal; the 198 and 200 count dev sentences.
    """
    train, dev = (sentences(deft / split, as_tokens=True) for split in ("train", "dev"))
    assert [sum(bool(unit.label) for unit in own) for own in (train, dev)] == [5615, 277]
    found = hygiene([u for u in train if not re.fullmatch(r"\d+ \.", u.text)], dev=dev).as_json()
    assert found["train"]["repeated_texts"] == 1646
    assert found["train"]["contradictory_texts"] == 307
    assert found["evaluations"]["dev"]["exact"] == {"units": 198, "texts": 193}

    as_text = (sentences(deft / split, as_tokens=False) for split in ("train", "dev"))
    found = hygiene(next(as_text), dev=next(as_text)).as_json()
    assert found["train"]["repeated_texts"] == 1675
    assert found["train"]["contradictory_texts"] == 309
    assert found["evaluations"]["dev"]["exact"] == {"units": 200, "texts": 195}
    assert found["evaluations"]["dev"]["near"] == {"units": 2}
    assert found["evaluations"]["dev"]["left"] == 657
