import sys

import pytest

from donor.languages import lemmas as room
from donor.languages import lemmatizer, missing_lemmatizer
from donor.languages.lemmas import forms

CACHES = (room._lemmatizer, room._imported, room._analyzer, room._russian, room._russian_forms)


@pytest.fixture
def without_libraries(monkeypatch):
    for known in CACHES:
        known.cache_clear()
    for name in ("pymorphy3", "simplemma", "snowballstemmer"):
        monkeypatch.setitem(sys.modules, name, None)
    yield
    for known in CACHES:
        known.cache_clear()


@pytest.mark.parametrize("tag", ["ru", "ru-RU", "RU", "ru_UA"])
@pytest.mark.parametrize(
    ("form", "lemma"), [("Клетками", "клетка"), ("стали", "сталь"), ("стали", "стать")]
)
def test_a_russian_form_has_all_its_dictionary_forms(tag, form, lemma):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert lemma in lemmatizer(tag)(form)


@pytest.mark.parametrize("form", ["Ёлками", "елками"])
def test_the_dots_of_yo_do_not_count(form):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert lemmatizer("ru")(form) == {"елка"}


@pytest.mark.parametrize("form", ["ион\ud83d", "𗀀"])
def test_what_the_dictionary_cannot_read_has_no_lemma(form):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert lemmatizer("ru")(form) == frozenset()


@pytest.mark.parametrize("form", ["Ёлка", "елками"])
def test_all_russian_forms_of_a_word_in_the_dictionary_are_known(form):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert {"елка", "елками", "елок"} <= forms("ru")(form)


@pytest.mark.parametrize("form", ["бутявка", "3,5", "ион\ud83d", ""])
def test_a_word_that_the_dictionary_does_not_have_has_no_known_forms(form):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert forms("ru")(form) == frozenset()


@pytest.mark.parametrize(
    ("tag", "one", "other"),
    [
        ("en", "mouse", "mice"),
        ("de", "Zelle", "zellen"),
        ("fr", "cellule", "cellules"),
        ("es", "célula", "células"),
        ("bg", "клетка", "клетките"),
        ("sr", "kuća", "kuće"),
        ("en", "zorgle", "zorgles"),
        ("eu", "etxe", "etxeak"),
        ("ar", "خلية", "والخلية"),
    ],
)
def test_forms_of_a_word_share_a_lemma_or_a_stem(tag, one, other):
    pytest.importorskip("simplemma", reason="needs the extra lang")
    pytest.importorskip("snowballstemmer", reason="needs the extra lang")
    lemmas = lemmatizer(tag)
    assert lemmas(one) & lemmas(other)


@pytest.mark.parametrize(
    ("tag", "one", "other"), [("en", "cell", "call"), ("de", "Zelle", "Zeile"), ("eu", "ur", "su")]
)
def test_other_words_share_none(tag, one, other):
    pytest.importorskip("simplemma", reason="needs the extra lang")
    pytest.importorskip("snowballstemmer", reason="needs the extra lang")
    lemmas = lemmatizer(tag)
    assert not lemmas(one) & lemmas(other)


@pytest.mark.parametrize("tag", ["rue", "tlh", "zh"])
def test_other_languages_have_no_lemmatizer_and_no_extra_would_help(tag):
    assert lemmatizer(tag) is None
    assert missing_lemmatizer(tag) is None


def test_an_installed_lemmatizer_is_not_missing():
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert missing_lemmatizer("ru") is None


@pytest.mark.parametrize("tag", ["ru", "de", "eu", "sr-Latn"])
def test_a_missing_library_is_named_by_its_extra(tag, without_libraries):
    assert lemmatizer(tag) is None
    assert forms(tag) is None
    assert missing_lemmatizer(tag) == "pip install 'donor[lang]'"
