import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donor.data import Interval
from donor.languages import split_at, tokenize

# Every script has a say, and the characters that glue or break words come often.
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("аёЯ Iiİßﬁé\u0301\u0308-–'’.,5٣ \t\n\u00a0\u00ad\u200b\u200d\ufe0f日한ั👩🇷"),
    )
)


def cut(text, tag):
    return [token.of(text) for token in tokenize(text, tag)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \n ", []),
        ("Hello, world!", ["Hello", ",", "world", "!"]),
        ("3.14 and 3,14", ["3.14", "and", "3,14"]),
        ("in 2010.", ["in", "2010", "."]),
        ("5-10", ["5", "-", "10"]),
        ("a Li-ion cell", ["a", "Li-ion", "cell"]),
        ("COVID-19", ["COVID-19"]),
        ("-ion", ["-", "ion"]),
        ("don't l’eau", ["don't", "l’eau"]),
        ("'ion'", ["'", "ion", "'"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("акку\u00adмулятор", ["акку\u00adмулятор"]),
        ("a \u200b b", ["a", "\u200b", "b"]),
        ("H₂O", ["H₂O"]),
        ("(a+b)…", ["(", "a", "+", "b", ")", "…"]),
        ("日本語", ["日", "本", "語"]),
        ("กำ", ["ก", "ำ"]),
        ("นี้", ["นี้"]),
        ("배터리는 좋다", ["배터리는", "좋다"]),
        (unicodedata.normalize("NFD", "배터리는"), [unicodedata.normalize("NFD", "배터리는")]),
        ("كِتَاب جديد", ["كِتَاب", "جديد"]),
        ("👩\u200d🔬👍🏽", ["👩\u200d🔬", "👍🏽"]),
        ("🇷🇺🇩🇪", ["🇷🇺", "🇩🇪"]),
        ("हिन्दी", ["हिन्दी"]),
    ],
)
def test_the_built_in_rule_cuts_any_script(text, tokens):
    assert cut(text, "en") == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Ион-литиевый, 3,5 В.", ["Ион-литиевый", ",", "3,5", "В", "."]),
        ("за\u0301мок", ["за\u0301мок"]),
        ("акку\u00adмулятор", ["акку\u00adмулятор"]),
        ("т.е.", ["т", ".", "е", "."]),
    ],
)
@pytest.mark.parametrize("installed", [True, False])
def test_russian_is_cut_alike_with_and_without_razdel(text, tokens, installed, monkeypatch):
    if installed:
        pytest.importorskip("razdel", reason="needs the extra lang")
    else:
        monkeypatch.setitem(sys.modules, "razdel", None)
    assert cut(text, "ru-RU") == tokens


@settings(deadline=None)  # the first example loads the dictionaries
@given(TEXTS, st.sampled_from(["ru", "en"]))
def test_tokens_cover_every_character_but_white_space_once(text, tag):
    covered = [offset for token in tokenize(text, tag) for offset in range(token.start, token.end)]
    assert covered == [offset for offset, sign in enumerate(text) if not sign.isspace()]


@pytest.mark.parametrize(
    ("edges", "pieces"),
    [
        ([], [(0, 6), (7, 9)]),
        ([0, 6, 7, 9, 99], [(0, 6), (7, 9)]),
        ([4, 2, 4], [(0, 2), (2, 4), (4, 6), (7, 9)]),
    ],
)
def test_tokens_are_cut_at_the_edges_that_fall_inside(edges, pieces):
    tokens = (Interval(0, 6), Interval(7, 9))
    assert split_at(tokens, edges) == tuple(Interval(*piece) for piece in pieces)
