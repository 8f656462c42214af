"""Evidence: figures that a transfer gives for and against a place."""

from dataclasses import replace

from tests.trust.cases import row, span, transfer, unresolved

from donor.data import Attempt, Check, Finding, Interval, Intervals, Match, Quote, Reason
from donor.trust import evidence

SOURCE, TARGET = "An ion moves. The cell.", "Ион движется. Клетка."
ION, CELL = span(SOURCE, "T1", "ion"), span(SOURCE, "T2", "cell")
HERE, THERE = span(TARGET, "T1", "Ион"), span(TARGET, "T2", "Клетка")


def of(*rows, findings=(), source=SOURCE, target=TARGET, spans=(ION, CELL)):
    return evidence(transfer(source, target, list(spans), list(rows), *findings))


def test_only_placed_spans_have_evidence():
    assert set(of(row(HERE), unresolved("T2"))) == {"T1"}
    assert of(unresolved("T1"), unresolved("T2")) == {}
    assert evidence(transfer(SOURCE, "", [ION], [unresolved("T1")])) == {}


def test_method_and_match_are_told():
    figures = of(row(HERE, method="quote", match=Match.LEMMA), row(THERE))["T1"]
    assert figures["method quote"] == figures["match lemma"] == 1
    assert "method tags" not in figures


def test_attempts_before_agree_or_do_not():
    words = Attempt("quote", (Quote("ион"),), reason=Reason.AMBIGUOUS)
    place = Attempt("index-words", Intervals((Interval(4, 12),)), reason=Reason.OUT_OF_RANGE)
    silent = Attempt("align", None, reason=Reason.NO_COUNTERPART)
    figures = of(row(HERE, words, place, silent), row(THERE))["T1"]
    assert figures["attempts before"] == 3
    assert (figures["attempts that agree"], figures["attempts that do not"]) == (1, 1)


def test_attempts_after_the_winner_count_too():
    late = Attempt("align", Intervals(HERE.fragments), reason=Reason.NO_COUNTERPART)
    won = row(HERE)
    figures = of(replace(won, attempts=(*won.attempts, late), winner=0), row(THERE))["T1"]
    assert (figures["attempts before"], figures["attempts that agree"]) == (0, 1)


def test_a_projectors_own_figures_come_under_its_name():
    won = row(HERE, method="align")
    attempt = replace(won.attempts[0], evidence=(("certainty", 0.25),))
    figures = of(replace(won, attempts=(attempt,)), row(THERE))["T1"]
    assert (figures["align certainty"], figures["align says certainty"]) == (0.25, 1)


def test_findings_are_told_by_their_nearness():
    findings = (
        Finding(Check.SPAN_ASTRAY, "", span_id="T1"),
        Finding(Check.LENGTH, "", segment=0),
        Finding(Check.OTHER_LANGUAGE, ""),
    )
    figures = of(row(HERE), row(THERE), findings=findings)
    assert figures["T1"]["span-astray of the span"] == 1
    assert figures["T2"]["span-astray of the document"] == 1
    assert figures["T1"]["length of the segment"] == 1
    assert figures["T1"]["other-language of the document"] == 1


def test_words_are_compared():
    source, target = "Gram 5 of Acid", "грамм 6"
    figures = of(
        row(span(target, "T1", "грамм 6")),
        source=source, target=target, spans=[span(source, "T1", "Gram 5 of Acid")],
    )["T1"]  # fmt: skip
    assert figures["other numbers"] == figures["other capitals"] == 1
    assert figures["fewer words"] == 2
    assert figures["more words"] == 0


def test_order_and_nesting_of_spans_are_compared():
    swapped = of(row(span(TARGET, "T1", "Клетка")), row(span(TARGET, "T2", "Ион")))
    assert swapped["T1"]["order changed"] == 1
    same = of(row(HERE), row(span(TARGET, "T2", "Ион")))
    assert (same["T1"]["order changed"], same["T1"]["overlap changed"]) == (0, 1)
    kept = of(row(HERE), row(THERE))
    assert (kept["T1"]["order changed"], kept["T1"]["overlap changed"]) == (0, 0)


def test_repeated_words_and_cut_words_are_told():
    target = "Ион, ион и ионы."
    figures = of(row(span(target, "T1", "ион")), unresolved("T2"), target=target)["T1"]
    assert figures["repeated"] == 1
    assert figures["cuts a word"] == 0
    assert figures["unresolved beside it"] == 0.5
    cut = of(row(span(target, "T1", "он")), target=target)
    assert cut["T1"]["cuts a word"] == 1


def test_small_words_and_signs_at_the_edge_are_told():
    target = "На клетке (."
    figures = of(row(span(target, "T2", "На клетке (")), target=target, spans=[CELL])["T2"]
    assert figures["small word first"] == 1
    assert figures["sign last"] == 1
