import pytest

from donor.data import Candidate, Interval, Intervals, Match, Quote, Reason
from donor.resolve import resolve


def outcomes(text, *answers, language="ru"):
    """The starts of the placed, the reasons of the others; an answer is a quote of its own."""
    candidates = [
        Candidate(f"T{position}", "quote", (quote,)) for position, quote in enumerate(answers)
    ]
    found = resolve(text, candidates, language=language)
    return [one.fragments[0].start if one.fragments else one.reason for one in found]


ONCE = Quote("ион")
FIRST, SECOND, THIRD = (Quote("ион", number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        ("ион", [ONCE, ONCE], [Reason.AMBIGUOUS, Reason.AMBIGUOUS]),
        ("ион и ион", [ONCE, ONCE], [Reason.AMBIGUOUS, Reason.AMBIGUOUS]),
        ("ион и ион", [FIRST, SECOND], [0, 6]),
        ("ион и ион", [SECOND, FIRST], [6, 0]),
        ("ион", [FIRST, FIRST], [0, 0]),
        ("ион", [FIRST, SECOND], [0, Reason.AMBIGUOUS]),
        ("ион", [SECOND, THIRD], [Reason.AMBIGUOUS, Reason.AMBIGUOUS]),
        ("ион", [FIRST, ONCE], [0, Reason.AMBIGUOUS]),
        ("ион и атом", [ONCE, Quote("атом")], [0, 6]),
    ],
)
def test_equal_words_of_two_spans_share_a_place_only_with_equal_numbers(text, quotes, expected):
    assert outcomes(text, *quotes) == expected


def test_the_highest_number_tells_what_was_counted():
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    text = "клетки и клетка"
    assert outcomes(text, Quote("клетка", 1)) == [9]
    assert outcomes(text, Quote("клетка", 1), Quote("клетка", 2)) == [0, 9]


def test_two_answers_for_one_span_are_no_rivals():
    candidates = [Candidate("T1", method, (ONCE,)) for method in ("tags", "quote")]
    found = resolve("ион", candidates, language="ru")
    assert [one.match for one in found] == [Match.EXACT, Match.EXACT]


def test_equal_intervals_of_two_spans_both_stand():
    whole = Intervals((Interval(0, 3),))
    candidates = [Candidate(span_id, "index", whole) for span_id in ("T1", "T2")]
    found = resolve("ион", candidates, language="ru")
    assert [one.match for one in found] == [Match.INTERVALS, Match.INTERVALS]


def test_the_reason_names_the_other_span():
    candidates = [Candidate(span_id, "quote", (ONCE,)) for span_id in ("T1", "T2")]
    first, second = resolve("ион", candidates, language="ru")
    assert first.detail == '"ион" is quoted for span T2 too, and nothing tells which it is'
    assert second.detail == '"ион" is quoted for span T1 too, and nothing tells which it is'
