"""Tags go into any text and come out of it again."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.project.pairs import projection

from donor.data import Interval
from donor.data.markup import Piece, insert_tags, remove_tags

# What looks like a tag, or becomes one beside another character.
TEXTS = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from("<>/s1t2"),
        st.sampled_from(
            ["<s1>", "</s1>", "<s", "</t2>", "<T1>", "<S9>", "</", "<s1234567>", "<s٣>"]
        ),
    ),
    max_size=12,
).map("".join)


@st.composite
def tagged_texts(draw: st.DrawFn) -> tuple[str, list[Piece]]:
    """A text and pieces of it; of one number they are disjoint, of several they lie anyhow."""
    text = draw(TEXTS)
    pieces = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        edges = draw(st.lists(st.integers(0, len(text)), max_size=4, unique=True).map(sorted))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        pieces += [Piece(number, Interval(*pair)) for pair in pairs]
    return text, pieces


@given(tagged_texts())
def test_tags_come_out_as_they_went_in(case: tuple[str, list[Piece]]) -> None:
    text, pieces = case
    letter = projection(text, text).letter
    untagged = remove_tags(insert_tags(text, pieces, letter), letter)
    wanted = defaultdict(list)
    for piece in pieces:
        wanted[piece.number].append(piece.interval)
    assert untagged.text == text
    assert untagged.enclosed == wanted
    assert untagged.problem == ""


@pytest.mark.parametrize(
    ("pieces", "tagged"),
    [
        ([(1, 0, 4), (2, 5, 9)], "<s1>cell</s1> <s2>wall</s2>"),
        ([(1, 0, 4), (2, 4, 9)], "<s1>cell</s1><s2> wall</s2>"),
        ([(1, 0, 4), (2, 0, 9)], "<s2><s1>cell</s1> wall</s2>"),
        ([(1, 0, 9), (2, 5, 9)], "<s1>cell <s2>wall</s2></s1>"),
        ([(1, 0, 9), (2, 0, 9)], "<s1><s2>cell wall</s2></s1>"),
        ([(1, 0, 6), (2, 5, 9)], "<s1>cell <s2>w</s1>all</s2>"),
        ([(1, 0, 2), (1, 5, 7), (2, 0, 2)], "<s1><s2>ce</s2></s1>ll <s1>wa</s1>ll"),
    ],
)
def test_inner_tags_stand_inside(pieces: list[tuple[int, int, int]], tagged: str) -> None:
    made = [Piece(number, Interval(start, end)) for number, start, end in pieces]
    found = insert_tags("cell wall", made, "s")
    assert found == tagged
    assert remove_tags(found, "s").problem == ""


@pytest.mark.parametrize(
    ("tagged", "problem"),
    [
        ("<s1>a", "tag <s1> does not close"),
        ("a</s1>", "tag </s1> closes what is not open"),
        ("<s1>a<s1>b</s1></s1>", "tag <s1> opens twice before it closes"),
        ("</s1>a<s1>", "tag </s1> closes what is not open"),
    ],
)
def test_unpaired_tag_is_a_problem(tagged: str, problem: str) -> None:
    assert remove_tags(tagged, "s").problem == problem


@pytest.mark.parametrize(
    "text", ["<s1234567>a</s1234567>", "<s١>a</s١>", "<s>a</s>", "< s1>a", "<S1>a"]
)
def test_what_only_looks_like_a_tag_is_text(text: str) -> None:
    assert remove_tags(text, "s").text == text


@pytest.mark.parametrize(
    ("source", "target", "letter"),
    [
        ("plain", "plain", "s"),
        ("a <s1> b", "plain", "t"),
        ("plain", "a </S1> b", "t"),
        ("<S>", "</t>", "u"),
        (" ".join(f"<{letter}" for letter in "stuvwxyzabcdefg"), "plain", "donor"),
    ],
)
def test_tags_have_a_name_that_no_text_uses(source: str, target: str, letter: str) -> None:
    assert projection(source, target).letter == letter
