"""Alpha against the package krippendorff, and what it is where that has no say."""

import random
from itertools import permutations

import krippendorff
import numpy as np
import pytest

from donor.score import F1, Measurement, interval
from donor.score.agreement import GAP, Coincidences, aligned, alpha, coincidences, mean_of

LETTERS = "abcdef"

Units = list[list[str | None]]


def by_package(units: Units) -> float:
    """krippendorff.alpha(reliability_data=…, level_of_measurement="nominal")"""
    values = sorted({value for unit in units for value in unit if value is not None})
    numbers = [[np.nan if v is None else values.index(v) for v in unit] for unit in units]
    data = np.array(numbers, dtype=float).T
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))


def drawn(chance: random.Random, readers: int, letters: str = LETTERS) -> Units:
    """Units that readers mostly agree on, some of whose values are missing."""
    units: Units = []
    for _ in range(60):
        likely = chance.choice(letters)
        said = (likely if chance.random() < 0.8 else chance.choice(letters) for _ in range(readers))
        units.append([None if chance.random() < 0.1 else value for value in said])
    return units


@pytest.mark.parametrize("readers", [2, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_alpha_is_that_of_the_package(readers: int, seed: int) -> None:
    units = drawn(random.Random(seed), readers)
    documents = [coincidences(units[at : at + 7]) for at in range(0, len(units), 7)]
    assert alpha(documents).score == pytest.approx(by_package(units), abs=1e-12)


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    """Four observers and twelve units, nominal: 0.743 (Krippendorff 2011, section C)."""
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[None if v is None else str(v) for v in unit] for unit in zip(*observers, strict=True)]
    assert alpha([coincidences(units)]).score == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("versions", [2, 3, 5])
def test_texts_without_gaps_are_units_of_their_positions(versions: int) -> None:
    chance = random.Random(versions)
    texts = [
        [str(n) if chance.random() < 0.8 else f"{n} of {run}" for n in range(40)]
        for run in range(versions)
    ]
    units: Units = [list(unit) for unit in zip(*texts, strict=True)]
    found = aligned(texts)
    assert GAP not in found.values
    assert found == Coincidences(
        pytest.approx(coincidences(units).differing), dict(coincidences(units).values)
    )
    assert alpha([found]).score == pytest.approx(by_package(units), abs=1e-12)


def test_gap_is_a_value_like_any_other() -> None:
    units: Units = [["the", "the"], ["old", GAP], ["cat", "cat"], [GAP, "here"]]
    found = aligned([["the", "old", "cat"], ["the", "cat", "here"]])
    assert found.values == {"the": 2, "old": 1, "cat": 2, "here": 1, GAP: 2}
    assert alpha([found]).score == pytest.approx(by_package(units), abs=1e-12)


def test_replaced_words_meet_each_other_and_the_rest_meets_gaps() -> None:
    found = aligned([["a", "x", "b"], ["a", "y", "z", "b"]])
    assert (found.differing, found.values[GAP]) == (4, 1)


def test_text_that_one_run_lacks_differs_in_all_its_words() -> None:
    found = aligned([["a", "b"], ["a", "b"], []])
    assert (found.differing, found.values) == (4, {"a": 2, "b": 2, GAP: 2})


def test_order_of_the_runs_does_not_matter() -> None:
    texts = [["a", "b", "a", "c"], ["a", "c", "b"], ["b", "a", "c", "c"]]
    first, *others = (aligned(way) for way in permutations(texts))
    assert all(other == first for other in others)


@pytest.mark.parametrize("texts", [[], [["a"]], [[], []], [["a"], ["a"]]])
def test_alpha_is_not_defined_where_nothing_could_disagree(texts: list[list[str]]) -> None:
    measured = alpha([aligned(texts)])
    assert measured.score is None
    assert interval(measured) is None


def test_agreement_is_one_and_chance_is_nought() -> None:
    assert alpha([coincidences([["a", "a"], ["b", "b"]])]).score == 1.0
    chance = random.Random(3)
    units = [[chance.choice("ab") for _ in range(2)] for _ in range(20_000)]
    assert alpha([coincidences(units)]).score == pytest.approx(0, abs=0.02)


def test_interval_covers_what_the_values_are_drawn_from() -> None:
    """Documents of 20 units, each value another one with a probability of 0.1."""
    inside = 0
    expected = 1 - 2 * 0.1 * 0.9 / 0.5
    for seed in range(60):
        chance = random.Random(seed)
        documents = []
        for _ in range(60):
            right = [chance.choice("ab") for _ in range(20)]
            other = {"a": "b", "b": "a"}
            units = [
                [value if chance.random() < 0.9 else other[value] for _ in range(2)]
                for value in right
            ]
            documents.append(coincidences(units))
        low, high = interval(alpha(documents), seed=seed) or (0, 0)
        inside += low <= expected <= high
    assert inside >= 53


def test_mean_is_over_the_scores_and_leaves_out_what_is_not_defined() -> None:
    half, none, whole = (
        Measurement(F1, [row, (0, 0, 0)]) for row in [(1, 1, 1), (0, 0, 0), (2, 0, 0)]
    )
    assert mean_of([half, none, whole]).score == 0.75
    assert mean_of([none, none]).score is None
    twice = Measurement(F1, [(2, 0, 0), (2, 0, 0)])
    assert interval(mean_of([twice, twice])) == [1.0, 1.0]
    assert interval(mean_of([whole, whole])) is None
