"""Where a span stands in the source, and which of its own words it is."""

from typing import Any

import pytest

from donor.data import Document, Interval, Span
from donor.pipeline.origins import origins


@pytest.mark.parametrize(
    ("places", "occurrence", "among"),
    [
        ([(0, 3)], 1, 2),
        ([(10, 13)], 2, 2),
        ([(15, 18)], 1, 1),  # counted in its own segment
        ([(6, 8)], None, None),  # cuts a word
        ([(0, 3), (10, 13)], None, None),
        ([(10, 18)], None, None),  # lies in two segments
    ],
)
def test_own_words_are_counted_in_the_segment(places: Any, occurrence: Any, among: Any) -> None:
    text = "ion, ions ion. ion."
    segments = (Interval(0, 14), Interval(15, 19))
    fragments = tuple(Interval(start, end) for start, end in places)
    document = Document("d", "en", text, segments, spans=(Span("T1", "Term", fragments),))
    origin = origins(document)["T1"]
    assert origin.fragments == fragments
    assert (origin.occurrence, origin.among) == (occurrence, among)
