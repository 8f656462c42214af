"""Words that look alike in two languages."""

import pytest

from donor.project.align.likeness import COPIED, RELATED, alike
from donor.project.align.words import normaliser


@pytest.mark.parametrize(
    ("to", "one", "other", "times"),
    [
        ("es", "Nikitin", "Nikitin", COPIED),
        ("es", "2002", "2002", COPIED),
        ("es", "Cohesion", "cohesión", COPIED),
        ("es", "European", "Europeo", RELATED),
        ("ru", "Moscow", "Москве", RELATED),
        ("ru", "Saul", "Саул", COPIED),
        ("fr", "place", "l'endroit", None),
        ("fr", "atmosphere", "l’atmosphère", COPIED),
        ("es", "a", "a", None),
        ("es", ".", ".", None),
        ("es", "the", "tea", None),
    ],
)
def test_likeness(to: str, one: str, other: str, times: float | None) -> None:
    found = list(alike(("en", to))([one], [other]))
    assert found == ([] if times is None else [(0, 0, times)])


@pytest.mark.parametrize(
    ("kind", "tag", "forms"),
    [
        ("prefix", "ru", ["ресторан", "ресторану", "Рестораны"]),
        ("prefix", "fr", ["l'endroit", "endroits", "d’endroits"]),
        ("lemma", "en", ["restaurant", "restaurants", "Restaurant's"]),
        ("lemma", "es", ["libros", "libro"]),
        ("lemma", "tlh", ["qapla", "Qapla"]),
    ],
)
def test_forms_of_a_word_are_one(kind: str, tag: str, forms: list[str]) -> None:
    assert len(set(map(normaliser(kind, tag), forms))) == 1
