import sys

import pytest

from donor.languages import identify, in_language


def test_the_languages_of_a_sample_are_counted_most_first():
    pytest.importorskip("lingua", reason="needs the extra lang")
    texts = [
        "Клетка — это основа всякой жизни.",
        "A cell is the basis of life.",
        "La cellule est vivante, comme la plante.",
        "The battery stores energy.",
        "A battery consists of several galvanic cells.",
        "Вода кипит при температуре сто градусов.",
        "123 …",
        "",
    ]
    assert list((identify(texts) or {}).items()) == [("en", 3), ("ru", 2), ("fr", 1)]


def test_a_sample_without_words_has_no_language():
    pytest.importorskip("lingua", reason="needs the extra lang")
    assert identify(["", "42", "\ud83d"]) == {}


def test_without_the_library_nothing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "lingua", None)
    assert identify(["A cell is the basis of life."]) is None


def test_texts_in_the_language_are_told_from_others():
    pytest.importorskip("lingua", reason="needs the extra lang")
    texts = ["Клетка — это основа всякой жизни.", "123 …", "A cell is the basis of life."]
    assert in_language(texts, "ru") == [True, None, False]
    assert in_language([], "ru") == []


def test_language_that_the_library_does_not_know_is_not_told():
    pytest.importorskip("lingua", reason="needs the extra lang")
    assert in_language(["Xjenza"], "mt") is None
    assert in_language(["Jeg vet ikke hvor bilen står, men vi kan spørre læreren."], "no") == [True]


def test_without_the_library_no_text_is_in_a_language(monkeypatch):
    monkeypatch.setitem(sys.modules, "lingua", None)
    assert in_language(["A cell is the basis of life."], "en") is None
