"""Which place each span gets where several could be meant."""

import pytest

from donor.data import Candidate, Interval, Intervals, Origin, Quote, Reason
from donor.resolve import resolve

AMBIGUOUS = Reason.AMBIGUOUS


def at(start, end=None, occurrence=None, among=None):
    """A span of the source."""
    return Origin((Interval(start, end or start + 3),), occurrence, among)


def starts(text, *claims, language="ru"):
    """The starts of the placed, the reasons of the others; a claim is an answer and an origin."""
    candidates = [
        Candidate(f"T{n}", "quote", answer if isinstance(answer, Intervals) else (answer,), origin)
        for n, (answer, origin) in enumerate(claims)
    ]
    found = resolve(text, candidates, language=language)
    shuffled = resolve(text, candidates[::-1], language=language)
    assert shuffled[::-1] == found
    return [one.fragments[0].start if one.fragments else one.reason for one in found]


ION = Quote("ион")
FIRST, SECOND, THIRD = (Quote("ион", number) for number in (1, 2, 3))
ZEROTH = Quote("ион", 0)
TWO, THREE = "ион и ион", "ион и ион и ион"


@pytest.mark.parametrize(
    ("text", "claims", "expected"),
    [
        (TWO, [(ION, at(0)), (ION, at(9))], [0, 6]),
        (TWO, [(ION, at(9)), (ION, at(0))], [6, 0]),
        (THREE, [(ION, at(0)), (ION, at(9)), (ION, at(20))], [0, 6, 12]),
        (THREE, [(ION, at(0)), (ION, at(9))], [AMBIGUOUS, AMBIGUOUS]),
        (TWO, [(ION, at(0))], [AMBIGUOUS]),
        (TWO, [(ION, None), (ION, None)], [AMBIGUOUS, AMBIGUOUS]),
        ("ион", [(ION, at(0)), (ION, at(9))], [AMBIGUOUS, AMBIGUOUS]),
        ("ион", [(FIRST, at(0)), (FIRST, at(9))], [AMBIGUOUS, AMBIGUOUS]),
        ("ион", [(FIRST, at(0)), (FIRST, at(0))], [0, 0]),
    ],
)
def test_as_many_places_as_spans_are_given_in_the_order_of_the_source(text, claims, expected):
    assert starts(text, *claims) == expected


@pytest.mark.parametrize(
    ("text", "claims", "expected"),
    [
        (TWO, [(FIRST, at(0)), (FIRST, at(9))], [0, 6]),
        (TWO, [(SECOND, at(0)), (SECOND, at(9))], [0, 6]),
        (THREE, [(FIRST, at(0)), (FIRST, at(9))], [0, AMBIGUOUS]),
        (TWO, [(FIRST, None), (THIRD, None)], [0, 6]),
        (TWO, [(FIRST, at(0)), (THIRD, at(9))], [0, 6]),
        (TWO, [(THIRD, None)], [AMBIGUOUS]),
        (TWO, [(ZEROTH, None), (FIRST, None)], [0, 6]),
        (THREE, [(ZEROTH, None), (SECOND, None), (FIRST, None)], [0, 12, 6]),
        (TWO, [(ZEROTH, None)], [AMBIGUOUS]),
        (TWO, [(ZEROTH, None), (SECOND, None)], [AMBIGUOUS, 6]),
        (TWO, [(SECOND, at(0)), (FIRST, at(9))], [6, 0]),
        ("5 и 25 и 5", [(Quote("5", 3), None)], [9]),
    ],
)
def test_wrong_numbers_are_seen_through_only_where_the_rest_decides(text, claims, expected):
    assert starts(text, *claims) == expected


@pytest.mark.parametrize(
    ("quote", "origin", "expected"),
    [
        (ION, at(0, occurrence=2, among=2), 6),
        (ION, at(0, occurrence=2, among=3), AMBIGUOUS),
        (SECOND, at(0, occurrence=2, among=2), 6),
        (FIRST, at(0, occurrence=2, among=2), AMBIGUOUS),
        (FIRST, at(0, occurrence=2, among=5), 0),
        (THIRD, at(0, occurrence=2, among=2), 6),
        (Quote("ион", 1, after="и"), at(0, occurrence=2, among=2), 0),
        (Quote("ион", 1, before="и"), None, 6),
    ],
)
def test_rank_among_equal_words_of_the_source_speaks_beside_the_number(quote, origin, expected):
    assert starts(TWO, (quote, origin)) == [expected]


BETWEEN = "ион, анод, ион, катод, ион"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([(Quote("анод"), at(10)), (ION, at(20)), (Quote("катод"), at(30))], [5, 11, 16]),
        ([(Quote("анод"), at(10)), (ION, at(0))], [5, 0]),
        ([(Quote("катод"), at(10)), (ION, at(20))], [16, 23]),
        ([(Quote("анод"), at(10)), (ION, at(20))], [5, AMBIGUOUS]),
        ([(Quote("анод"), at(10)), (THIRD, at(0))], [5, AMBIGUOUS]),
        ([(Intervals((Interval(16, 21),)), at(10)), (ION, at(20))], [16, 23]),
        ([(Quote("анод"), at(20)), (Quote("катод"), at(10)), (ION, at(15))], [5, 16, AMBIGUOUS]),
    ],
)
def test_spans_beside_it_in_the_source_stand_beside_it(claims, expected):
    assert starts(BETWEEN, *claims) == expected


NESTED = "вода и мягкая вода"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([(Quote("мягкая вода"), at(0, 9)), (Quote("вода"), at(4, 9))], [7, 14]),
        ([(Quote("мягкая вода"), at(0, 9)), (Quote("вода", 1), at(4, 9))], [7, 14]),
        ([(Quote("мягкая вода"), at(0, 9)), (Quote("вода"), at(20, 24))], [7, 0]),
        ([(Quote("мягкая вода"), None), (Quote("вода"), None)], [7, AMBIGUOUS]),
    ],
)
def test_nesting_is_kept(claims, expected):
    assert starts(NESTED, *claims) == expected


def test_an_outer_span_is_where_its_inner_one_is():
    text = "вода (жидкая), вода (пар)"
    outer, inner = (Quote("вода"), at(0, 9)), (Quote("пар"), at(4, 9))
    assert starts(text, outer, inner) == [AMBIGUOUS, 21]
    text = "вода пар, вода лёд, вода пар"
    assert starts(text, (Quote("вода пар"), at(0, 9)), (Quote("пар", 2), at(4, 9))) == [20, 25]


def test_many_equal_spans_take_no_time():
    text = " и ".join(["ион"] * 60)
    numbered = [(Quote("ион", n + 1), at(n * 10)) for n in range(60)]
    assert starts(text, *numbered) == [6 * n for n in range(60)]
    unnumbered = [(ION, at(n * 10)) for n in range(30)]
    assert starts(text, *unnumbered) == [AMBIGUOUS] * 30


def test_a_number_against_the_source_is_told():
    candidate = Candidate("T1", "quote", (FIRST,), at(0, occurrence=2, among=2))
    (found,) = resolve(TWO, [candidate], language="ru")
    told = '"ион" stands 2 times, and the number of the answer, 1, goes against the source'
    assert found.detail == told
