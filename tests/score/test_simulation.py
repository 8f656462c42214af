"""Whether intervals and tests keep what they promise, on data whose truth is known.

Documents differ in how hard they are (beta), so that spans of one document go right or wrong
together; two systems that are equal share that, and nothing else. The short runs look for gross
errors; the long ones are the promise: 5 ± 1.5 % of 2,000 draws, and 95 ± 2 %.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from donor.score import F1, Measurement, Metric, interval, paired_bootstrap, randomisation
from donor.score.metric import mean_f1, share_of

ACCURACY = Metric("accuracy", ("right", "units"), share_of)
EASE = (4.0, 1.5)
MEAN = EASE[0] / sum(EASE)
TRUE_F1 = 2 * 3 * MEAN / (2 * 3 * MEAN + (1.5 + 3) * (1 - MEAN))


@dataclass(frozen=True)
class Corpus:
    """Documents of one draw: how easy each is, and how many units it has."""

    ease: np.ndarray
    units: np.ndarray
    chance: np.random.Generator

    def spans(self) -> Measurement:
        """What a system finds of some three spans a document, and what it makes up."""
        gold = self.chance.poisson(3, len(self.ease))
        right = self.chance.binomial(gold, self.ease)
        wrong = self.chance.poisson(1.5 * (1 - self.ease))
        return Measurement(
            F1, [*zip(right.tolist(), wrong.tolist(), (gold - right).tolist(), strict=True)]
        )

    def labels(self) -> Measurement:
        right = self.chance.binomial(self.units, self.ease)
        return Measurement(ACCURACY, [*zip(right.tolist(), self.units.tolist(), strict=True)])


def corpora(draws: int, documents: int, seed: int) -> list[Corpus]:
    chance = np.random.default_rng(seed)
    return [
        Corpus(chance.beta(*EASE, documents), 1 + chance.poisson(1.0, documents), chance)
        for _ in range(draws)
    ]


def rejected(draws: int, resamples: int, seed: int = 11) -> dict[str, float]:
    """The share of draws in which each test finds a difference between equal systems at 5 %."""
    times = dict.fromkeys(("bootstrap F1", "bootstrap accuracy", "coins F1", "coins accuracy"), 0)
    for n, corpus in enumerate(corpora(draws, 200, seed)):
        for name, make in (("F1", corpus.spans), ("accuracy", corpus.labels)):
            a, b = make(), make()
            boot = paired_bootstrap(a, b, seed=n, resamples=resamples)
            coins = randomisation(a, b, seed=n, trials=resamples)
            assert boot is not None
            assert coins is not None
            times[f"bootstrap {name}"] += boot.p <= 0.05
            times[f"coins {name}"] += coins <= 0.05
    return {name: n / draws for name, n in times.items()}


def covered(draws: int, documents: int, seed: int = 7) -> dict[str, float]:
    """The share of draws whose interval holds the truth."""
    times = {"F1": 0, "accuracy": 0}
    for n, corpus in enumerate(corpora(draws, documents, seed)):
        for name, made, truth in (
            ("F1", corpus.spans(), TRUE_F1),
            ("accuracy", corpus.labels(), MEAN),
        ):
            low, high = interval(made, seed=n) or (1.0, 0.0)
            times[name] += low <= truth <= high
    return {name: n / draws for name, n in times.items()}


def held_by_means(frequencies: list[float], draws: int, seed: int = 5) -> float:
    """The share of draws whose interval holds the true mean F1 of labels as frequent as that."""
    metric = mean_f1("macro", map(str, range(len(frequencies))))
    held = 0
    for n, corpus in enumerate(corpora(draws, 200, seed)):
        ease, chance = corpus.ease, corpus.chance
        columns = []
        for frequency in frequencies:
            gold = chance.poisson(frequency, len(ease))
            right = chance.binomial(gold, ease)
            columns += [right, chance.poisson(frequency / 2 * (1 - ease)), gold - right]
        rows = [*zip(*(column.tolist() for column in columns), strict=True)]
        low, high = interval(Measurement(metric, rows), seed=n) or (1.0, 0.0)
        held += low <= TRUE_F1 <= high
    return held / draws


def test_equal_systems_seldom_differ() -> None:
    assert all(0.005 <= share <= 0.11 for share in rejected(200, 199).values())


def test_intervals_mostly_hold_the_truth() -> None:
    assert all(0.90 <= share <= 0.99 for share in covered(200, 200).values())


def test_unequal_systems_differ() -> None:
    corpus = corpora(1, 200, 3)[0]
    worse = Corpus(0.8 * corpus.ease, corpus.units, corpus.chance)
    a, b = corpus.spans(), worse.spans()
    boot = paired_bootstrap(a, b)
    assert boot is not None
    assert boot.interval[0] > 0
    assert boot.p <= 0.01
    assert (randomisation(a, b, trials=999) or 1) <= 0.01


@pytest.mark.long
def test_equal_systems_differ_in_five_of_a_hundred() -> None:
    assert all(0.035 <= share <= 0.065 for share in rejected(2000, 999).values())


@pytest.mark.long
@pytest.mark.parametrize(("documents", "draws"), [(200, 2000), (800, 1000)])
def test_intervals_hold_the_truth_in_ninety_five_of_a_hundred(documents: int, draws: int) -> None:
    assert all(0.93 <= share <= 0.97 for share in covered(draws, documents).values())


@pytest.mark.long
@pytest.mark.parametrize(
    ("frequencies", "least", "most"),
    [([0.1] * 8, 0.93, 0.97), ([0.025] * 8, 0.89, 0.94), ([0.5**n for n in range(8)], 0.89, 0.94)],
)
def test_intervals_of_means_over_rare_labels_hold_it_less_often(
    frequencies: list[float], least: float, most: float
) -> None:
    """Labels in some 19 of 200 documents, in some 5, and in from 120 down to 1 or 2."""
    assert least <= held_by_means(frequencies, 1000) <= most
