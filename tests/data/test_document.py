from typing import Any

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import DocumentError

TERM = Span("T1", "Term", (Interval(0, 3),))


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"spans": (Span("T1", "Term", (Interval(0, 9),)),)}, "span T1 ends at 9, the text at 8"),
        ({"spans": (TERM, TERM)}, "span id T1 is used twice"),
        ({"relations": (Relation("AKA", "T1", "T9"),), "spans": (TERM,)}, "starts at span T9"),
        ({"tokens": (Interval(0, 3), Interval(2, 5))}, "tokens overlap"),
        ({"segments": (Interval(0, 12),)}, "segments end at 12"),
        ({"segments": (Interval(3, 7),)}, "'An' stands outside the segments"),
        ({"labels": (TextLabel("sentiment", "good", segment=1),)}, "on segment 1 of 1"),
    ],
)
def test_contradiction_is_refused(parts: dict[str, Any], problem: str) -> None:
    whole = {"id": "d", "language": "en", "text": "An ion. ", "segments": (Interval(0, 7),)}
    with pytest.raises(DocumentError, match=problem):
        Document(**{**whole, **parts})


def test_dangling_head_is_kept() -> None:
    arc = Relation("Direct-Defines", head="T404", tail="T1")
    document = Document("d", "en", "ion", (Interval(0, 3),), spans=(TERM,), relations=(arc,))
    assert document.dangling() == (arc,)
