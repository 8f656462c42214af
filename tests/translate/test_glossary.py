"""Only the terms of a glossary that a text holds are told."""

import random
import time

import pytest

from donor.data import Glossary, Term
from donor.translate.glossary import occurring


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An ion.", ["ion"]),
        ("IONS move.", ["ion"]),
        ("Iron and irony.", []),
        ("Cell walls and a cell wall.", ["cell wall"]),
        ("A cell has a wall.", []),
        ("Cavities in a cavity.", ["cavity"]),
        ("It is I who am here.", []),
        ("我们研究电池。", ["电池"]),
        ("", []),
    ],
)
def test_terms_are_found_in_any_case_and_number(text: str, found: list[str]) -> None:
    names = ("ion", "cell wall", "cavity", "I am", "电池", "")
    glossary = Glossary(tuple(Term(name, "x") for name in names))
    assert [term.source for term in occurring(glossary, text, "en")] == found


def test_order_is_that_of_the_glossary() -> None:
    glossary = Glossary((Term("b", "2"), Term("a", "1")))
    assert [term.target for term in occurring(glossary, "a b", "en")] == ["2", "1"]


@pytest.mark.parametrize(
    ("term", "text", "language"),
    [
        ("stem cell", "Stems' cells and stem cells.", "en"),
        ("mother cell", "Two mothers cells.", "en"),
        ("mouse", "Three mice.", "en"),
        ("клеточная стенка", "Нет клеточной стенки.", "ru"),
        ("двойная спираль ДНК", "О двойной спирали ДНК.", "ru"),
        ("rote Zelle", "Mit roten Zellen.", "de"),
    ],
)
def test_each_word_of_a_term_may_stand_in_another_form(term: str, text: str, language: str) -> None:
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    assert occurring(Glossary((Term(term, "x"),)), text, language)


@pytest.mark.parametrize(
    ("term", "text"), [("seli ya damu", "za seli za damu"), ("chaji", "chajini")]
)
def test_without_a_lemmatizer_only_the_last_word_may_change(term: str, text: str) -> None:
    found = occurring(Glossary((Term(term, "x"),)), text, "yo")
    assert bool(found) == (term == "chaji")


def test_thousands_of_terms_that_begin_alike_take_no_time() -> None:
    chance = random.Random(1)
    names = ["con" + "".join(chance.choices("aeioulmnrst", k=6)) for _ in range(5000)]
    several = [f"cell {name}" for name in names]
    glossary = Glossary(tuple(Term(name, "x") for name in [*names, *several]))
    text = " ".join(f"cell {name}s" for name in names[:20])
    occurring(glossary, text, "en")  # makes the index
    begun = time.process_time()
    found = occurring(glossary, text, "en")
    # It takes a third of a millisecond; one after the other, over a second.
    assert time.process_time() - begun < 0.3
    assert {*names[:20], *several[:20]} <= {term.source for term in found}
