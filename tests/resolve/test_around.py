"""The places of other spans are counted as if each were looked at."""

from hypothesis import given
from hypothesis import strategies as st

from donor.data import Interval, Origin
from donor.resolve.around import Anchor, crosses, crossing, ill_nested, ill_nesting, relation

INTERVALS = st.builds(lambda start, n: Interval(start, start + n), st.integers(0, 9), st.just(2))
PLACES = st.builds(
    lambda start, n: Interval(start, start + n), st.integers(0, 12), st.integers(1, 6)
)
ORIGINS = st.one_of(
    st.builds(lambda one: Origin((one,)), PLACES),
    st.builds(lambda one: Origin((one, Interval(one.end + 1, one.end + 3))), INTERVALS),
)
ANCHORS = st.lists(st.builds(Anchor, st.just("T2"), ORIGINS, PLACES), max_size=8)


@given(ORIGINS, ANCHORS, st.lists(PLACES, min_size=1, max_size=5))
def test_counted_at_once_is_counted_one_by_one(origin, anchors, places):
    ill, crossed = ill_nesting(origin, anchors), crossing(origin, anchors)
    related = [(relation(origin, anchor.origin), anchor.place) for anchor in anchors]
    for place in places:
        assert ill(place) == sum(ill_nested(lies, place, there) for lies, there in related)
        assert crossed(place) == sum(crosses(lies, place, there) for lies, there in related)
