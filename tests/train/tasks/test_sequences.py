"""Texts that get one answer: each is an input of its own, in its place, and fits."""

import numpy as np
import pytest
from tests.train.tokenizing import byte_level

from donor.errors import ConfigError
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Example, Settings
from donor.train.tasks.sequences import class_features, class_target, classes_said, longest_input

WORDPIECE = wordpiece(["red green blue and so on"] * 3)
SINGLE = Example("d", 0, ("red and green",), "a", weight=0.5)
PAIR = Example("d", 1, ("red", "so on and on and on and on"), "b")


def test_texts_and_pairs_mix_and_keep_their_order() -> None:
    examples = [SINGLE, PAIR, PAIR, SINGLE]
    found = class_features(examples, ("a", "b"), WORDPIECE, Settings(), learning=True)
    assert [one.example for one in found] == [0, 1, 2, 3]
    assert [one.target for one in found] == [0, 1, 1, 0]
    assert [one.weight for one in found] == [0.5, 1.0, 1.0, 0.5]
    for example, feature in zip(examples, found, strict=True):
        assert feature.inputs == dict(WORDPIECE(*example.texts))


def test_nothing_is_to_be_learnt_of_what_is_asked() -> None:
    [found] = class_features([SINGLE], (), WORDPIECE, Settings(), learning=False)
    assert found.target is None
    assert class_features([], (), WORDPIECE, Settings(), learning=True) == []


def test_longer_text_of_a_pair_is_cut() -> None:
    [found] = class_features([PAIR], (), WORDPIECE, Settings(max_length=8), learning=False)
    tokens = WORDPIECE.convert_ids_to_tokens(found.inputs["input_ids"])
    assert tokens == ["[CLS]", "red", "[SEP]", "so", "on", "and", "on", "[SEP]"]


def test_input_is_as_long_as_is_set_or_as_the_model_takes() -> None:
    tokenizer = byte_level(["red"])
    assert longest_input(tokenizer, Settings(max_length=100)) == 100
    assert longest_input(tokenizer, Settings(max_length=10_000)) == 512
    with pytest.raises(ConfigError, match="of 3 tokens a model learns nothing"):
        longest_input(tokenizer, Settings(max_length=3))


def test_targets_of_several_labels_are_ones_and_noughts() -> None:
    assert class_target("b", ("a", "b")) == 1
    assert class_target(("b", "c"), ("a", "b", "c")) == (0, 1, 1)
    assert class_target((), ("a", "b")) == (0, 0)


def test_the_most_probable_is_said_or_all_that_are_probable() -> None:
    logits = [np.array([-1.0, 2.0]), np.array([0.5, 0.1]), np.array([-1.0, -2.0])]
    assert classes_said(logits, ("a", "b"), several=False) == ["b", "a", "a"]
    assert classes_said(logits, ("a", "b"), several=True) == [("b",), ("a", "b"), ()]
