"""The measures of confidence are scikit-learn's, and say what they should."""

from random import Random

import numpy
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from donor.trust import Known, brier, reliability


def known(count, seed=1, steps=None):
    chance = Random(seed)
    found = []
    for n in range(count):
        confidence = chance.random()
        if steps:
            confidence = round(confidence * steps) / steps
        found.append(Known(f"{n // 3}", confidence, chance.random() < confidence**2))
    return found


@pytest.mark.parametrize("steps", [None, 7])
def test_brier_and_diagram_are_those_of_scikit_learn(steps):
    spans = known(400, steps=steps)
    truths, confidences = [s.exact for s in spans], [s.confidence for s in spans]
    found = reliability(spans)
    assert found.brier == pytest.approx(brier_score_loss(truths, confidences))
    exact, mean = calibration_curve(truths, confidences, n_bins=10, strategy="quantile")
    assert numpy.allclose([one.exact for one in found.bins], exact)
    assert numpy.allclose([one.confidence for one in found.bins], mean)
    sizes = numpy.array([one.spans for one in found.bins])
    assert sizes.sum() == 400
    assert found.ece == pytest.approx((sizes * abs(exact - mean)).sum() / 400)


def test_base_rate_is_the_best_that_one_number_can_do():
    spans = known(400)
    found = reliability(spans)
    truths = [one.exact for one in spans]
    assert found.brier_base == pytest.approx(brier([found.base_rate] * 400, truths))


def test_true_confidences_have_the_error_of_chance():
    chance = Random(5)
    confidences = [chance.random() for _ in range(2_000)]
    spans = [Known(f"{n}", c, chance.random() < c) for n, c in enumerate(confidences)]
    found = reliability(spans)
    assert found.ece < 1.6 * found.ece_by_chance < 0.05
    assert reliability(known(2_000)).ece > 5 * found.ece_by_chance


def test_intervals_hold_what_they_are_of_and_are_wider_where_spans_go_together():
    spans = known(600)
    found = reliability(spans)
    assert found.brier_interval[0] < found.brier < found.brier_interval[1]
    assert found.ece_interval[0] < found.ece_interval[1]
    copies = [Known(one.text, one.confidence, one.exact) for one in spans for _ in range(4)]
    apart = [Known(f"{n}", one.confidence, one.exact) for n, one in enumerate(copies)]

    def width(spans):
        low, high = reliability(spans).brier_interval
        return high - low

    assert width(copies) > 1.5 * width(apart)


def test_precision_at_coverage_takes_the_most_confident():
    spans = [Known(f"{n}", n / 10, n >= 5) for n in range(10)]
    found = {round(c, 2): (t, p) for c, t, p in reliability(spans).precision_at}
    assert found[0.5] == (0.5, 1.0)
    assert found[0.8] == (0.2, 0.625)
    assert found[1.0] == (0.0, 0.5)


def test_equal_confidences_are_taken_together():
    spans = [Known(f"{n}", 0.5, n % 2 == 0) for n in range(10)]
    found = reliability(spans)
    assert {row[0] for row in found.precision_at} == {1.0}
    assert len(found.bins) == 1


def test_a_single_span_is_measured():
    found = reliability([Known("a", 0.75, True)])
    assert (found.brier, found.ece, found.brier_base) == (0.0625, 0.25, 0.0)


def test_equal_spans_give_equal_numbers():
    assert reliability(known(200)) == reliability(known(200))
