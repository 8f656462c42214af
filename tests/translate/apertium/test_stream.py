"""A text in the stream format and back: nothing is lost, and every mark is where it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Interval
from donor.data.markup import Piece
from donor.translate.apertium.stream import Decoded, Encoded, Marked, decode, encode

SIGNS = st.sampled_from([*"[]{}^$/\\<>@*#~+ \n\u00a0\u0301'", "[k:0]", "[[t:s:1]]", "[]", "\ud800"])
TEXTS = st.lists(st.text(max_size=4) | SIGNS, min_size=1, max_size=9).map("".join)


def piece(text: str, words: str, number: int = 1) -> Piece:
    start = text.index(words)
    return Piece(number, Interval(start, start + len(words)))


@given(TEXTS.filter(str.strip), st.data())
def test_what_is_encoded_is_decoded(text: str, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
    drawn = data.draw(st.lists(places.filter(lambda place: place[0] < place[1]), max_size=3))
    pieces = [Piece(n, Interval(*place)) for n, place in enumerate(drawn, start=1)]
    kept = data.draw(st.lists(st.sampled_from(text.split()), max_size=2))
    encoded = encode(text, pieces, kept)
    decoded = decode(encoded.stream, encoded)
    assert decoded is not None
    assert decoded.text == text
    for one in pieces:
        marked = {
            at
            for mark in decoded.marked
            if one.number in mark.numbers
            for at in range(mark.interval.start, mark.interval.end)
        }
        start, end = one.interval.start, one.interval.end
        assert marked >= {at for at in range(start, end) if not text[at].isspace()}


@pytest.mark.parametrize(
    ("text", "words", "stream"),
    [
        ("A red ion", "red", "[[t:s:0]]A[[/]] [[t:s:1]]red[[/]] [[t:s:0]]ion[[/]]"),
        ("ions", "ion", "[[t:s:1]]ions[[/]]"),
        ("John's car", "John", "[[t:s:1]]John's[[/]] [[t:s:0]]car[[/]]"),
        ("l'homme", "l", "[[t:s:1]]l[[/]][[t:s:0]]'homme[[/]]"),
        ("(ion)", "ion", "[[t:s:0]]([[/]][[t:s:1]]ion[[/]][[t:s:0]])[[/]]"),
        (" $5 ", "$5", " [[t:s:1]]\\$5[[/]] "),
        ("x^2", "x", "[[t:s:1]]x[[/]][k:0][[t:s:0]]2[[/]]"),
    ],
)
def test_words_of_a_span_are_marked(text: str, words: str, stream: str) -> None:
    assert encode(text, [piece(text, words)]).stream == stream


def test_nested_spans_are_marked_together() -> None:
    text = "the cell wall"
    encoded = encode(text, [piece(text, text, 1), piece(text, "cell", 2)])
    assert encoded.stream == "[[t:s:1]]the[[/]] [[t:s:1; t:s:2]]cell[[/]] [[t:s:1]]wall[[/]]"


def test_kept_words_are_held_out_where_they_are_words() -> None:
    encoded = encode("an ion, ions, an ion", kept=["ion", "an ion"])
    assert encoded.stream == "[k:0][[t:s:0]], ions,[[/]] [k:1]"
    assert encoded.held == ("an ion", "an ion")


def test_kept_words_of_a_span_are_marked_without_apertium() -> None:
    text = "an ion"
    encoded = encode(text, [piece(text, "ion")], ["ion"])
    decoded = decode("[[t:s:0]]un[[/]] [k:0]", encoded)
    assert decoded is not None
    assert decoded.marked[1] == Marked(Interval(3, 6), (1,))


@pytest.mark.parametrize(
    ("source", "stream", "text"),
    [
        ("It is.", "  [[t:s:0]]Es[[/]].", "Es."),
        ("\tIt is. ", " Es.[]", "\tEs. "),
        ("He and it", "[[t:s:0]]Y[[/]]   [[t:s:0]]x[[/]]", "Y x"),
        ("a  b", "a  b", "a  b"),
        ("a\nb", "a \n b", "a\nb"),
        ("x", "\\[x\\]\\\\", "[x]\\"),
    ],
)
def test_white_space_is_that_of_the_source(source: str, stream: str, text: str) -> None:
    decoded = decode(stream, Encoded(source, ""))
    assert decoded is not None
    assert decoded.text == text


def test_marks_are_moved_with_the_white_space() -> None:
    decoded = decode(" [[t:s:0]]Y[[/]]   [[t:s:1; t:s:2]] x [[/]]", Encoded("and x", ""))
    assert decoded == Decoded("Y x", (Marked(Interval(0, 1), (0,)), Marked(Interval(2, 3), (1, 2))))


@pytest.mark.parametrize(
    "stream",
    ["[[t:s:1]]x", "x[[/]]", "[[t:s:1]][[t:s:2]]x[[/]]", "[[t:b:a]]x[[/]]", "x [3]", "^x$", "x \\"],
)
def test_broken_stream_is_none(stream: str) -> None:
    assert decode(stream, Encoded("x", "")) is None


@pytest.mark.parametrize("stream", ["x", "x [k:0] [k:0]", "[k:0] [k:1]"])
def test_stream_that_lost_what_was_held_out_is_none(stream: str) -> None:
    assert decode(stream, Encoded("x ion", "", ("ion",), ((),))) is None
