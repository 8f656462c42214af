import pytest

from donor.data import Interval, Span


@pytest.mark.parametrize("bounds", [(-1, 2), (3, 2)])
def test_backward_interval_is_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(*bounds)


@pytest.mark.parametrize(
    ("fragments", "problem"),
    [
        ((), "covers no text"),
        ((Interval(2, 2),), "covers no text"),
        ((Interval(4, 6), Interval(0, 2)), "out of order"),
        ((Interval(0, 4), Interval(3, 6)), "overlapping"),
    ],
)
def test_span_without_proper_fragments_is_refused(
    fragments: tuple[Interval, ...], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        Span("T1", "Term", fragments)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((0, 3), (3, 5), False),
        ((0, 4), (3, 5), True),
        ((0, 9), (3, 5), True),
        ((0, 9), (3, 3), False),
        ((3, 3), (3, 3), False),
    ],
)
def test_neighbours_do_not_overlap(
    one: tuple[int, int], other: tuple[int, int], overlap: bool
) -> None:
    assert Interval(*one).overlaps(Interval(*other)) is overlap
    assert Interval(*other).overlaps(Interval(*one)) is overlap
