"""Each tier, the edges of words, occurrences, neighbours: the smallest cases."""

import unicodedata

import pytest

from donor.data import Candidate, Interval, Intervals, Match, Quote, Reason
from donor.resolve import resolve

NFD = unicodedata.normalize("NFD", "Ёж йод")


def one(text, *quotes, language="en"):
    """The resolution of one candidate; a string stands for a quote without a number."""
    answer = tuple(Quote(quote) if isinstance(quote, str) else quote for quote in quotes)
    (resolution,) = resolve(text, [Candidate("T1", "quote", answer)], language=language)
    return resolution


def where(text, *quotes, language="en"):
    """What the fragments cover, with their starts, and the match; or the reason."""
    found = one(text, *quotes, language=language)
    if found.fragments is None:
        return found.reason
    return [(part.start, part.of(text)) for part in found.fragments], found.match


@pytest.mark.parametrize(
    ("text", "surface", "place", "match"),
    [
        ("это ион.", "ион", (4, "ион"), Match.EXACT),
        ("это Ион.", "ион", (4, "Ион"), Match.NORMALISED),
        ("ион, Ион", "Ион", (5, "Ион"), Match.EXACT),
        ("«Клетка» жива", "“клетка”", (0, "«Клетка»"), Match.NORMALISED),
        ("клетка жива", "«клетка»", (0, "клетка"), Match.NORMALISED),
        ("клетка жива", "клетка.", (0, "клетка"), Match.NORMALISED),
        ("клетка жива", ' "Клетка." ', (0, "клетка"), Match.NORMALISED),
        ("клетка жива", "«клетка».", (0, "клетка"), Match.NORMALISED),
        ("клетка жива", "\nклетка ", (0, "клетка"), Match.NORMALISED),
        ("клетка. Вот", "клетка.", (0, "клетка."), Match.EXACT),
        ("всё ещё", "еще", (4, "ещё"), Match.NORMALISED),
        ("все еще", "ещё", (4, "еще"), Match.NORMALISED),
        ("Li–ion cell", "li-ion", (0, "Li–ion"), Match.NORMALISED),
        ("ион\u00a0 хлора", "ион хлора", (0, "ион\u00a0 хлора"), Match.NORMALISED),
        ("акку\u00adмулятор", "аккумулятор", (0, "акку\u00adмулятор"), Match.NORMALISED),
        ("İstanbul", "istanbul", (0, "İstanbul"), Match.NORMALISED),
        ("в İstanbul", "İSTANBUL", (2, "İstanbul"), Match.NORMALISED),
        ("die Straße", "STRASSE", (4, "Straße"), Match.NORMALISED),
        ("the ﬁnal one", "final", (4, "ﬁnal"), Match.NORMALISED),
        (NFD, "йод", (4, "и\u0306од"), Match.NORMALISED),
        (NFD, "ёж", (0, "Е\u0308ж"), Match.NORMALISED),
        ("за\u0301мок", "замок", (0, "за\u0301мок"), Match.NORMALISED),
        ("ваш 👩\u200d🔬 тут", "👩\u200d🔬", (4, "👩\u200d🔬"), Match.EXACT),
        ("❤\ufe0f", "❤", (0, "❤\ufe0f"), Match.NORMALISED),
        ("蓄電池は電池", "蓄電池", (0, "蓄電池"), Match.EXACT),
        ("これは電池です", "電池", (3, "電池"), Match.EXACT),
        ("ภาษาไทยง่าย", "ไทย", (4, "ไทย"), Match.EXACT),
        ("배터리는 좋다", "배터리", (0, "배터리"), Match.EXACT),
        ("قرأت كِتَابًا", "كتابا", (5, "كِتَابًا"), Match.NORMALISED),
        ("a (b) c", "(b)", (2, "(b)"), Match.EXACT),
        ("5 кг", "5", (0, "5"), Match.EXACT),
        ("литий-ион", "ион", (6, "ион"), Match.EXACT),
        ("DNA検査", "DNA", (0, "DNA"), Match.EXACT),
    ],
)
def test_a_quote_is_found_at_the_strictest_tier_that_has_it(text, surface, place, match):
    assert where(text, surface) == ([place], match)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("аккумуляционный", "ион"),
        ("аккумуляционный", "Ион."),
        ("акку\u00adмулятор", "мулятор"),
        ("CO2", "CO"),
        ("3,5 В", "5"),
        ("25", "5"),
        ("e\u0301te\u0301", "ete"),
        ("e\u0301", "e"),
        ("e\u0301", "\u0301"),
        ("Straße", "stras"),
        ("👩\u200d🔬", "👩"),
        ("👍🏽", "👍"),
        ("🇷🇺", "🇷"),
        ("นี้", "น"),
        ("ион", "анод"),
        ("ион", "ион ион"),
        ("ион", "—"),
        ("ион", '"'),
        ("ион", "..."),
        ("ион", ""),
        ("ион", " \n"),
        ("", "ион"),
    ],
)
def test_what_does_not_stand_in_the_text_as_words_is_no_match(text, surface):
    assert where(text, surface) == Reason.NO_MATCH


