from dataclasses import replace

import pytest
from tests.verify.transfers import in_segments

from donor.data import Check, Finding, Transfer
from donor.languages import language
from donor.verify import Rendered, Terms


def rendered(source: str, target: str) -> Transfer:
    return in_segments([f"Here {source}."], [f"Здесь {target}."], (source, target))


def terms_of(*transfers: Transfer, most: int = 100) -> Terms:
    terms = Terms(language("en"), language("ru"), most=most)
    for transfer in transfers:
        terms.add(transfer)
    return terms


USUAL = [rendered("the chloride ion", "ион хлора")] * 14
OTHER = rendered("chloride ions", "хлорный ион")


def test_a_rendering_unlike_nearly_all_others_is_a_finding() -> None:
    terms = terms_of(*USUAL, OTHER)
    what = "'chloride ions' is 'хлорный ион' here, and 'ион хлора' in 14 of 15 places"
    assert terms.findings(OTHER) == (Finding(Check.TERM_VARIES, what, span_id="T1"),)
    assert terms.findings(USUAL[0]) == ()


def test_forms_of_the_same_words_are_one_rendering() -> None:
    transfers = [rendered("an ion", word) for word in ("Ион", "ионами", "об ионе")]
    assert terms_of(*transfers).summary() == (Rendered("Term", "an ion", (("Ион", 3),)),)


def test_a_term_that_varies_everywhere_is_none() -> None:
    terms = terms_of(*USUAL, OTHER, OTHER, OTHER)
    assert terms.findings(OTHER) == ()
    [term] = terms.summary()
    assert term.renderings == (("ион хлора", 14), ("хлорный ион", 3))
    assert term.total == 17


def test_a_second_usual_rendering_is_none() -> None:
    twice = terms_of(*USUAL, *USUAL, OTHER, OTHER)
    assert twice.findings(OTHER) == ()
    assert len(terms_of(*USUAL, *USUAL, *USUAL, OTHER, OTHER).findings(OTHER)) == 1


def test_few_are_too_few_to_say() -> None:
    assert terms_of(*USUAL[:8], OTHER).findings(OTHER) == ()


def test_labels_are_terms_of_their_own() -> None:
    [span] = OTHER.source.spans
    span = replace(span, label="Other")
    [row] = OTHER.spans
    assert row.placed is not None
    row = replace(row, placed=replace(row.placed, label="Other"))
    other = replace(OTHER, source=replace(OTHER.source, spans=(span,)), spans=(row,))
    assert terms_of(*USUAL, other).findings(other) == ()


@pytest.mark.parametrize(
    ("source", "target"), [("it", "он"), ("12", "12"), ("b c d e f g h", "а б в г д е ё")]
)
def test_small_words_numbers_and_clauses_are_no_terms(source: str, target: str) -> None:
    assert terms_of(*[rendered(source, target)] * 3).summary() == ()


def test_what_has_no_place_does_not_count() -> None:
    assert terms_of(in_segments(["An ion."], ["Вот."], ("ion", "")), USUAL[0]).summary() == ()


def test_the_rarest_are_forgotten() -> None:
    rare = [rendered(f"thing{chr(97 + n)}", "вещь") for n in range(20)]
    terms = terms_of(*USUAL, *rare, most=10)
    assert len(terms.summary(least=1)) <= 10
    assert terms.summary(least=2)[0].total == 14
    assert terms.forgotten >= 11


def test_of_many_renderings_the_first_are_kept() -> None:
    [term] = terms_of(*[rendered("ion", f"вещь {n}") for n in range(18)]).summary()
    assert (len(term.renderings), term.others, term.total) == (16, 2, 18)


def test_articles_at_the_edges_do_not_count() -> None:
    terms = Terms(language("en"), language("fr"))
    for target in ("l'endroit", "L’endroit", "endroit", "un endroit"):
        terms.add(in_segments(["A place."], [f"Voici {target}."], ("place", target)))
    assert [one.renderings for one in terms.summary()] == [(("l'endroit", 4),)]
