"""How many gold sentences silver data is worth, from counts alone."""

from typing import Any

import pytest

from donor.experiments.baselines.worth import Point, reached, rising, worth
from donor.score import F1, Measurement

SIZE = {"examples": 1_000, "sentences": 2_000}


def right(share: float, documents: int = 200) -> list[Measurement]:
    """One seed that has that share of documents right, spread evenly; F1 is the same share."""
    rows: list[tuple[int, ...]] = []
    for n in range(documents):
        hit = int((n + 1) * share) > int(n * share)
        rows.append((1, 0, 0) if hit else (0, 1, 1))
    return [Measurement(F1, rows)]


def points(*scores: float, documents: int = 200) -> list[Point]:
    return [Point(100 * 2**n, 50 * 2**n, right(score, documents)) for n, score in enumerate(scores)]


def told(curve: list[Point], silver: list[Measurement]) -> dict[str, Any]:
    found = worth(curve, silver, SIZE)
    assert found is not None
    return found


def test_score_between_two_points_lies_between_their_sizes() -> None:
    found = told(points(0.2, 0.4, 0.8), right(0.6))
    assert (found["gold_sentences"], found["gold_examples"]) == (300, 150)
    low, high = found["sentences_interval"]
    assert 200 < low < 300 < high < 400
    assert found["what"] == (
        "the 2,000 transferred sentences are worth about 300 gold sentences"
        f" (95 %: {low} to {high})"
    )
    assert (found["silver_examples"], found["silver_sentences"]) == (1_000, 2_000)


def test_score_that_the_smallest_part_has_already_is_no_number() -> None:
    found = told(points(0.5, 0.9), right(0.2))
    assert (found["gold_sentences"], found["sentences_interval"]) == (None, None)
    assert found["what"] == (
        "the 2,000 transferred sentences are worth fewer than 100 gold sentences"
        " (95 %: fewer than 100)"
    )


def test_score_that_gold_never_reaches_is_no_number() -> None:
    found = told(points(0.2, 0.4), right(0.9))
    assert (found["gold_examples"], found["interval"]) == (None, None)
    assert "are worth more than 200 gold sentences" in found["what"]


def test_interval_is_open_where_draws_leave_the_curve() -> None:
    found = told(points(0.2, 0.9, documents=60), right(0.3, 60))
    low, high = found["sentences_interval"]
    assert low is None
    assert found["what"].endswith(f"(95 %: fewer than 100 to {high})")


def test_curve_that_does_not_rise_tells_nothing() -> None:
    for scores in ((0.4, 0.4), (0.6, 0.4)):
        found = told(points(*scores), right(0.4))
        assert found["gold_sentences"] is None
        assert found["what"] == "gold's learning curve does not rise: nothing can be told from it"


def test_a_single_point_is_no_curve() -> None:
    assert worth(points(0.4), right(0.4), SIZE) is None


def test_undefined_score_is_no_number() -> None:
    nothing = [Measurement(F1, [(0, 0, 0)] * 200)]
    assert worth(points(0.2, 0.4), nothing, SIZE) is None


def test_seeds_are_averaged() -> None:
    silver = [*right(0.5), *right(0.7)]
    assert told(points(0.2, 0.4, 0.8), silver)["gold_sentences"] == 300


@pytest.mark.parametrize(
    ("wanted", "size"),
    [(0.1, 0.0), (0.2, 0.0), (0.3, 15.0), (0.4, 20.0), (0.5, 25.0), (0.6, 30.0), (0.7, 60.0)],
)
def test_reached_is_linear_between_points(wanted: float, size: float) -> None:
    assert reached([10, 20, 30], [0.2, 0.4, 0.6], wanted) == pytest.approx(size)


def test_a_fall_is_levelled() -> None:
    assert rising([0.5, 0.3, 0.4, 0.9]) == pytest.approx([0.4, 0.4, 0.4, 0.9])
    assert rising([0.1, 0.2]) == [0.1, 0.2]
    assert reached([10, 20, 30], [0.2, 0.6, 0.4], 0.5) == pytest.approx(20)


def test_where_nothing_is_learnt_nothing_is_worth_anything() -> None:
    found = told(points(0.005, 0.03), right(0.02))
    assert (found["gold_sentences"], found["interval"]) == (None, None)
    assert "has taught the task: nothing can be told" in found["what"]