@pytest.mark.parametrize(
    ("text", "surface", "place"),
    [
        ("Это растительные клетки.", "растительная клетка", "растительные клетки"),
        ("В клетках живёт", "Клетка", "клетках"),
        ("литий-ионных батарей", "литий-ионная батарея", "литий-ионных батарей"),
        ("ток, идущий по цепи", "тока, идущего по цепи", "ток, идущий по цепи"),
        ("ток идущий по цепи", "тока, идущего по цепи", "ток идущий по цепи"),
        ("клетку «растений»", "клетка растений", "клетку «растений»"),
        ("у е\u0308лок", "ёлка", "е\u0308лок"),
        ("элек\u00adтродами", "электрод", "элек\u00adтродами"),
        ("клетки\u200b", "клетка", "клетки"),
        ("клетки- и", "клетка", "клетки"),
    ],
)
def test_an_inflected_answer_is_found_by_its_lemmas(text, surface, place):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    start = text.index(place)
    assert where(text, surface, language="ru") == ([(start, place)], Match.LEMMA)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("клетки. Растения", "клетка растения"),
        ("клетки, растения", "клетка растения"),
        ("клетки и растения", "клетка растения"),
        ("клеточный", "клетка"),
    ],
)
def test_other_words_or_signs_in_between_are_no_inflection(text, surface):
    assert where(text, surface, language="ru") == Reason.NO_MATCH


def test_a_language_without_lemmatizer_has_no_lemma_tier():
    assert where("v slovech", "slovo", language="csb") == Reason.NO_MATCH


def test_a_stricter_place_is_taken_though_a_looser_one_stands_first():
    assert where("клетки и клетка", "клетка", language="ru") == ([(9, "клетка")], Match.EXACT)


CELLS = "клетка, Клетка, клетка"


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        (CELLS, Quote("клетка", 1), ([(0, "клетка")], Match.EXACT)),
        (CELLS, Quote("клетка", 2), ([(16, "клетка")], Match.EXACT)),
        (CELLS, Quote("клетка", 3), ([(16, "клетка")], Match.NORMALISED)),
        (CELLS, Quote("клетка", 4), Reason.AMBIGUOUS),
        (CELLS, Quote("клетка"), Reason.AMBIGUOUS),
        (CELLS, Quote("клетка", 0), Reason.AMBIGUOUS),
        (CELLS, Quote("клетка", -1), Reason.AMBIGUOUS),
        ("клетка", Quote("клетка", 7), ([(0, "клетка")], Match.EXACT)),
        ("КЛЕТКА", Quote("клетка", 2), ([(0, "КЛЕТКА")], Match.NORMALISED)),
        ("клетка", Quote("клетка", 0), ([(0, "клетка")], Match.EXACT)),
        ("ион-ион-ион", Quote("ион-ион", 2), ([(4, "ион-ион")], Match.EXACT)),
        ("клетка", Quote("анод", 2), Reason.NO_MATCH),
    ],
)
def test_an_occurrence_is_counted_from_one(text, quote, expected):
    assert where(text, quote) == expected


def test_an_occurrence_counts_inflected_words_where_exact_ones_are_too_few():
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    second = Quote("клетка", 2)
    assert where("клетка и клетки", second, language="ru") == ([(9, "клетки")], Match.LEMMA)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (Quote("клетка", 1, within=Interval(7, 22)), ([(16, "клетка")], Match.EXACT)),
        (Quote("клетка", 2, within=Interval(7, 22)), ([(16, "клетка")], Match.NORMALISED)),
        (Quote("клетка", None, within=Interval(0, 7)), ([(0, "клетка")], Match.EXACT)),
        (Quote("клетка", 1, within=Interval(1, 7)), Reason.AMBIGUOUS),
        (Quote("Клетка", 1, within=Interval(0, 0)), ([(8, "Клетка")], Match.EXACT)),
        (Quote("Клетка", 5, within=Interval(0, 0)), ([(8, "Клетка")], Match.EXACT)),
        (Quote("клетка", 1, within=Interval(30, 40)), Reason.AMBIGUOUS),
        (Quote("анод", 1, within=Interval(0, 7)), Reason.NO_MATCH),
    ],
)
def test_a_part_of_the_text_comes_first_and_only_a_unique_place_outside_it(quote, expected):
    assert where(CELLS, quote) == expected


