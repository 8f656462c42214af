import time

import pytest
from tests.verify.transfers import findings, transfer

from donor.data import Check
from donor.verify.formulas import formulas


def lost(source: str, target: str) -> list[str]:
    found = findings(transfer(source, target))
    return [finding.detail for finding in found if finding.check is Check.FORMULA_CHANGED]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Water is H2O, lime is Ca(OH)2.", ["H2O", "Ca(OH)2"]),
        ("Na+ and Ca2+ in O2", ["Na+", "Ca2+", "O2"]),
        ("Here E = mc^2, PV = nRT and y = 2x + 3.", ["E = mc^2", "PV = nRT", "y = 2x + 3"]),
        ("f(x) = x^2 grows", ["f(x) = x^2"]),
        (r"with $x_1^2$, \(a\) and \frac{a}{b}", ["$x_1^2$", r"\(a\)", r"\frac{a}{b}"]),
        ("Call run() on `my file`, or my_file.", ["run()", "`my file`", "my_file"]),
    ],
)
def test_formulas_and_code_are_seen(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5, not $6.",
        "speed = distance / time",
        "(p = 0.03; CI = 0.3, 1.2), < or =12.1",
        "B12, U2, G20, HER2, F-16 and the A320",
        "5 km in 20 s",
        "user_name@example.org, https://example.org/a_b",
        "NaCl is salt",
    ],
)
def test_prose_numbers_names_and_units_are_none(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Water is H2O.", "Вода — это H₂O."),
        ("Water is H2O.", "Вода — это Н2О."),
        ("Here y = 2.5 - x.", "Здесь y=2,5 − x."),
        ("Call run() twice.", "Вызовите run() дважды."),
    ],
)
def test_typography_is_no_change(source: str, target: str) -> None:
    assert lost(source, target) == []


@pytest.mark.parametrize(
    ("source", "target", "what"),
    [
        ("Water is H2O.", "Вода — это H2O2.", []),
        ("Water is H2O.", "Вода — это H2.", ["H2O not in the translation"]),
        ("Call run() twice.", "Вызовите беги() дважды.", ["run() not in the translation"]),
        ("Here E = mc^2.", "Здесь E = mc^3.", ["E = mc^2 not in the translation"]),
    ],
)
def test_a_formula_that_is_gone_is_a_finding(source: str, target: str, what: list[str]) -> None:
    assert lost(source, target) == what


@pytest.mark.parametrize("part", ["$a=", "\\(", "\\[ ", "C(O", "CO2", "a_", "a = b + ", "aa"])
def test_a_long_text_of_signs_takes_no_time(part: str) -> None:
    begun = time.process_time()
    formulas(part * 20_000 + "1")
    assert time.process_time() - begun < 2
