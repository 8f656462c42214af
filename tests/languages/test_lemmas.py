import sys

import pytest

from donor.languages import lemmas as room
from donor.languages import lemmatizer, missing_lemmatizer


@pytest.fixture
def without_pymorphy3(monkeypatch):
    room._russian.cache_clear()
    monkeypatch.setitem(sys.modules, "pymorphy3", None)
    yield
    room._russian.cache_clear()


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


@pytest.mark.parametrize("tag", ["en", "rue", "uk"])
def test_other_languages_have_no_lemmatizer_and_no_extra_would_help(tag):
    assert lemmatizer(tag) is None
    assert missing_lemmatizer(tag) is None


def test_an_installed_lemmatizer_is_not_missing():
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert missing_lemmatizer("ru") is None


def test_a_missing_library_is_named_by_its_extra(without_pymorphy3):
    assert lemmatizer("ru") is None
    assert missing_lemmatizer("ru") == "pip install 'donor[lang]'"
