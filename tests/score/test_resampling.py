"""Intervals and tests: what chance may say, and what it may not."""

import random
from itertools import product

import pytest

from donor.score import F1, Counts, Measurement, interval, randomisation


def measured(parts: list[Counts]) -> Measurement:
    return Measurement(F1, [part.row for part in parts])


RIGHT, WRONG = Counts(1, 0, 0), Counts(0, 1, 1)


def test_interval_of_equal_documents_has_no_width() -> None:
    assert interval(measured([Counts(1, 1, 0)] * 10), seed=1) == pytest.approx([2 / 3, 2 / 3])


def test_interval_is_that_of_resampled_documents() -> None:
    """Of 100 documents, 80 right: F1 is binomial, and so are the edges (here by the normal)."""
    low, high = interval(measured([RIGHT] * 80 + [WRONG] * 20), seed=1, resamples=4000) or (0, 0)
    assert low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.01)
    assert high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.01)


def test_seed_decides_the_interval() -> None:
    parts = [RIGHT] * 8 + [WRONG] * 5
    assert interval(measured(parts), seed=1) == interval(measured(parts), seed=1)


@pytest.mark.parametrize("parts", [[], [Counts()], [Counts()] * 3])
def test_nothing_to_score_has_no_interval(parts: list[Counts]) -> None:
    assert interval(measured(parts), seed=1) is None


def test_resamples_without_a_score_are_left_out() -> None:
    assert interval(measured([Counts()] * 5 + [RIGHT]), seed=1) == [1.0, 1.0]


def exact_p(a: list[Counts], b: list[Counts]) -> float:
    """The p over all ways in which documents can change sides."""

    def difference(sides: tuple[int, ...]) -> float:
        pairs = zip(sides, a, b, strict=True)
        one, other = Counts(), Counts()
        for side, x, y in pairs:
            one, other = (one + y, other + x) if side else (one + x, other + y)
        return abs((one.f1 or 0) - (other.f1 or 0))

    seen = difference((0,) * len(a))
    ways = list(product((0, 1), repeat=len(a)))
    return sum(difference(way) >= seen - 1e-12 for way in ways) / len(ways)


@pytest.mark.parametrize("seed", range(5))
def test_p_is_that_of_all_exchanges(seed: int) -> None:
    chance = random.Random(seed)
    some = [Counts(chance.randrange(3), chance.randrange(2), chance.randrange(2)) for _ in range(9)]
    other = [Counts(chance.randrange(3), chance.randrange(3), chance.randrange(2)) for _ in some]
    assert randomisation(measured(some), measured(other), seed=7) == pytest.approx(
        exact_p(some, other), abs=0.02
    )


def test_p_does_not_depend_on_which_comes_first() -> None:
    a, b = [RIGHT] * 9 + [WRONG], [RIGHT] * 3 + [WRONG] * 7
    assert randomisation(measured(a), measured(b), seed=1) == pytest.approx(
        randomisation(measured(b), measured(a), seed=1), abs=0.01
    )


def test_clear_difference_has_the_smallest_p() -> None:
    assert randomisation(measured([RIGHT] * 60), measured([WRONG] * 60), trials=999) == 0.001


def test_nothing_to_score_has_no_p() -> None:
    assert randomisation(measured([Counts()]), measured([RIGHT]), seed=1) is None
