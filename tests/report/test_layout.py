"""Lines of cells: where they break, and where each character stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.cases import ANY_TEXT

from donor.data import Interval
from donor.report.layout import Stretch, lay_out
from donor.report.visible import cell_widths, visible


def lines(text, columns, breaks=()):
    return [line.extent.of(text) for line in lay_out(text, columns, breaks)]


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("an ion moves", 12, ["an ion moves"]),
        ("an ion moves", 6, ["an ion ", "moves"]),
        ("an  ion", 3, ["an  ", "ion"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a abcdefgh", 3, ["a ", "abc", "def", "gh"]),
        ("a\nb", 9, ["a\n", "b"]),
        ("電池電池", 5, ["電池", "電池"]),
        ("電池，池", 4, ["電", "池，", "池"]),
        ("e\u0301e\u0301e", 2, ["e\u0301e\u0301", "e"]),
        ("", 9, [""]),
    ],
)
def test_a_line_breaks_where_a_word_ends(text, columns, expected):
    assert lines(text, columns) == expected


def test_a_segment_begins_a_line():
    assert lines("One. Two.", 20, breaks=(0, 5)) == ["One. ", "Two."]


def test_a_piece_leaves_out_the_space_at_the_end_of_its_line():
    first, second = lay_out("an ion", 3)
    assert first.pieces(Interval(0, 6)) == (Stretch(0, 2),)
    assert second.pieces(Interval(0, 6)) == (Stretch(0, 3),)


def test_a_span_of_white_space_has_a_piece_all_the_same():
    (line,) = lay_out("an   ", 9)
    assert line.pieces(Interval(3, 5)) == (Stretch(3, 5),)


def test_words_of_the_other_direction_are_set_in_reading_order():
    (line,) = lay_out("שלום page 15 of עולם", 30)
    assert [word.text for word in sorted(line.words, key=lambda word: word.place.left)] == [
        "עולם", "page", "15", "of", "שלום",
    ]  # fmt: skip


def test_a_span_over_both_directions_has_a_piece_for_each():
    (line,) = lay_out("one שלום עולם two", 30)
    assert line.pieces(Interval(0, 8)) == (Stretch(0, 4), Stretch(9, 13))


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("aя", [1, 1]),
        ("電", [2]),
        ("e\u0301", [1, 0]),
        ("👩‍🔬", [2, 0, 0]),
        ("❤️", [2, 0]),
        ("👍🏽", [2, 0]),
        ("🇷🇺", [1, 1]),
    ],
)
def test_what_is_drawn_as_one_takes_the_cells_of_one(text, widths):
    assert cell_widths(text) == widths


@given(st.text())
def test_making_visible_keeps_the_length(text):
    assert len(visible(text)) == len(text)


@given(ANY_TEXT, st.integers(8, 60))
def test_every_character_is_in_one_line_and_every_line_fits(text, columns):
    laid = lay_out(text, columns)
    assert "".join(line.extent.of(text) for line in laid) == text
    for line in laid:
        assert all(0 <= p.left <= p.right <= columns for p in line.places)
        assert len(line.places) == len(line.extent)
        drawn = "".join(word.text for word in line.words)
        assert sorted(drawn) == sorted("".join(line.extent.of(text).split()))
