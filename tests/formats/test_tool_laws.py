"""What the formats of annotation tools must keep, over generated documents."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.formats.doccano import DOCCANO
from donor.formats.format import Options, TextFormat
from donor.formats.jsonl import JSONL
from donor.formats.jsonl.mapped import MappedJsonlFormat
from donor.formats.prodigy import PRODIGY

WORD = st.sampled_from(
    ["ion", "😀", "ион", "漢字", "שלום", "عربي", "ไทย", "e\u0301", "👨🏽‍🚒", "5", "«", "𝒳y"]
)
SPACE = st.sampled_from([" ", "  ", "\n", "\r\n", "\u00a0", ""])


@st.composite
def documents(
    draw: st.DrawFn, *, relations: bool = False, labels: tuple[str, ...] = ()
) -> Document:
    """A document of one segment, of words in many scripts, with spans that may overlap."""
    text, words = "", []
    for word in draw(st.lists(WORD, min_size=1, max_size=8)):
        words.append(Interval(len(text), len(text) + len(word)))
        text += word + draw(SPACE)
    text = text.rstrip()
    pairs = st.tuples(st.integers(0, len(words) - 1), st.integers(0, len(words) - 1)).map(sorted)
    edges = draw(st.lists(pairs, max_size=4))
    spans = tuple(
        Span(f"s{n}", draw(st.sampled_from("AB")), (Interval(words[a].start, words[b].end),))
        for n, (a, b) in enumerate(edges, start=1)
    )
    arcs = ()
    if relations and spans:
        ids = st.sampled_from([span.id for span in spans])
        arcs = draw(st.lists(st.tuples(st.sampled_from("RS"), ids, ids), max_size=3))
    return Document(
        "1",
        None,
        text,
        (Interval(0, len(text)),),
        spans=spans,
        relations=tuple(Relation(*arc) for arc in arcs),
        labels=tuple(TextLabel(name, draw(st.sampled_from(["x", "y z"]))) for name in labels),
    )


def again(format: TextFormat, document: Document) -> Document:
    """The document, written and read, without what the metadata keep of the record."""
    [found] = format.parse(format.serialize([document]))
    return replace(found, metadata={})


MAPPED = MappedJsonlFormat(
    Options(fields={"text": "a.sentence", "spans": "a.ner", "label": "class"})
)


@given(documents())
def test_doccano_keeps_spans(document: Document) -> None:
    losses = DOCCANO.losses(document)
    assert losses.keys() <= {"offsets in UTF-16 units"}
    assert losses or again(DOCCANO, document) == document


@given(documents(relations=True))
def test_doccano_keeps_relations(document: Document) -> None:
    named = {span.id: str(n) for n, span in enumerate(document.spans)}
    document = replace(
        document,
        spans=tuple(replace(span, id=named[span.id]) for span in document.spans),
        relations=tuple(
            Relation(r.label, named[r.head], named[r.tail], {"id": n})
            for n, r in enumerate(document.relations)
        ),
    )
    if document.relations and not DOCCANO.losses(document):
        assert again(DOCCANO, document) == document


@given(documents(labels=("cats",)))
def test_doccano_keeps_labels_beside_spans(document: Document) -> None:
    if document.spans and not DOCCANO.losses(document):
        assert again(DOCCANO, document) == document


@given(documents(relations=True, labels=("label",)))
def test_prodigy_keeps_spans_and_relations(document: Document) -> None:
    found = again(PRODIGY, document)
    assert replace(found, tokens=()).text == document.text
    assert (found.spans, found.labels) == (document.spans, document.labels)
    places = {span.id: (span.label, span.fragments) for span in document.spans}

    def ends(some: Document) -> list[object]:
        return [(r.label, places[r.head], places[r.tail]) for r in some.relations]

    assert ends(found) == ends(document)
    assert not PRODIGY.losses(document)


@given(documents(labels=("class",)))
def test_mapped_records_keep_spans_and_labels(document: Document) -> None:
    assert again(MAPPED, document) == document
    assert not MAPPED.losses(document)


@pytest.mark.parametrize("format", [DOCCANO, PRODIGY, MAPPED])
@given(document=documents(relations=True, labels=("label",)))
def test_written_twice_is_the_same(format: TextFormat, document: Document) -> None:
    once = list(format.serialize([document]))
    assert list(format.serialize(format.parse(once))) == once


@pytest.mark.parametrize("format", [DOCCANO, PRODIGY, MAPPED, JSONL])
def test_nothing_is_a_file_without_documents(format: TextFormat) -> None:
    assert "".join(format.serialize([])) == ""
    assert list(format.parse(["\n", "  \n"])) == []
