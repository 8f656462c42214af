"""Acceptance: exact tails, the order of tests, the promise, and that it is kept."""

from random import Random

import pytest
from scipy.stats import beta, binom
from tests.trust.cases import placed, population

from donor.errors import ConfigError
from donor.trust import DOCUMENT, SPAN, Known, Placed, accept
from donor.trust.binomial import at_most, enough, least_share

DRAWS = 1_000


@pytest.mark.parametrize(
    ("wrong", "tested", "rate"),
    [(0, 149, 0.02), (3, 412, 0.02), (40, 300, 0.1), (0, 0, 0.5), (5, 5, 0.1), (900, 50_000, 0.02)],
)
def test_tails_are_those_of_scipy(wrong, tested, rate):
    assert at_most(wrong, tested, rate) == pytest.approx(binom.cdf(wrong, tested, rate), rel=1e-8)


@pytest.mark.parametrize(("wrong", "tested"), [(0, 149), (3, 412), (17, 20), (20, 20)])
def test_bounds_are_those_of_clopper_and_pearson(wrong, tested):
    right = tested - wrong
    wanted = beta.ppf(0.05, right, wrong + 1) if right else 0.0
    assert least_share(wrong, tested, 0.95) == pytest.approx(wanted, abs=1e-9)


def test_enough_is_the_least_number_that_does():
    assert enough(0.98, 0.95) == 149
    for rate in (0.005, 0.01, 0.015):
        tested = enough(0.98, 0.95, wrong_rate=rate)
        assert tested is not None
        wrong = int(rate * tested)
        assert at_most(wrong, tested, 0.02) <= 0.05
        fewer = tested - 50
        assert at_most(-(-int(rate * 1000) * fewer // 1000), fewer, 0.02) > 0.05
    assert enough(0.98, 0.95, wrong_rate=0.02) is None


def apart(confidences_and_truths):
    return [Known(f"{n}", c, exact) for n, (c, exact) in enumerate(confidences_and_truths)]


def test_as_many_are_accepted_as_the_bound_allows():
    spans = apart([(0.99, True)] * 300 + [(0.5, n % 2 == 0) for n in range(100)])
    found = accept(placed(spans), spans, precision=0.95, confidence=0.95)
    assert (found.threshold, found.accepted, found.spans) == (0.99, 300, 400)
    assert (found.tested.tested, found.tested.wrong) == (300, 0)
    assert found.least_precision == pytest.approx(0.99, abs=0.001)
    assert found.statement == (
        "With 95 % confidence at least 95 % of the 300 accepted spans are exact (threshold 0.9900; "
        "tested on one span of each of 300 held-back documents, 0 wrong)."
    )


def test_too_little_gold_says_how_much_would_do():
    spans = apart([(0.99, True)] * 40)
    found = accept(placed(spans), spans, precision=0.98, confidence=0.95)
    assert (found.threshold, found.accepted, found.enough) == (None, 0, 149)
    assert "the gold is too small: 0 of 40 tested are wrong" in found.statement
    assert "which shows at least 92.78 %" in found.statement
    assert "149 held-back documents, one span of each, would do" in found.statement
    assert "gold of some 298 documents with placed spans, half of it held back" in found.statement


def test_bad_spans_are_not_promised_whatever_the_gold():
    spans = apart([(0.99, n % 10 > 0) for n in range(500)])
    found = accept(placed(spans), spans, precision=0.98, confidence=0.95)
    assert (found.threshold, found.enough) == (None, None)
    assert "no more gold would do: wish for a lower precision" in found.statement


def test_gold_has_no_say_in_which_thresholds_are_tested():
    everything = population(300, Random(1))
    held = [one for one in everything if int(one.text) % 3 == 0]
    wrong = [Known(one.text, one.confidence, False) for one in held]
    found = accept(placed(everything), held, precision=0.9, confidence=0.95)
    none = accept(placed(everything), wrong, precision=0.9, confidence=0.95)
    assert none.threshold is None
    assert none.steps[0].threshold == found.steps[0].threshold
    thresholds = [step.threshold for step in found.steps]
    assert thresholds == sorted(thresholds, reverse=True)
    assert all(step.p <= 0.05 for step in found.steps[:-1])


def test_by_documents_one_span_of_each_is_tested():
    spans = [Known(f"{n // 4}", 0.9, True) for n in range(400)]
    for unit, tested in ((DOCUMENT, 100), (SPAN, 400)):
        found = accept(placed(spans), spans, precision=0.95, confidence=0.95, unit=unit)
        assert found.tested.tested == tested
        assert found.accepted == 400
    assert "if spans are right or wrong independently of each other" in found.statement


def test_equal_gold_gives_an_equal_threshold():
    spans = population(200, Random(2))
    wish = {"precision": 0.9, "confidence": 0.9}
    assert accept(placed(spans), spans, **wish) == accept(placed(spans), spans, **wish)


def test_json_says_what_was_tested():
    spans = apart([(0.99, True)] * 300)
    value = accept(placed(spans), spans, precision=0.95, confidence=0.95).as_json()
    assert value["threshold"] == 0.99
    assert (value["tested"], value["wrong"], value["held_back"]) == (300, 0, 300)
    assert value["enough_without_errors"] == 59
    assert len(value["steps"]) == 1


@pytest.mark.parametrize("share", [0.0, 1.0, 98.0])
def test_shares_are_between_0_and_1(share):
    spans = apart([(0.9, True)])
    with pytest.raises(ConfigError, match="is not between 0 and 1"):
        accept(placed(spans), spans, precision=share, confidence=0.95)


def test_without_unseen_gold_nothing_can_be_tested():
    with pytest.raises(ConfigError, match="no placed span that the calibrator has not seen"):
        accept([Placed("a", 0.9)], [], precision=0.95, confidence=0.95)


def kept(unit, *, together=False, lift=0.0, draws=DRAWS):
    """How often a promise over a random draw of gold is kept, and how often one is given.

    Kept for each accepted span, for each document alike, given: as shares of the draws.
    """
    chance = Random(2024)
    everything = population(500, chance, together=together, lift=lift)
    everyone = placed(everything)
    names = sorted({one.text for one in everything})
    counts = [0, 0, 0]
    for draw in range(draws):
        drawn = set(chance.sample(names, 150))
        gold = [one for one in everything if one.text in drawn]
        found = accept(everyone, gold, precision=0.95, confidence=0.95, unit=unit, seed=draw)
        accepted = [s for s in everything if found.accepted and s.confidence >= found.threshold]
        by_document = {}
        for one in accepted:
            by_document.setdefault(one.text, []).append(one.exact)
        alike = [sum(exact) / len(exact) for exact in by_document.values()]
        counts[0] += sum(s.exact for s in accepted) >= 0.95 * len(accepted)
        counts[1] += sum(alike) >= 0.95 * len(alike)
        counts[2] += bool(accepted)
    return [count / draws for count in counts]


@pytest.mark.parametrize("unit", [DOCUMENT, SPAN])
def test_promise_holds_if_spans_are_independent(unit):
    by_span, _, given = kept(unit)
    assert by_span >= 0.93
    assert given >= 0.5


def test_promise_holds_if_confidences_are_too_high():
    by_span, _, _ = kept(SPAN, lift=0.5, draws=300)
    assert by_span >= 0.93


def test_promise_by_documents_holds_if_errors_come_together():
    _, by_document, given = kept(DOCUMENT, together=True)
    assert by_document >= 0.93
    assert given >= 0.3


def test_promise_by_spans_is_not_made_for_errors_that_come_together():
    by_span, _, _ = kept(SPAN, together=True)
    assert by_span < 0.93
