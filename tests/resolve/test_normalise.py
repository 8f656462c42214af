import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Interval
from donor.resolve.normalise import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Клетка", "клетка"),
        ("ёлка Ёж", "елка еж"),
        ("е\u0308лка", "елка"),
        ("йод", "йод"),
        ("и\u0306од", "йод"),
        ("за\u0301мок", "замок"),
        ("ї", "ї"),
        ("«а» “б” „в‟ ‹г› 'д'", '"а" "б" "в" "г" "д"'),
        ("a–b—c−d‑e", "a-b-c-d-e"),
        ("a\u00a0\t\n b", "a b"),
        ("a \u200b b", "a b"),
        ("акку\u00adмуля\u200bтор\ufeff", "аккумулятор"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("i\u0307", "i"),
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("ΟΔΟΣ ς", "οδοσ σ"),
        ("é", "é"),
        ("e\u0301", "é"),
        ("м²", "м2"),
        ("Ｆｕｌｌ", "full"),
        ("ｶﾞ", "ガ"),
        ("كِتَاب", "كتاب"),
        ("كـتاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("\u1112\u1161\u11ab", "한"),
        ("❤\ufe0f", "❤"),
        ("…", "..."),
        ("\ud83d", "\ud83d"),
        ("", ""),
    ],
)
def test_what_does_not_count_is_folded_away(text, folded):
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("İİ", "i", [(0, 1), (1, 2)]),
        ("Straße", "s", [(0, 1)]),
        ("Straße", "ss", [(4, 5)]),
        ("ﬁﬁ", "if", []),
        ("e\u0301e", "e", [(2, 3)]),
        ("a  \u00a0b", "a b", [(0, 5)]),
        ("аааа", "аа", [(0, 2), (1, 3), (2, 4)]),
        ("\u00adион\u00ad", "ион", [(1, 4)]),
        ("👩\u200d🔬", "👩", []),
        ("ион", "", []),
    ],
)
def test_a_match_is_an_interval_of_the_text_that_cuts_no_letter(text, words, places):
    assert list(fold(text).find(words)) == [Interval(*place) for place in places]


@given(st.text(alphabet="абвё e\u0301\u0308йßİ«»—", max_size=20))
def test_folding_is_blind_to_composition_and_case(text):
    folded = fold(text).text
    assert fold(unicodedata.normalize("NFD", text)).text == folded
    assert fold(unicodedata.normalize("NFC", text)).text == folded
    assert fold(text.upper()).text == folded


def test_the_neighbourhood_of_an_offset_is_folded():
    folded = fold("Ион\u00a0—  АТОМ")
    assert folded.before(4) == "ион"
    assert folded.after(5) == "атом"
    assert folded.of(Interval(7, 11)) == "атом"
