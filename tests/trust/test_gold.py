"""Gold tells which places are exact, of the documents that it knows."""

import pytest
from tests.trust.cases import MADE, gold_of, row, span, transfer, unresolved

from donor.data import Document, Interval
from donor.errors import ConfigError, InputError
from donor.trust import Gold, GoldDocument, Judged, digest, exact_spans, fit, halves, judge, known

SOURCE, TARGET = "An ion, a cell.", "Ион, клетка."
ION, CELL = span(SOURCE, "T1", "ion"), span(SOURCE, "T2", "cell")
HERE, THERE = span(TARGET, "T1", "Ион"), span(TARGET, "T2", "клетка")
RIGHT = transfer(SOURCE, TARGET, [ION, CELL], [row(HERE), row(THERE)])
SWAPPED = transfer(
    SOURCE, TARGET, [ION, CELL], [row(span(TARGET, "T1", "клетка")), row(span(TARGET, "T2", "Ион"))]
)


def pair(source: Document, target: Document) -> Gold:
    return Gold.of([(source, target)])


def test_a_place_is_exact_if_label_and_offsets_are():
    gold = GoldDocument(gold_of(TARGET, HERE, span(TARGET, "T2", "клетка", label="Other")))
    assert exact_spans(RIGHT, gold) == {"T1": True, "T2": False}


def test_each_span_of_gold_counts_once():
    twice = transfer(SOURCE, TARGET, [ION, CELL], [row(HERE), row(span(TARGET, "T2", "Ион"))])
    found = exact_spans(twice, GoldDocument(gold_of(TARGET, HERE)))
    assert found == {"T1": True, "T2": False}


def test_unresolved_spans_are_not_judged():
    half = transfer(SOURCE, TARGET, [ION, CELL], [row(HERE), unresolved("T2")])
    assert exact_spans(half, GoldDocument(gold_of(TARGET, HERE, THERE))) == {"T1": True}


def test_another_text_cannot_be_judged_but_for_space_around_it():
    assert exact_spans(RIGHT, GoldDocument(gold_of("Ионы, клетка."))) is None
    spaced = gold_of(f" {TARGET}", span(f" {TARGET}", "x", "Ион"))
    assert exact_spans(RIGHT, GoldDocument(spaced)) == {"T1": True, "T2": False}


def test_a_swap_counts_where_a_pair_gives_ids_and_only_there():
    target = gold_of(TARGET, HERE, THERE)
    paired, alone = pair(RIGHT.source, target), Gold.of([(None, target)])
    shared, made = paired.find(SWAPPED), alone.find(SWAPPED)
    assert shared and exact_spans(SWAPPED, shared) == {"T1": False, "T2": False}
    assert made and exact_spans(SWAPPED, made) == {"T1": True, "T2": True}


def test_renamed_labels_are_the_same():
    gold = GoldDocument(gold_of(TARGET, span(TARGET, "a", "Ион", label="Термин")))
    assert exact_spans(RIGHT, gold, {"Term": "Термин"}) == {"T1": True, "T2": False}


def test_documents_are_found_by_id_then_source_then_target_text():
    target = gold_of(TARGET, name="other")
    source = Document("other", "en", f"{SOURCE}\n", (Interval(0, len(SOURCE)),))
    for gold in (
        Gold.of([(None, gold_of("Другое.", name="d"))]),
        pair(source, gold_of("Другое.", name="other")),
        Gold.of([(None, target)]),
    ):
        assert gold.find(RIGHT) is not None
    assert Gold.of([(None, gold_of("Другое.", name="other"))]).find(RIGHT) is None


def test_gold_without_a_common_document_names_some_of_both():
    with pytest.raises(InputError, match=r"the run has d …, gold x …"):
        judge([RIGHT], Gold.of([(None, gold_of("Другое.", name="x"))]))


def test_gold_with_other_texts_throughout_is_refused():
    with pytest.raises(InputError, match="--translation"):
        judge([RIGHT], Gold.of([(None, gold_of("Другое."))]))


def test_texts_that_differ_are_counted_and_left_out():
    more = transfer("A wall.", "Стена.", [], [], name="e")
    gold = Gold.of([(None, gold_of(TARGET, HERE, THERE)), (None, gold_of("Стенка.", name="e"))])
    found = judge([RIGHT, more], gold)
    assert (found.gold, found.matched, found.texts_differ, len(found.rows)) == (2, 2, 1, 2)


def test_halves_hold_whole_documents_and_do_not_move_with_more_gold():
    rows = [Judged(digest(f"{n}"), f"T{m}", {}, True) for n in range(40) for m in range(2)]
    few, many = halves(rows[:40]), halves(rows)
    assert {row.text for row in many[0]}.isdisjoint(row.text for row in many[1])
    assert all(row in many[side] for side in (0, 1) for row in few[side])


def test_too_little_gold_cannot_be_halved():
    with pytest.raises(ConfigError, match="no span of its documents is placed"):
        halves([])
    with pytest.raises(ConfigError, match=r"1 documents .* cannot be halved"):
        halves([Judged(digest("a"), "T1", {}, True)])


def test_what_a_calibrator_has_seen_is_not_known_to_it():
    rows = [Judged(digest(f"{n}"), "T", {"a": n % 7}, n % 7 > 2) for n in range(70)]
    calibrator = fit(rows[:60], MADE)
    assert [one.text for one in known(rows, calibrator)] == [row.text for row in rows[60:]]
