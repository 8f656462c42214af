"""From links to words: gaps, strays and orders at which other projectors fail."""

import pytest
from tests.project.align.linked import segment

from donor.project.align.jointly import Wanted, found_in
from donor.project.align.stretch import Weights, best, gains


def words(source: str, target: str, links: str, *wanted: range) -> list[str | None]:
    """The target words of the spans, given by the positions of their source words."""
    one = segment(source, target, links)
    found = found_in(one, [Wanted("Term", inside) for inside in wanted])
    return [place and one.target.place(place).of(target) for place in found]


def test_linked_words_are_the_place() -> None:
    assert words("nice wine list", "buena carta vinos", "0-0 1-2 2-1", range(1, 3)) == [
        "carta vinos"
    ]


def test_gap_of_one_word_without_links_is_bridged() -> None:
    """carta [de] vinos: the preposition has no counterpart."""
    found = words("the wine list", "la carta de vinos", "0-0 1-3 2-1", range(1, 3))
    assert found == ["carta de vinos"]


def test_gap_is_not_measured_by_the_extent_of_both_groups() -> None:
    """Groups of several words on either side of a small gap belong together."""
    source, target = "big red wine list", "lista grande hoy vinos tintos"
    assert words(source, target, "0-1 1-4 2-3 3-0", range(4)) == ["lista grande hoy vinos tintos"]


def test_gap_of_words_that_belong_to_others_is_not_bridged() -> None:
    source = "list that we all liked much red"
    target = "lista que nosotros todos amamos mucho roja"
    found = words(source, target, "0-0 1-1 2-2 3-3 4-4 5-5 6-6", range(1))
    assert found == ["lista"]


def test_stray_link_swallows_no_words() -> None:
    source, target = "staff was very kind today", "personal fue muy amable hoy dijo personal"
    links = "0-0:1:0.7 0-6:1:0.3 1-1 2-2 3-3 4-4"
    assert words(source, target, links, range(1)) == ["personal"]


def test_links_of_a_span_may_be_in_any_order() -> None:
    found = words("red house wine list", "lista vinos casa roja", "0-3 1-2 2-1 3-0", range(4))
    assert found == ["lista vinos casa roja"]


def test_spans_that_change_places_stay_apart() -> None:
    found = words("bread and wine", "vino y pan", "0-2 1-1 2-0", range(1), range(2, 3))
    assert found == ["pan", "vino"]


def test_spans_of_a_label_over_the_same_words_of_the_translation_are_not_both_placed() -> None:
    found = words("food meal", "comida", "0-0:0.9:1 1-0:0.1:0.4", range(1), range(1, 2))
    assert found == ["comida", None]


def test_nested_spans_may_share_words() -> None:
    found = words("wine list", "lista vinos", "0-1 1-0", range(2), range(1))
    assert found == ["lista vinos", "vinos"]


def test_spans_of_other_labels_may_share_words() -> None:
    one = segment("food meal", "comida", "0-0:0.5:1 1-0:0.5:1")
    wanted = [Wanted("A", range(1)), Wanted("B", range(1, 2))]
    assert found_in(one, wanted) == [range(1), range(1)]


def test_span_without_links_has_no_place() -> None:
    assert words("nice staff", "personal", "1-0", range(1)) == [None]


@pytest.mark.parametrize(("unlinked", "end"), [(0.1, 4), (3.0, 1)])
def test_what_a_gap_costs_is_a_weight(unlinked: float, end: int) -> None:
    one = segment("a b", "x y z v", "0-0 1-3:0.6")
    found = best(gains(one, {0, 1}, Weights(unlinked=unlinked)))
    assert found is not None
    assert found.positions == range(end) if end == 1 else found.end == end


def test_words_that_are_taken_are_gone_around() -> None:
    found = best([1.0, 1.0, 3.0], taken={2})
    assert found is not None and found.positions == range(2)


def test_nothing_gained_is_no_stretch() -> None:
    assert best([-1.0, 0.0]) is None
