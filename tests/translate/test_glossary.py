"""Only the terms of a glossary that a text holds are told."""

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
    assert [term.source for term in occurring(glossary, text)] == found


def test_order_is_that_of_the_glossary() -> None:
    glossary = Glossary((Term("b", "2"), Term("a", "1")))
    assert [term.target for term in occurring(glossary, "a b")] == ["2", "1"]
