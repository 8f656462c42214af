"""What every format must keep, over generated documents."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.formats.deft import DEFT
from donor.formats.jsonl import JSONL

WORD = st.text("abcя漢é9", min_size=1, max_size=5)
LABEL = st.sampled_from(["Term", "Definition", "Alias-Term"])


@st.composite
def documents(draw: st.DrawFn, *, annotated_beyond_deft: bool = False) -> Document:
    """A document of words, with spans on them that may overlap in any way."""
    sentences = draw(
        st.lists(st.lists(WORD, min_size=1, max_size=6), min_size=1, max_size=4, unique_by=tuple)
    )
    text, segments, tokens = "", [], []
    for sentence in sentences:
        text += " " if text else ""
        start = len(text)
        for n, word in enumerate(sentence):
            text += " " if n else ""
            tokens.append(Interval(len(text), len(text) + len(word)))
            text += word
        segments.append(Interval(start, len(text)))
    spans = [
        Span(f"T{n}", draw(LABEL), draw(fragments(tokens))) for n in range(draw(st.integers(0, 5)))
    ]
    arcs = draw(
        st.sets(
            st.tuples(st.sampled_from(["AKA", "Refers-To"]), st.integers(0, 9), st.integers(0, 9)),
            max_size=5,
        )
    )
    relations = tuple(
        Relation(label, head=f"T{head}", tail=f"T{tail}")
        for label, head, tail in sorted(arcs)
        if tail < len(spans) and head != tail
    )
    more = {}
    if annotated_beyond_deft:
        more = {
            "labels": (TextLabel("kind", draw(WORD), segment=0, attributes={"by": 1}),),
            "side_texts": (SideText("title", draw(st.text())),),
            "metadata": {"source": draw(WORD)},
        }
    return Document(
        "d",
        draw(st.sampled_from(["en", None])),
        text,
        tuple(segments),
        tuple(tokens),
        tuple(spans),
        relations,
        **more,
    )


@st.composite
def fragments(draw: st.DrawFn, tokens: list[Interval]) -> tuple[Interval, ...]:
    count = draw(st.integers(1, 2))
    edges = draw(
        st.lists(st.integers(0, len(tokens) - 1), min_size=2 * count, max_size=2 * count).map(
            sorted
        )
    )
    pairs = [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    if any(right[0] <= left[1] + 1 for left, right in pairwise(pairs)):
        pairs = [(edges[0], edges[-1])]
    return tuple(Interval(tokens[a].start, tokens[b].end) for a, b in pairs)


@given(st.lists(documents(annotated_beyond_deft=True), max_size=3))
def test_jsonl_loses_nothing(some: list[Document]) -> None:
    assert list(JSONL.parse(JSONL.serialize(some))) == some
    assert not any(JSONL.losses(document) for document in some)


@given(documents())
def test_deft_keeps_text_tokens_spans_and_relations(document: Document) -> None:
    [found] = DEFT.parse(DEFT.serialize([document]))
    assert (found.text, found.segments, found.tokens) == (
        document.text,
        document.segments,
        document.tokens,
    )
    assert {s.id: s for s in found.spans} == {s.id: s for s in document.spans}
    arcs = {(r.label, r.head, r.tail) for r in document.relations}
    assert {(r.label, r.head, r.tail) for r in found.relations} == arcs


@given(documents())
def test_deft_written_twice_is_the_same(document: Document) -> None:
    once = list(DEFT.serialize([document]))
    assert list(DEFT.serialize(DEFT.parse(once))) == once


def test_deft_names_what_it_cannot_hold() -> None:
    label = TextLabel("kind", "x")
    document = Document(
        "d",
        "en",
        "a",
        (Interval(0, 1),),
        labels=(label,),
        spans=(Span("T1", "Term", (Interval(0, 1),), {"sure": True}),),
    )
    assert DEFT.losses(document) == {"text labels": 1, "attributes": 1}
