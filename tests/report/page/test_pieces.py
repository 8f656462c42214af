"""A text in pieces is the text, and each span is over exactly its words."""

from hypothesis import given, settings
from tests.report.cases import any_transfer, collisions, span

from donor.report.facts.chosen import Known
from donor.report.facts.document import document_facts
from donor.report.page.pieces import pieces


def facts_of(number, one, side="source"):
    fragments = [[part.start, part.end] for part in one.fragments]
    return {"number": number, "id": one.id, side: fragments}


def cut(text, *spans):
    known = [facts_of(n, one) for n, one in enumerate(spans, start=1)]
    return [
        (piece.text, [(mark.span["id"], mark.level) for mark in piece.marks])
        for piece in pieces(text, (0, len(text)), known, "source")
    ]


def test_nested_spans_have_the_inner_one_next_to_the_words():
    found = cut("abcd", span("abcd", "T1", "A", "abcd"), span("abcd", "T2", "B", "bc"))
    assert found == [("a", [("T1", 1)]), ("bc", [("T1", 1), ("T2", 0)]), ("d", [("T1", 1)])]


def test_crossing_spans_are_cut_where_they_cross():
    found = cut("abc", span("abc", "T1", "A", "ab"), span("abc", "T2", "B", "bc"))
    assert found == [("a", [("T1", 0)]), ("b", [("T2", 1), ("T1", 0)]), ("c", [("T2", 1)])]


def test_a_broken_span_resumes():
    one = facts_of(1, span("abc", "T1", "A", "a", "c"))
    marks = [p.marks for p in pieces("abc", (0, 3), [one], "source")]
    assert [[(m.begins, m.resumes) for m in some] for some in marks] == [
        [(True, False)],
        [],
        [(False, True)],
    ]


def test_a_span_over_two_segments_is_told_once():
    one = facts_of(1, span("ab", "T1", "A", "ab"))
    first, second = (next(iter(pieces("ab", where, [one], "source"))) for where in ((0, 1), (1, 2)))
    assert first.marks[0].begins and not second.marks[0].begins


def test_an_empty_segment_has_no_pieces():
    assert list(pieces("", (0, 0), [], "source")) == []


@given(any_transfer())
@settings(max_examples=60)
def test_pieces_make_the_text_again(one):
    facts = document_facts(one, Known())
    for side in ("source", "target"):
        text = facts[side]
        for segment in text["segments"] if text else ():
            found = list(pieces(text["text"], segment, facts["spans"], side))
            assert "".join(piece.text for piece in found) == text["text"][slice(*segment)]
            levels = [[mark.level for mark in piece.marks] for piece in found]
            assert all(len(set(some)) == len(some) for some in levels)


def test_spans_over_pieces_are_the_spans():
    facts = document_facts(collisions(), Known())
    text = facts["source"]["text"]
    found = list(pieces(text, facts["source"]["segments"][0], facts["spans"], "source"))
    for one in facts["spans"]:
        words = "".join(p.text for p in found if any(m.span is one for m in p.marks))
        assert words == "".join(text[start:end] for start, end in one["source"])
