"""Batches: everything once, of about equal length, in an order that a seed decides."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.train.examples import Feature
from donor.train.fitting.batches import IGNORED, batches, by_length, padded


def features(lengths: list[int]) -> list[Feature]:
    return [Feature(n, {"input_ids": [n + 1] * length}, 0) for n, length in enumerate(lengths)]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=200), st.integers(1, 9))
def test_every_feature_is_in_one_batch(lengths: list[int], size: int) -> None:
    some = features(lengths)
    found = batches(some, size, seed=1, epoch=0)
    assert sorted(one.example for batch in found for one in batch) == list(range(len(some)))
    assert all(len(batch) <= size for batch in found)


def test_seed_and_epoch_decide_the_order() -> None:
    some = features(list(range(1, 41)))
    first = batches(some, 4, seed=1, epoch=0)
    assert batches(some, 4, seed=1, epoch=0) == first
    assert batches(some, 4, seed=1, epoch=1) != first
    assert batches(some, 4, seed=2, epoch=0) != first


def test_little_is_padded() -> None:
    """Of lengths by chance, batches in order would pad some 80 %."""
    chance = Random(1)
    some = features([chance.randint(5, 100) for _ in range(1000)])
    tokens = sum(map(len, some))
    filled = sum(max(map(len, b)) * len(b) for b in batches(some, 16, seed=1, epoch=0))
    assert filled < 1.15 * tokens


def test_what_is_run_once_goes_from_the_longest_on() -> None:
    assert list(by_length(features([2, 9, 4]), 2)) == [[1, 2], [0]]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([1, 0], [1, 0]),
        ([(1, 0), (0, 1)], [[1, 0], [0, 1]]),
        ([[3], [4, 5]], [[3, IGNORED], [4, 5]]),
    ],
)
def test_targets_of_all_heads_become_a_tensor(targets: list[object], expected: object) -> None:
    some = [Feature(n, {"input_ids": [7] * (n + 1)}, target) for n, target in enumerate(targets)]
    found = padded(some, {"input_ids": 9})
    assert found["labels"].tolist() == expected
    assert found["input_ids"].tolist() == [[7, 9], [7, 7]]


def test_what_is_only_asked_has_no_labels() -> None:
    assert "labels" not in padded([Feature(0, {"input_ids": [1]})], {})
