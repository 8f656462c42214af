from dataclasses import replace

import pytest
from tests.verify.transfers import in_segments, untranslated

from donor.data import Check, Finding, Transfer
from donor.languages import language
from donor.verify import Rendered, Terms
from donor.verify import terms as module


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
    assert terms.findings() == {14: (Finding(Check.TERM_VARIES, what, span_id="T1"),)}


def test_forms_of_the_same_words_are_one_rendering() -> None:
    transfers = [rendered("an ion", word) for word in ("Ион", "ионами", "об ионе")]
    assert terms_of(*transfers).summary() == (Rendered("Term", "an ion", (("Ион", 3),)),)


def test_a_term_that_varies_everywhere_is_none() -> None:
    terms = terms_of(*USUAL, OTHER, OTHER, OTHER)
    assert terms.findings() == {}
    [term] = terms.summary()
    assert term.renderings == (("ион хлора", 14), ("хлорный ион", 3))
    assert term.total == 17


def test_a_second_usual_rendering_is_none() -> None:
    assert terms_of(*USUAL, *USUAL, OTHER, OTHER).findings() == {}
    assert list(terms_of(*USUAL, *USUAL, *USUAL, OTHER, OTHER).findings()) == [42, 43]


def test_few_are_too_few_to_say() -> None:
    assert terms_of(*USUAL[:8], OTHER).findings() == {}


def test_labels_are_terms_of_their_own() -> None:
    [span] = OTHER.source.spans
    span = replace(span, label="Other")
    [row] = OTHER.spans
    assert row.placed is not None
    row = replace(row, placed=replace(row.placed, label="Other"))
    other = replace(OTHER, source=replace(OTHER.source, spans=(span,)), spans=(row,))
    assert terms_of(*USUAL, other).findings() == {}


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


def test_of_many_renderings_the_most_usual_are_listed() -> None:
    [term] = terms_of(*[rendered("ion", f"вещь {n}") for n in range(18)]).summary()
    assert (len(term.renderings), term.others, term.total) == (16, 2, 18)


def test_articles_at_the_edges_do_not_count() -> None:
    terms = Terms(language("en"), language("fr"))
    for target in ("l'endroit", "L’endroit", "endroit", "un endroit"):
        terms.add(in_segments(["A place."], [f"Voici {target}."], ("place", target)))
    assert [one.renderings for one in terms.summary()] == [(("l'endroit", 4),)]


def test_each_finding_has_its_document_and_span() -> None:
    twice = in_segments(["Ion, ion, ion."], ["Йон, ион, йон."], ("Ion", "Йон"), ("ion", "ион"))
    ions = [rendered("ions", "ионы")] * 50
    found = terms_of(*ions[:3], twice, *ions[3:], untranslated("An ion.", "x"), twice).findings()
    assert [(n, [one.span_id for one in some]) for n, some in found.items()] == [
        (3, ["T1"]),
        (52, ["T1"]),
    ]


def test_findings_of_a_document_are_in_the_order_of_its_spans() -> None:
    def two(first: str, second: str) -> Transfer:
        spans = (("water", first), ("ion", second))
        return in_segments(["Some water, an ion."], [f"Вот {first}, {second}."], *spans)

    found = terms_of(two("лёд", "хлор"), *[two("вода", "ион")] * 12).findings()
    assert [one.span_id for one in found[0]] == ["T1", "T2"]


def test_of_a_rare_rendering_that_is_frequent_the_first_places_are_told() -> None:
    found = terms_of(*[OTHER] * 60, *USUAL * 100).findings()
    assert list(found) == list(range(50))
    [finding] = found[0]
    assert finding.detail.endswith("in 1400 of 1460 places")


@pytest.mark.parametrize(
    "others",
    [
        [],
        [rendered("chloride", "хлор")] * 20,
        [rendered("chloride ionisation", "ионизация")] * 12,
        [rendered("thing", word) for word in ("вещь", "дело", "предмет", "штука")] * 3,
        [rendered("ions", "йоны")] * 2,
    ],
)
def test_no_dictionary_is_asked_where_it_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, others: list[Transfer]
) -> None:
    def asked(tag: str) -> None:
        raise AssertionError(tag)

    monkeypatch.setattr(module, "lemmatizer", asked)
    assert terms_of(*USUAL, rendered("The  chloride ion", "Ион\nхлора"), *others).findings() == {}


def test_terms_of_one_rendering_are_listed_without_a_dictionary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "lemmatizer", None)
    [term] = terms_of(*USUAL, rendered("Chloride ion", "Ион  хлора")).summary()
    assert term == Rendered("Term", "the chloride ion", (("ион хлора", 15),))


def test_forms_of_a_term_count_together() -> None:
    ions = [rendered(word, "ион") for word in ("ion", "ions") * 5]
    [finding] = terms_of(*ions, rendered("ions", "хлор")).findings()[10]
    assert finding.detail == "'ions' is 'хлор' here, and 'ион' in 10 of 11 places"


def test_long_spans_are_no_terms() -> None:
    long = "слово" * 25
    assert terms_of(*[rendered("word", long), rendered(long, "слово")] * 2).summary() == ()


def test_words_in_several_places_are_one_rendering() -> None:
    apart = in_segments(["Ion of it."], ["Ион вот хлора."], ("Ion … it", "Ион … хлора"))
    [term] = terms_of(apart, apart).summary()
    assert (term.source, term.renderings) == ("Ion it", (("Ион хлора", 2),))
