"""A document's facts say where everything is, and how much was left out."""

from tests.report.cases import collisions, span, transfer, unresolved, untranslated

from donor.data import Reason
from donor.report.facts.chosen import Known
from donor.report.facts.document import document_facts


def test_spans_are_numbered_and_stand_on_both_sides():
    one = document_facts(collisions(), Known({"T1": 0.5}, {"T1": False}))
    first, last = one["spans"][0], one["spans"][-1]
    assert (first["number"], first["id"], first["confidence"], first["exact"]) == (
        1,
        "T1",
        0.5,
        False,
    )
    assert len(first["source"]) == len(first["target"]) == 2
    assert (last["target"], last["reason"], last["detail"]) == (None, "no-match", "0 places")
    assert one["relations"][1]["lost"] == "tail-unresolved"
    assert one["side_texts"][0]["target"] == "Что сохраняется?"


def test_a_document_without_translation_has_no_target():
    one = document_facts(untranslated(), Known())
    assert one["target"] is None
    assert one["problem"] == "2 segments, expected 1"


def test_a_long_document_is_cut_and_says_so():
    words = "ion " * 10 + "cell"
    rows = [
        (span(words, "T1", "Term", "ion"), unresolved("T1", Reason.NO_MATCH)),
        (span(words, "T2", "Term", "cell"), unresolved("T2", Reason.NO_MATCH)),
    ]
    one = document_facts(transfer(words, "ион", rows), Known(), most=12)
    assert one["cut"] and one["spans_cut"] == 1
    assert one["source"]["text"] == words[:12]
    assert [s["id"] for s in one["spans"]] == ["T1"]
