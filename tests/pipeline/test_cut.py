"""Long segments are cut at the best pause, and nothing of the text is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, TextLabel
from donor.pipeline.cut import cut_long


def parts(text: str, limit: int, **more: object) -> list[str]:
    whole = Document("d", "en", text, (Interval(0, len(text)),), **more)  # type: ignore[arg-type]
    return list(cut_long(whole, limit).segment_texts())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("short", ["short"]),
        ("aaa bbb.\n\nccc\nddd. eee", ["aaa bbb.", "ccc\nddd. eee"]),
        ("aaa bbb\nccc ddd. eee", ["aaa bbb", "ccc ddd. eee"]),
        ("aaaa bbbb. ccc ddd eee", ["aaaa bbbb.", "ccc ddd eee"]),
        ('aaaa "bb." ccc ddd eee', ['aaaa "bb."', "ccc ddd eee"]),
        ("水在一百度时沸腾。它在零度结冰。", ["水在一百度时沸腾。", "它在零度结冰。"]),
        ("aaaa bbbb cccc dddd", ["aaaa bbbb cccc", "dddd"]),
        ("a" * 30, ["a" * 14, "a" * 14, "aa"]),
    ],
)
def test_best_pause_of_the_later_half_is_taken(text: str, found: list[str]) -> None:
    assert parts(text, 14) == found


def test_segments_with_labels_stay() -> None:
    assert parts("aaaa bbbb. cccc", 8, labels=(TextLabel("kind", "x", 0),)) == ["aaaa bbbb. cccc"]


@given(st.text(alphabet="ab.。 \n", min_size=1, max_size=80), st.integers(1, 20))
def test_only_white_space_is_left_out(text: str, limit: int) -> None:
    whole = Document("d", "en", text, (Interval(0, len(text)),))
    cut = cut_long(whole, limit)
    assert all(len(segment) <= limit for segment in cut.segments)
    assert all(not text[a.end : b.start].strip() for a, b in pairwise(cut.segments))
    assert "".join(cut.segment_texts()).split() or not text.strip()
    assert "".join("".join(cut.segment_texts()).split()) == "".join(text.split())
