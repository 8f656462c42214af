"""A quote whose words are not in the text is found between those that it names around it."""

import pytest

from donor.data import Candidate, Interval, Match, Quote, Reason
from donor.resolve import resolve

TEXT = "Стенка клетки тонка, а стенка сосуда толста."


def found(text: str, quote: Quote, language: str = "und") -> str | Reason | None:
    [one] = resolve(text, [Candidate("T1", "tags", (quote,))], language=language)
    if one.fragments is None:
        return one.reason
    assert one.match is Match.FUZZY
    return one.fragments[0].of(text)


@pytest.mark.parametrize(
    ("surface", "before", "after", "words"),
    [
        ("мембраны", "Стенка", "тонка, а", "клетки"),
        ("оболочка сосуда", "тонка, а", "толста", "стенка сосуда"),
        ("Оболочка", "", "клетки тонка", "Стенка"),
        ("прочна", "а стенка сосуда", "", "толста"),
    ],
    ids=["a word", "two words", "at the beginning", "at the end"],
)
def test_stretch_between_neighbours(surface: str, before: str, after: str, words: str) -> None:
    assert found(TEXT, Quote(surface, before=before, after=after)) == words


@pytest.mark.parametrize(
    ("surface", "before", "after"),
    [
        ("мембраны", "", ""),
        ("мембраны", "Стенка клетки", "толста"),
        ("мембраны всех", "Стенка", "тонка"),
        ("мембраны", "", "тонка, а"),
        ("мембраны", "Стенка", ""),
        ("…", "Стенка", "тонка"),
    ],
    ids=["no neighbours", "apart", "more words", "not the first", "not the last", "no words"],
)
def test_otherwise_nothing_is_found(surface: str, before: str, after: str) -> None:
    assert found(TEXT, Quote(surface, before=before, after=after)) is Reason.NO_MATCH


def test_two_such_stretches_are_not_guessed_between() -> None:
    text = "Стенка клетки тонка. Стенка сосуда тонка."
    assert found(text, Quote("мембраны", before="Стенка", after="тонка")) is Reason.AMBIGUOUS


def test_only_in_the_part_that_is_meant() -> None:
    text = "Стенка клетки тонка. Стенка сосуда тонка."
    quote = Quote("мембраны", before="Стенка", after="тонка", within=Interval(21, 41))
    assert found(text, quote) == "сосуда"


def test_words_that_are_there_come_first() -> None:
    quote = Quote("сосуда", before="Стенка", after="тонка")
    [one] = resolve(TEXT, [Candidate("T1", "tags", (quote,))], language="und")
    assert (one.match, one.fragments) == (Match.EXACT, (Interval(30, 36),))