IONS = "ион хлора, ион натрия, атом хлора, Ион натрия"


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (Quote("ион", after="хлора"), ([(0, "ион")], Match.EXACT)),
        (Quote("ион", after="НАТРИЯ"), ([(11, "ион")], Match.EXACT)),
        (Quote("ион", before="хлора,"), ([(11, "ион")], Match.EXACT)),
        (Quote("ион", before="хлора, ", after=" натрия"), ([(11, "ион")], Match.EXACT)),
        (Quote("ион", before="какого-то хлора,"), ([(11, "ион")], Match.EXACT)),
        (Quote("хлора", before="атом"), ([(28, "хлора")], Match.EXACT)),
        (Quote("хлора", before="том"), Reason.AMBIGUOUS),
        (Quote("хлора", after=","), Reason.AMBIGUOUS),
        (Quote("ион", before="атом", after="хлора"), Reason.AMBIGUOUS),
    ],
)
def test_neighbours_tell_places_apart(quote, expected):
    assert where(IONS, quote) == expected


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        (("мягкая", "вода"), ([(0, "мягкая"), (17, "вода")], Match.EXACT)),
        (("вода", "мягкая"), ([(0, "мягкая"), (17, "вода")], Match.EXACT)),
        (("Мягкая", "вода"), ([(0, "мягкая"), (17, "вода")], Match.NORMALISED)),
        (("жёсткая", "вода"), ([(9, "жёсткая вода")], Match.EXACT)),
        (("мягкая", "сталь"), Reason.NO_MATCH),
        (("вода", "вода"), Reason.NO_MATCH),
        ((Quote("вода", 1), Quote("вода", 2)), Reason.NO_MATCH),
        (("жёсткая вода", "вода"), Reason.NO_MATCH),
        ((), Reason.NO_MATCH),
    ],
)
def test_the_quotes_of_a_discontinuous_span_are_found_each_by_itself(quotes, expected):
    assert where("мягкая и жёсткая вода", *quotes) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 2), ([(0, "ион"), (6, "ион")], Match.EXACT)),
        ((1, 1), ([(0, "ион"), (6, "ион")], Match.EXACT)),
        ((2, 2), Reason.AMBIGUOUS),
        ((None, None), Reason.AMBIGUOUS),
    ],
)
def test_equal_quotes_of_one_span_mean_one_place_after_the_other(numbers, expected):
    assert where("ион и ион", *(Quote("ион", number) for number in numbers)) == expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([(0, 3)], [(0, 3)]),
        ([(3, 8)], [(4, 7)]),
        ([(8, 13), (0, 3)], [(0, 3), (8, 13)]),
        ([(0, 3), (4, 7)], [(0, 7)]),
        ([(3, 4)], Reason.OUT_OF_RANGE),
        ([(2, 2)], Reason.OUT_OF_RANGE),
        ([(8, 14)], Reason.OUT_OF_RANGE),
        ([(0, 3), (50, 60)], Reason.OUT_OF_RANGE),
        ([], Reason.OUT_OF_RANGE),
        ([(0, 5), (4, 7)], Reason.INVALID_ANSWER),
    ],
)
def test_intervals_are_checked_against_the_text(ranges, expected):
    answer = Intervals(tuple(Interval(*pair) for pair in ranges))
    (found,) = resolve("ион или атомы", [Candidate("T1", "index", answer)], language="ru")
    if isinstance(expected, Reason):
        assert (found.fragments, found.match, found.reason) == (None, None, expected)
        assert found.detail
    else:
        assert found.fragments == tuple(Interval(*pair) for pair in expected)
        assert (found.match, found.reason) == (Match.INTERVALS, None)


@pytest.mark.parametrize(
    ("text", "quotes", "detail"),
    [
        ("а а а", ["а"], '"а" stands 3 times, and the answer does not say which'),
        ("а а", [Quote("а", 3)], '"а" stands 2 times, and the answer asks for number 3'),
        ("а", ["б\nв"], '"б в" is not in the translation'),
        ("а", ["б" * 99], f'"{"б" * 59}…" is not in the translation'),
        ("а", [" "], "the answer quotes nothing"),
        ("а", [], "the answer quotes nothing"),
        ("а б", ["а б", "б"], '"а б" and "б" fall on the same words of the translation'),
        ("а", ["а", "а"], '"а" stands once, and two fragments of the span want the same place'),
    ],
)
def test_a_reason_comes_with_a_sentence(text, quotes, detail):
    assert one(text, *quotes).detail == detail


@pytest.mark.parametrize(
    ("text", "surface", "covered"),
    [
        ("зовут «блокнотом» разума", '"блокнот" разума', "«блокнотом» разума"),
        ("зовут «блокнотом» разума", "блокнот разума", "«блокнотом» разума"),
        ("газом (гелием)", "газ (гелий)", "газом (гелием)"),
        ("вода с осмосом.", "осмос.", "осмосом"),
    ],
)
def test_inflected_place_keeps_the_marks_that_the_quote_has(text, surface, covered):
    pytest.importorskip("pymorphy3")
    assert where(text, surface, language="ru") == (
        [(text.index(covered), covered)],
        Match.LEMMA,
    )


@pytest.mark.parametrize(
    ("text", "number", "start"),
    [
        ("анион, ион и иону", 2, 7),
        ("ион, анион, ион и иону", 3, 12),
        ("ион и иону", 2, 6),  # only the inflected one can be the second
    ],
)
def test_who_counts_inside_of_words_means_the_words_themselves(
    text: str, number: int, start: int
) -> None:
    found, _ = where(text, Quote("ион", number), language="ru")
    assert found[0][0] == start


def test_who_counts_inside_of_words_may_be_wrong_too() -> None:
    found = one("анион, анион, ион, ионы", Quote("ион", 2), language="ru")
    assert found.fragments == (Interval(19, 23),)
