"""Where a place begins and ends: signs, small words, clauses, numbers."""

import pytest
from tests.project.align.linked import segment

from donor.project.align.edges import edged


def edges(source: str, target: str, links: str, inside: str, stretch: str, to: str = "es") -> str:
    """The words of the place, for source words and for target words given by their text."""
    one = segment(source, target, links, to)
    start = target.index(stretch)
    positions = [
        at
        for at, place in enumerate(one.target.places)
        if start <= place.start < start + len(stretch)
    ]
    begin = source.index(inside)
    wanted = [
        at
        for at, place in enumerate(one.source.places)
        if begin <= place.start < begin + len(inside)
    ]
    found = edged(one, range(wanted[0], wanted[-1] + 1), range(positions[0], positions[-1] + 1))
    return one.target.place(found).of(target)


def test_article_that_the_source_span_lacks_is_left_out() -> None:
    assert edges("the food", "la comida", "0-0 1-1", "food", "la comida") == "comida"


def test_article_that_the_source_span_has_is_kept() -> None:
    assert edges("see the Hague", "ver la Haya", "0-0 1-1 2-2", "the Hague", "la Haya") == "la Haya"


def test_span_of_a_sign_may_be_a_small_word_in_the_target() -> None:
    assert edges("A & B", "A con de B", "0-0 1-1 1-2 2-3", "&", "con de") == "de"


def test_small_word_that_is_part_of_a_name_is_kept() -> None:
    target = "señora de Palacio hoy"
    assert edges("Mrs de Palacio now", target, "0-0 1-1 2-2 3-3", "de Palacio", "de Palacio") == (
        "de Palacio"
    )


def test_trailing_preposition_is_left_out() -> None:
    assert edges("Fund report", "Fondo de informe", "0-0 1-2", "Fund", "Fondo de") == "Fondo"


def test_preposition_of_the_span_is_kept() -> None:
    source, target = "classes between P and Q here", "clases entre P y Q aquí"
    links = "0-0 1-1 2-2 3-3 4-4 5-5"
    assert edges(source, target, links, "between P and Q", "entre P y Q") == "entre P y Q"


def test_signs_at_the_edges_are_left_out() -> None:
    assert edges("hot soup today", "hoy, sopa, sí", "1-2", "soup", ", sopa,") == "sopa"


def test_sign_that_the_source_span_ends_with_is_taken_too() -> None:
    assert edges("we ask : why ? now", "ahora : por ? sí", "3-2", "why ?", "por") == "por ?"


def test_bracket_is_closed() -> None:
    source, target = "Union ( EU ) today", "Unión ( UE ) hoy"
    assert edges(source, target, "0-0 2-2 4-4", "Union ( EU )", "Unión ( UE") == "Unión ( UE )"


def test_bracket_is_closed_where_the_source_has_none() -> None:
    assert edges("Union EU now", "Unión (UE) hoy", "0-0 1-2", "Union EU", "Unión (UE") == (
        "Unión (UE)"
    )


def test_quotation_mark_is_closed() -> None:
    target = 'ресторан "Саул" тут'
    assert edges(
        "Restaurant Saul here", target, "0-0 1-2", "Restaurant Saul", 'ресторан "Саул'
    ) == ('ресторан "Саул"')


def test_whole_segment_is_the_whole_translation() -> None:
    source, target = "Quality was similar .", "La calidad fue similar ."
    assert edges(source, target, "0-1 1-2 2-3 3-4", source[:-2], "calidad fue similar") == (
        "La calidad fue similar"
    )


def test_whole_segment_without_words_in_the_translation_keeps_its_stretch() -> None:
    assert edges("la vino", ", )", "0-0 1-1", "la vino", ", )") == ", )"


def test_whole_segment_of_one_word_is_a_word() -> None:
    assert edges("Food .", "La comida .", "0-1", "Food", "comida") == "comida"


def test_clause_goes_to_the_signs_that_the_source_has() -> None:
    source = "so , the old men were very tired , and left"
    target = "así, se sentían muy cansados los viejos, y salieron"
    links = "0-0 1-1 3-7 4-7 5-3 6-4 7-5 8-8 9-9 10-10"
    found = edges(source, target, links, "old men were very tired ,"[:-2], "sentían")
    assert found == "sentían"
    whole = edges(source, target, links, "the old men were very tired", "sentían muy cansados")
    assert whole == "se sentían muy cansados los viejos"


def test_clause_does_not_go_over_words_that_are_linked_outside() -> None:
    source = "yes , one two three four five six"
    target = "uno dos tres cuatro cinco seis claro"
    links = "0-6 2-0 3-1 4-2 5-3 6-4 7-5"
    inside = "one two three four five six"
    assert edges(source, target, links, inside, "uno dos tres cuatro cinco seis") == target[:-6]


@pytest.mark.parametrize("inner", ["711", "988"])
def test_number_in_groups_is_whole(inner: str) -> None:
    source, target = "of 711,988 people", "из 711 988 жителей"
    assert edges(source, target, "1-1", "711,988", inner, to="ru") == "711 988"


def test_other_number_beside_is_left_out() -> None:
    assert edges("in 20 of 30", "из 30 20", "1-2 3-1", "20", "20", to="ru") == "20"


def test_year_has_its_word_in_russian() -> None:
    assert edges("in 1998 .", "в 1998 году .", "1-1", "1998", "1998", to="ru") == "1998 году"


def test_words_that_are_taken_are_not_added() -> None:
    one = segment("Union (EU) x", "Unión (UE) x", "0-0 2-2")
    assert edged(one, range(3), range(3), taken={3}) == range(3)
