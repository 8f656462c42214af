"""Intervals and tests: what chance may say, and what it may not."""

import random
from itertools import product

import numpy as np
import pytest

from donor.score import (
    F1,
    Counts,
    Measurement,
    Metric,
    holm,
    interval,
    randomisation,
    resampling,
)
from donor.score.labels import LabelSides, measured_labels
from donor.score.metric import share_of
from donor.score.resampling import intervals, paired_bootstrap, paired_bootstraps


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
    assert interval(measured([Counts()] * 5 + [RIGHT] * 2), seed=1) == [1.0, 1.0]


def test_one_document_alone_has_no_interval() -> None:
    """All draws in which it is defined are that document: that is no certainty."""
    assert interval(measured([Counts()] * 5 + [Counts(1, 1, 0)])) is None


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


def test_exchange_without_a_score_speaks_for_no_difference() -> None:
    """MCC of aaab and of aaba over aaab; in half of the exchanges one side says a alone."""

    def mcc(said: str) -> Measurement:
        units = [
            [(frozenset(one), frozenset(other))] for one, other in zip(said, "aaab", strict=True)
        ]
        return measured_labels(LabelSides(units, several=False))["mcc"]

    assert randomisation(mcc("aaab"), mcc("aaba"), trials=200) == 1.0


def test_resampling_in_groups_is_plain_resampling() -> None:
    """The same draws as one by one, whatever documents are equal, and whatever is drawn along."""
    chance = random.Random(3)
    few = [(chance.randrange(2), chance.randrange(2), 1) for _ in range(50)]
    many = [(chance.randrange(99), chance.randrange(99), chance.randrange(99)) for _ in few]
    together = intervals({"few": Measurement(F1, few), "many": Measurement(F1, many)}, seed=4)
    for name, rows in (("few", few), ("many", many)):
        drawn = np.random.default_rng(4).integers(50, size=(1000, 50))
        scores = [F1.of(sums) for sums in np.array(rows)[drawn].sum(axis=1).tolist()]
        assert together[name] == pytest.approx(list(np.quantile(scores, [0.025, 0.975])))
        assert together[name] == interval(Measurement(F1, rows), seed=4)


def test_exchanging_in_groups_is_plain_exchanging_in_distribution() -> None:
    """The p of many equal documents, which change sides by a binomial, is that of coins."""
    a, b = [(3, 1, 1), (2, 2, 0)] * 20, [(2, 1, 2), (2, 1, 1)] * 20
    one, other = np.array(a), np.array(b)
    seen = F1.of(one.sum(axis=0)) - F1.of(other.sum(axis=0))  # type: ignore[operator]
    coins = np.random.default_rng(1).random((4000, 40, 1)) < 0.5
    first, second = (np.where(coins, *pair).sum(axis=1) for pair in ((one, other), (other, one)))
    apart = [abs(F1.of(x) - F1.of(y)) for x, y in zip(first, second, strict=True)]  # type: ignore[operator]
    plain = float(np.mean(np.array(apart) >= abs(seen) - 1e-12))
    found = randomisation(Measurement(F1, a), Measurement(F1, b), seed=2, trials=4000)
    assert found == pytest.approx(plain, abs=0.025)


def test_tables_that_weigh_much_are_drawn_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {str(n): Measurement(F1, [(n, 1, 2), (1, n, 0), (2, 2, 1)]) for n in range(4)}
    at_once = intervals(rows, seed=1)
    monkeypatch.setattr(resampling, "_TABLE_CELLS", 10)
    assert intervals(rows, seed=1) == at_once


def test_paired_bootstrap_of_several_is_that_of_each() -> None:
    a, b = Measurement(F1, [(1, 0, 2), (3, 1, 0)] * 9), Measurement(F1, [(2, 1, 1)] * 18)
    both = paired_bootstraps({"one": (a, b), "turned": (b, a)}, seed=6)
    assert both["one"] == paired_bootstrap(a, b, seed=6)
    assert both["turned"] == paired_bootstrap(b, a, seed=6)
    assert both["one"].difference == -both["turned"].difference  # type: ignore[union-attr]


def test_what_counts_otherwise_cannot_be_compared() -> None:
    other = Measurement(Metric("share", ("right", "all"), share_of), [(1, 2)])
    with pytest.raises(ValueError, match="do not count the same"):
        paired_bootstrap(measured([RIGHT]), other)


def test_holm_leaves_out_what_could_not_be_tested() -> None:
    assert holm([None, 0.02, 0.5, 0.01], [True] * 4) == [None, 0.04, 0.5, 0.03]


def test_holm_leaves_out_what_no_document_tells_apart() -> None:
    assert holm([1.0, 0.02, 1.0, 0.03], [False, True, False, True]) == [1.0, 0.04, 1.0, 0.04]
