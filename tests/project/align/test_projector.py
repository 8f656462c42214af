"""The projector: from the links of a document to a candidate for each span."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.canned import answered
from tests.project.align.linked import document, links, task

from donor.data import Candidate, Declined, Document, Interval, Intervals, Reason, Span
from donor.project import projector_named
from donor.project.align import DocumentLinks, Link, align

NAMES = ("copied", "covered", "edges", "explained", "lead", "length", "steady")


def span(name: str, text: str, *surfaces: str, label: str = "Term") -> Span:
    fragments, at = [], 0
    for surface in surfaces:
        at = text.index(surface, at)
        fragments.append(Interval(at, at + len(surface)))
    return Span(name, label, tuple(fragments))


def projected(source: Document, target: Document, found: DocumentLinks | str, to: str = "es"):
    answers, _ = answered(align(lambda one, other: found)(task(source, target, to)))
    return {answer.span_id: answer for answer in answers}


def placed(source: str, target: str, found: str, *surfaces: str) -> list[str]:
    one = document("d", "en", source, spans=(span("T1", source, *surfaces),))
    [answer] = projected(one, document("d", "es", target), links(found)).values()
    return [place.of(target) for place in answer.answer.ranges]


def test_linked_words_are_the_candidate() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    found = projected(source, document("d", "es", "personal amable"), links("0-1 1-0"))
    answer = found["T1"]
    assert isinstance(answer, Candidate)
    assert (answer.method, answer.answer) == ("align", Intervals((Interval(0, 8),)))


def test_evidence_has_its_names_in_order_and_figures_up_to_one() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    found = projected(source, document("d", "es", "personal amable"), links("0-1 1-0"))
    evidence = dict(found["T1"].evidence)
    assert tuple(evidence) == NAMES
    assert all(0 <= figure <= 1 for figure in evidence.values())
    assert evidence["covered"] == evidence["explained"] == evidence["steady"] == 1


def test_doubtful_links_are_told_by_the_evidence() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    target = document("d", "es", "personal muy muy amable")
    sure = dict(projected(source, target, links("0-1 0-2 0-3 1-0"))["T1"].evidence)
    doubtful = links("0-1 0-2 0-0:0.4:0.1 1-0:0.5:0.5 1-3:0.5:0.5")
    unsure = dict(projected(source, target, doubtful)["T1"].evidence)
    for name in ("covered", "edges", "explained", "lead"):
        assert unsure[name] < sure[name], name


def test_fragments_have_an_interval_each() -> None:
    found = placed("hard and soft water", "agua dura y blanda", "0-1 1-2 2-3 3-0", "hard", "water")
    assert found == ["agua dura"]
    found = placed("hard and soft water", "dura y blanda agua", "0-0 1-1 2-2 3-3", "hard", "water")
    assert found == ["dura", "agua"]


def test_fragment_over_two_segments_goes_from_the_first_to_the_last() -> None:
    text = "The end . New life"
    source = document("d", "en", "The end .", "New life", spans=(span("T1", text, "end . New"),))
    target = document("d", "es", "El fin .", "Vida nueva")
    found = projected(source, target, links("0-0 1-1 2-2", "0-1 1-0"))
    assert [place.of(target.text) for place in found["T1"].answer.ranges] == ["fin . Vida nueva"]


def test_span_without_links_is_declined() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    found = projected(source, document("d", "es", "personal"), links("0-0"))
    detail = "none of its words is linked to a word of the translation"
    assert found["T1"] == Declined("T1", "align", Reason.NO_ALIGNMENT, detail)


def test_document_without_alignment_is_declined_in_its_words() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    found = projected(source, document("d", "es", "personal"), "too few pairs")
    assert found["T1"] == Declined("T1", "align", Reason.NO_ALIGNMENT, "too few pairs")


def test_by_its_name_alone_it_has_no_alignment() -> None:
    source = document("d", "en", "nice staff", spans=(span("T1", "nice staff", "staff"),))
    answers, requests = answered(projector_named("align")(task(source, document("d", "es", "a"))))
    assert [answer.detail for answer in answers] == ["no alignment was made, and none was given"]
    assert requests == []


WORDS = st.lists(st.sampled_from(["la", "vino", "(", ")", ",", "1998", "d'or", "дом", "水"]))


@given(WORDS.filter(bool), WORDS.filter(bool), st.data())
def test_any_place_is_within_the_text_and_on_the_edges_of_words(
    source: list[str], target: list[str], data: st.DataObject
) -> None:
    pairs = st.tuples(st.integers(0, len(source) - 1), st.integers(0, len(target) - 1))
    figures = st.floats(0, 1)
    found = data.draw(st.dictionaries(pairs, st.tuples(figures, figures)))
    text, other = " ".join(source), " ".join(target)
    starts = [len(" ".join([*source[:n], ""])) for n in range(len(source))]
    spans = []
    for n in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(0, len(source) - 1))
        last = data.draw(st.integers(first, len(source) - 1))
        place = Interval(starts[first], starts[last] + len(source[last]))
        spans.append(Span(f"T{n}", "Term", (place,)))
    # The words of the tests and those that links count differ where signs stand in a word.
    linked = DocumentLinks((tuple(Link(i, j, *figure) for (i, j), figure in found.items()),))
    one = document("d", "en", text, spans=tuple(spans))
    for answer in projected(one, document("d", "ru", other), linked, to="ru").values():
        if isinstance(answer, Candidate):
            [place] = answer.answer.ranges
            assert place.of(other) == place.of(other).strip() != ""
            assert other[: place.start].endswith(" ") or place.start == 0
            assert other[place.end :].startswith(" ") or place.end == len(other)
            assert all(0 <= figure <= 1 for _, figure in answer.evidence)


@pytest.mark.parametrize("text", ["", " "])
def test_segment_without_words_has_no_place(text: str) -> None:
    source = document("d", "en", "staff", spans=(span("T1", "staff", "staff"),))
    assert isinstance(projected(source, document("d", "es", text), links(""))["T1"], Declined)
